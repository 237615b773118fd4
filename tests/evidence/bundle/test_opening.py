# ruff: noqa: E501
"""A hostile file ends in `BundleError` and nothing else; a changed one is told."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import BundleError
from kiosk.evidence.bundle import open_bundle, verify
from kiosk.evidence.bundle.opening import read_bundle


def rewritten(path, change):
    """The file with its members changed by `change(members)`."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_intact_and_known(contents, sealing, key):
    bundle = open_bundle(sealing(contents).path)
    assert verify(bundle, [key.public_key().public_bytes_raw()]).intact
    assert verify(bundle, [key.public_key().public_bytes_raw()]).key_known
    assert verify(bundle, []).intact
    assert not verify(bundle, []).key_known


@pytest.mark.parametrize("name", ["health.json", "findings.json", "host.json", "log.jsonl", "trace/00_till_1.jsonl"])
def test_a_changed_member_is_told(contents, sealing, name):
    def change(members):
        members[name] += b"\n"

    verdict = verify(read_bundle(rewritten(sealing(contents).path, change)), [])
    assert not verdict.intact
    assert any(name in problem for problem in verdict.problems)


def test_a_changed_manifest_or_signature_is_told(contents, sealing):
    path = sealing(contents).path
    for name, old, new in (("manifest.json", b'"kiosk":"kiosk"', b'"kiosk":"other"'), ("signature.txt", b"b", b"c")):

        def change(members, name=name, old=old, new=new):
            members[name] = members[name].replace(old, new)

        assert not verify(read_bundle(rewritten(path, change)), []).intact


def test_a_member_more_or_less_is_told(contents, sealing):
    path = sealing(contents).path
    more = rewritten(path, lambda m: m.update({"trace/99_more.jsonl": m["trace/00_till_1.jsonl"]}))
    less = rewritten(path, lambda m: m.pop("log.jsonl"))
    assert "trace/99_more.jsonl is not listed" in verify(read_bundle(more), []).problems
    assert "log.jsonl is missing" in verify(read_bundle(less), []).problems


@pytest.mark.parametrize(
    "name", ["../escape", "/etc/passwd", "trace/../../x.jsonl", "C:\\x", "trace/A.jsonl", "run.py"]
)
def test_names_that_lead_elsewhere_are_never_read(contents, sealing, tmp_path, name):
    data = rewritten(sealing(contents).path, lambda m: m.update({name: b"x"}))
    bundle = read_bundle(data)
    assert bundle.contents == contents
    assert sorted(p.name for p in tmp_path.iterdir()) == ["case.zip"]


def test_bombs_and_crowds(contents, sealing):
    path = sealing(contents).path
    bomb = rewritten(path, lambda m: m.update({"trace/98_bomb.jsonl": bytes(30_000_000)}))
    crowd = rewritten(path, lambda m: m.update({f"trace/{i}_x.jsonl": b"" for i in range(300)}))
    with pytest.raises(BundleError, match="unpacks"):
        read_bundle(bomb)
    with pytest.raises(BundleError, match="too many"):
        read_bundle(crowd)


def test_a_member_twice(contents, sealing):
    path = sealing(contents).path
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("health.json", b"{}")
    with pytest.raises(BundleError, match="twice"):
        open_bundle(path)


def test_deep_json(contents, sealing):
    data = rewritten(sealing(contents).path, lambda m: m.update({"guidance.json": b'{"x":' * 50_000}))
    with pytest.raises(BundleError):
        assert read_bundle(data).contents


@pytest.mark.parametrize("name", ["no/such/file", ""])
def test_no_file(tmp_path, name):
    with pytest.raises(BundleError):
        open_bundle(tmp_path / name)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_no_bundle(tmp_path, data):
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(BundleError, match="not a bundle"):
        open_bundle(tmp_path / "x.zip")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_bytes_changed_anywhere(contents, sealing, data):
    whole = bytearray(sealing(contents).path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    hostile = bytes(whole[:cut]) if data.draw(st.booleans()) else bytes(whole)
    try:
        bundle = read_bundle(hostile)
        verify(bundle, [])
        assert bundle.contents
    except BundleError as e:
        assert str(e)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(member=st.sampled_from(["manifest.json", "signature.txt", "health.json", "host.json", "guidance.json", "log.jsonl",
                               "trace/00_till_1.jsonl"]), words=st.binary(max_size=200) | st.text(max_size=60).map(str.encode))  # fmt: skip
def test_members_with_anything_in_them(contents, sealing, member, words):
    try:
        bundle = read_bundle(rewritten(sealing(contents).path, lambda m: m.update({member: words})))
        verify(bundle, [])
        assert bundle.contents
    except BundleError as e:
        assert str(e)


def with_entry(path, name, data=b"x", *, mode=0, way=zipfile.ZIP_DEFLATED, flag=0):
    """The file with one more entry of an odd kind."""
    buffer = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr, info.compress_type = mode << 16, way
        archive.writestr(info, data)
        info.flag_bits |= flag
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["trace/link", "../link", "health.json.lnk"])
def test_a_link_is_never_followed(contents, sealing, name):
    data = with_entry(sealing(contents).path, name, b"/etc/passwd", mode=0o120777)
    assert read_bundle(data).contents == contents


def test_a_link_in_the_place_of_a_member_is_only_its_words(contents, sealing):
    data = with_entry(sealing(contents).path, "trace/97_link.jsonl", b"/etc/passwd", mode=0o120777)
    with pytest.raises(BundleError):
        assert read_bundle(data).contents


def test_a_zip_within_is_not_opened(contents, sealing):
    path = sealing(contents).path
    assert read_bundle(with_entry(path, "inner.zip", path.read_bytes())).contents == contents
    with pytest.raises(BundleError):
        assert read_bundle(with_entry(path, "trace/96_inner.jsonl", path.read_bytes())).contents


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packing_is_refused(contents, sealing, way):
    with pytest.raises(BundleError, match="packed in a way"):
        read_bundle(with_entry(sealing(contents).path, "trace/95_odd.jsonl", way=way))


def test_cut_off_anywhere(contents, sealing):
    whole = sealing(contents).path.read_bytes()
    for size in range(0, len(whole), 61):
        with pytest.raises(BundleError):
            read_bundle(whole[:size])


@pytest.mark.parametrize("claimed", [0, 1, 10**9, 2**32 - 1])
def test_a_wrong_size_in_the_directory(contents, sealing, claimed):
    whole = bytearray(sealing(contents).path.read_bytes())
    entry = whole.index(b"PK\x01\x02")
    whole[entry + 24 : entry + 28] = claimed.to_bytes(4, "little")
    with pytest.raises(BundleError):
        verify(read_bundle(bytes(whole)), [])
