"""The file of what was said: there and back, and never in the way of a start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk import lessons
from kiosk.model.learned import Learned
from kiosk.model.terminal import Kind


def test_there_and_back(tmp_path: Path) -> None:
    known = {"52885440": Learned("zvt", "ZVT", Kind.TERMINAL, 9600), "1-4.2": Learned(denied=("zvt",))}
    (tmp_path / lessons.FILE).write_bytes(lessons.encoded(known))
    assert lessons.load(tmp_path) == known


def test_no_file_is_nothing_and_a_broken_one_is_said(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    assert lessons.load(tmp_path) == {}
    (tmp_path / lessons.FILE).write_bytes(b"{")
    expect_log("asked again")
    assert lessons.load(tmp_path) == {}


def test_it_does_not_grow_without_end(tmp_path: Path) -> None:
    many = {str(n): Learned("zvt") for n in range(lessons.MOST + 5)}
    (tmp_path / lessons.FILE).write_bytes(lessons.encoded(many))
    assert len(lessons.load(tmp_path)) == lessons.MOST
    assert str(lessons.MOST + 4) in lessons.load(tmp_path)
