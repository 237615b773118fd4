"""A date as each language writes it, and nothing for what is none."""

from __future__ import annotations

import pytest

from kiosk.ui.dates import long_date


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "March 2, 2026"),
        ("de", "2. März 2026"),
        ("fr", "2 mars 2026"),
        ("es", "2 de marzo de 2026"),
        ("pl", "2 marca 2026"),
        ("pt", "2 de março de 2026"),
    ],
)
def test_a_day_without_the_name_of_its_weekday(language: str, written: str) -> None:
    assert long_date("2026-03-02", language) == written


@pytest.mark.parametrize("iso", ["", "soon", "2026-02-30", "2026-13-01"])
def test_what_is_no_date_says_nothing(iso: str) -> None:
    assert long_date(iso, "de") == ""
