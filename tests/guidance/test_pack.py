"""Packs: made, checked, loaded, rolled back; each refusal is one clear sentence and changes nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import BundleError, ContentError
from kiosk.guidance.pack import (
    MANIFEST,
    SIGNATURE,
    Current,
    Manifest,
    first_good,
    in_use,
    load,
    make,
    members_of,
    opened,
    public,
    roll_back,
)
from kiosk.model.text import text

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = (public(KEY),)
CONTENT = {"guidance/paper.toml": b"good = 1\n", "text/en/guidance.json": b"{}"}
WHOLE = make(CONTENT, 7, "2026-03-02", KEY)


def pack(number: int, content: bytes = b"good = 1\n") -> bytes:
    return make(CONTENT | {"guidance/paper.toml": content}, number, "2026-03-02", KEY)


def read(folder: Path) -> str:
    words = (folder / "guidance" / "paper.toml").read_text("utf-8")
    if "bad" in words:
        raise ContentError("paper.toml, line 1: bad.")
    return words


def repacked(change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_pack_holds_what_went_in_and_is_the_same_file_each_time() -> None:
    found = opened(WHOLE, KEYS)
    assert found.members == CONTENT
    assert (found.manifest.number, found.manifest.key) == (7, public(KEY))
    assert make(CONTENT, 7, "2026-03-02", KEY) == WHOLE


def test_only_guidance_and_its_texts_go_in(tmp_path: Path) -> None:
    for name in ("guidance/a.toml", "guidance/knowledge/b.toml", "text/de/guidance.json", "text/de/ui.json", "x.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    assert set(members_of(tmp_path)) == {"guidance/a.toml", "guidance/knowledge/b.toml", "text/de/guidance.json"}
    with pytest.raises(BundleError, match="no guidance to pack"):
        make({}, 1, "", KEY)


def evil(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: b"x"})


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is no pack of guidance"),
        (WHOLE[: len(WHOLE) // 2], "a part of it is missing"),
        (WHOLE[:-1], "a part of it is missing"),
        (repacked(lambda m: m.pop(SIGNATURE) and None), "is not signed"),
        (repacked(lambda m: m.pop(MANIFEST) and None), "is no pack of guidance"),
        (repacked(lambda m: m.update({SIGNATURE: b"bc"})), "signature of this pack is wrong"),
        (
            repacked(lambda m: m.update({MANIFEST: m[MANIFEST].replace(b":7,", b":8,")})),
            "signature of this pack is wrong",
        ),
        (repacked(lambda m: m.update({"guidance/paper.toml": b"other"})), "not as it was signed"),
        (repacked(lambda m: m.pop("text/en/guidance.json") and None), "is missing, or not as it was signed"),
        (repacked(evil("guidance/new.toml")), "not as it was signed"),
        (repacked(evil("../../evil.toml")), "does not belong"),
        (repacked(evil("text/en/ui.json")), "does not belong"),
        (make(CONTENT, 7, "2026-03-02", OTHER), "a key that is not trusted here"),
        (b"x" * 20_000_001, "too large"),
        (repacked(lambda m: m.update({"guidance/big.toml": bytes(2_000_001)})), "unpacks to more"),
    ],
)
def test_each_refusal_is_a_clear_sentence(data: bytes, told: str) -> None:
    with pytest.raises(BundleError, match=told) as error:
        opened(data, KEYS)
    assert "stays in use" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_pack_of_a_newer_kiosk_is_told_so() -> None:
    signed = msgspec.json.encode(Manifest(2, 7, "", public(KEY)))
    from kiosk.model.ids import letters

    def newer(members: dict[str, bytes]) -> None:
        members.update({MANIFEST: signed, SIGNATURE: letters(KEY.sign(signed)).encode()})

    with pytest.raises(BundleError, match="newer kiosk"):
        opened(repacked(newer), KEYS)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_never_gets_through(at: int, flip: int) -> None:
    """Only what zip itself does not read, such as times, may differ."""
    damaged = WHOLE[:at] + bytes([WHOLE[at] ^ flip]) + WHOLE[at + 1 :]
    try:
        found = opened(damaged, KEYS)
    except BundleError:
        return
    assert found.members == CONTENT


def test_loaded_rolled_back_and_never_older(tmp_path: Path) -> None:
    assert load(tmp_path, opened(pack(3, b"three"), KEYS), read).number == 3
    assert load(tmp_path, opened(pack(5, b"five"), KEYS), read).before == (3, 0)
    assert first_good(tmp_path, tmp_path, read, "").content == "five"
    with pytest.raises(BundleError, match="This pack has number 4; number 5 was loaded before"):
        load(tmp_path, opened(pack(4), KEYS), read)
    assert roll_back(tmp_path) == Current(3, (0,), 5)
    assert first_good(tmp_path, tmp_path, read, "").content == "three"
    with pytest.raises(BundleError, match="number 5 was loaded before"):
        load(tmp_path, opened(pack(5, b"five"), KEYS), read)
    assert roll_back(tmp_path).number == 0
    with pytest.raises(BundleError, match="nothing to roll back"):
        roll_back(tmp_path)
    assert load(tmp_path, opened(pack(6, b"six"), KEYS), read).number == 6


def test_wrong_guidance_is_not_loaded(tmp_path: Path) -> None:
    load(tmp_path, opened(pack(1), KEYS), read)
    with pytest.raises(BundleError, match=r"paper\.toml, line 1: bad"):
        load(tmp_path, opened(pack(2, b"bad"), KEYS), read)
    assert in_use(tmp_path).number == 1
    assert not (tmp_path / "packs" / "2").exists()
    assert load(tmp_path, opened(pack(2), KEYS), read).number == 2


def test_after_damage_the_last_good_guidance_is_used_and_said(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("Pack 2 of guidance cannot be used: paper.toml, line 1: bad")
    expect_log("Pack 1 of guidance cannot be used")
    expect_log("Guidance that came with the program cannot be used")
    shipped = tmp_path / "shipped" / "guidance"
    shipped.mkdir(parents=True)
    (shipped / "paper.toml").write_text("shipped", "utf-8")
    for number in (1, 2):
        load(tmp_path, opened(pack(number, b"pack %d" % number), KEYS), read)
    (tmp_path / "packs" / "2" / "guidance" / "paper.toml").write_text("bad", "utf-8")
    found = first_good(tmp_path, shipped.parent, read, "nothing")
    assert (found.content, found.folder) == ("pack 1", tmp_path / "packs" / "1")
    assert found.trouble == text("damaged.pack", number=2)
    (tmp_path / "packs" / "1" / "guidance" / "paper.toml").write_text("bad", "utf-8")
    found = first_good(tmp_path, shipped.parent, read, "nothing")
    assert (found.content, found.folder) == ("shipped", None)
    assert found.trouble == text("damaged.pack", number=2)
    (shipped / "paper.toml").write_text("bad", "utf-8")
    found = first_good(tmp_path, shipped.parent, read, "nothing")
    assert (found.content, found.folder) == ("nothing", None)
    assert found.trouble == text("damaged.guidance"), "worse than an old pack, so it is what is said"


def test_a_pack_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "guidance").mkdir()
    (tmp_path / "guidance" / "paper.toml").write_text("shipped", "utf-8")
    load(tmp_path, opened(pack(1), KEYS), read)
    (tmp_path / "packs" / "1").rename(tmp_path / "packs" / "elsewhere")
    assert first_good(tmp_path, tmp_path, read, "").trouble == text("damaged.pack_gone", number=1)


def test_no_more_than_a_few_packs_stay(tmp_path: Path) -> None:
    for number in range(1, 8):
        load(tmp_path, opened(pack(number), KEYS), read)
    rooms = sorted(room.name for room in (tmp_path / "packs").iterdir() if room.is_dir())
    assert rooms == ["4", "5", "6", "7"]
