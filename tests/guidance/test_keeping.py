"""Files that survive: whole or as they were, the last good one in use after damage, old records and photos gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.guidance.keeping import (
    inspections,
    keep,
    keep_inspection,
    keep_outcome,
    keep_photo,
    kept,
    outcomes,
    replace_file,
)
from kiosk.guidance.outcomes import Came, Outcome, Tally
from kiosk.model.inspection import Inspection
from kiosk.model.text import text


def test_a_file_is_there_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "journey.json"
    replace_file(file, b"first")
    replace_file(file, b"second")
    assert file.read_bytes() == b"second"

    def power_cut(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", power_cut)
    with pytest.raises(OSError, match="No space"):
        replace_file(file, b"third")
    assert file.read_bytes() == b"second"


def record(id: str, ended: str = "2026-03-02T09:00:00+00:00") -> Inspection:
    return Inspection(id, "1.1", ended, ended, "passed", "Ida")


def test_records_are_kept_in_order(tmp_path: Path) -> None:
    assert inspections(tmp_path).value == ()
    keep_inspection(tmp_path, record("a"))
    keep_inspection(tmp_path, record("b", "2026-04-02T09:00:00+00:00"))
    keep_inspection(tmp_path, record("b", "2026-04-02T09:00:00+00:00"))
    assert [r.id for r in inspections(tmp_path).value] == ["a", "b"]


@pytest.mark.parametrize("damage", [b"", b"[{", b"\xff\xfe", b'{"a": 1}'])
def test_after_damage_the_last_good_one_is_used_and_said(tmp_path: Path, damage: bytes) -> None:
    keep_inspection(tmp_path, record("a"))
    keep_inspection(tmp_path, record("b"))
    (tmp_path / "inspections.json").write_bytes(damage)
    found = inspections(tmp_path)
    assert [r.id for r in found.value] == ["a"]
    assert found.trouble == text("damaged.before", file="inspections.json")
    keep_inspection(tmp_path, record("c"))
    assert [r.id for r in inspections(tmp_path).value] == ["a", "c"]
    assert inspections(tmp_path).trouble is None


def test_with_nothing_good_left_it_starts_anew_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "numbers.json"
    file.write_bytes(b"{")
    assert kept(file, dict[str, int], {}).trouble == text("damaged.anew", file="numbers.json")
    keep(file, {"a": 1})
    assert not (tmp_path / "numbers.json.last").exists(), "damage is not kept as the last good one"
    assert kept(file, dict[str, int], {}).value == {"a": 1}


def test_records_and_photos_of_more_than_a_year_go(tmp_path: Path) -> None:
    keep_inspection(tmp_path, record("old"))
    keep_photo(tmp_path, "old", "case_1.jpg", b"\xff\xd8 photo")
    assert (tmp_path / "inspections" / "old" / "case_1.jpg").read_bytes() == b"\xff\xd8 photo"
    keep_inspection(tmp_path, record("new", "2027-06-02T09:00:00+00:00"))
    assert [r.id for r in inspections(tmp_path).value] == ["new"]
    assert not (tmp_path / "inspections" / "old").exists()


@pytest.mark.parametrize(
    ("inspection", "name", "jpeg"),
    [
        ("../x", "case_1.jpg", b"\xff\xd8"),
        ("a", "../case.jpg", b"\xff\xd8"),
        ("a", "case_1.jpg", b"GIF89a"),
        ("a", "case_1.jpg", b"\xff\xd8" + bytes(4_000_000)),
    ],
)
def test_nothing_else_is_written(tmp_path: Path, inspection: str, name: str, jpeg: bytes) -> None:
    keep_photo(tmp_path, inspection, name, jpeg)
    assert list(tmp_path.rglob("*")) == []


def test_counts_grow_and_survive_a_file_half_written(tmp_path: Path) -> None:
    for came in (Came.CURED, Came.IN_VAIN):
        keep_outcome(tmp_path, Outcome("s", "r", came, 1.0))
    assert outcomes(tmp_path).value == {"s": {"r": Tally(1, 1, minutes=2.0)}}
    whole = (tmp_path / "outcomes.json").read_bytes()
    (tmp_path / "outcomes.json").write_bytes(whole[: len(whole) // 2])
    assert outcomes(tmp_path).value == {"s": {"r": Tally(1, minutes=1.0)}}
    assert outcomes(tmp_path).trouble
    keep_outcome(tmp_path, Outcome("s", "r", Came.REFUSED))
    assert outcomes(tmp_path).value == {"s": {"r": Tally(1, refused=1, minutes=1.0)}}


def test_a_power_cut_while_counting_loses_one_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_outcome(tmp_path, Outcome("s", "r", Came.CURED))

    def power_cut(_: int) -> None:
        raise OSError(5, "gone")

    with monkeypatch.context() as cut:
        cut.setattr("os.fsync", power_cut)
        with pytest.raises(OSError, match="gone"):
            keep_outcome(tmp_path, Outcome("s", "r", Came.CURED))
    assert outcomes(tmp_path).value == {"s": {"r": Tally(1)}}
    assert outcomes(tmp_path).trouble is None
