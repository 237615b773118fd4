"""Every pair of colours that words stand in has a contrast of 4.5:1, and lines that matter 3:1 (WCAG 2.2)."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.resources import root
from kiosk.ui.theme import FAMILY, SHAPES, TONES, Look, font, tokens

TONE_NAMES = sorted(set(TONES.values()))
WORDS = [
    *((ink, ground) for ink in ("ink", "soft", "brand", *TONE_NAMES) for ground in ("ground", "card")),
    *((tone, f"{tone}_ground") for tone in TONE_NAMES),
    ("ink", "attention_ground"), ("ink", "broken_ground"), ("ink", "pressed"), ("ink", "brand_ground"),
    ("on_brand", "brand"), ("on_brand", "brand_pressed"), ("on_broken", "broken"), ("unknown", "unknown_ground"),
]  # fmt: skip
EDGES = [("strong", "card"), ("strong", "ground"), ("brand", "card"), ("broken", "ground")]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_can_be_read(ink: str, ground: str, dark: bool) -> None:
    colours = tokens(root(), dark)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("line", "ground"), EDGES)
def test_edges_of_what_can_be_touched_are_seen(line: str, ground: str, dark: bool) -> None:
    colours = tokens(root(), dark)
    assert contrast(colours[line], colours[ground]) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_the_sheet_has_no_role_left_open(qapp: QApplication, dark: bool) -> None:
    look = Look(root(), dark)
    sheet = look.sheet()
    assert not [role for role in look.tokens if "{" + role + "}" in sheet]
    assert set(tokens(root(), False)) == set(tokens(root(), True))


def test_every_light_has_an_icon_on_disk() -> None:
    assert all((root() / "icons" / f"{name}.svg").is_file() for name in SHAPES.values())


def test_the_typeface_is_ours(qapp: QApplication) -> None:
    assert font(26, 700).family() == FAMILY
    assert (root() / "fonts" / "AtkinsonHyperlegibleNext.ttf").is_file()
