"""What is missing, stale or too long in a language, on a small tree of texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from installer import catalogues

ENGLISH = {
    "ui.back": "Back",
    "ui.minutes": {"one": "{n} minute", "other": "{n} minutes"},
    "step.a.b": "Push {what} in.",
}
GERMAN = {"ui.back": "Zurück", "ui.minutes": {"one": "{n} Minute", "other": "{n} Minuten"}, "step.a.b": "{what} rein."}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for language, table in (("en", ENGLISH), ("de", GERMAN)):
        put(tmp_path, language, table)
    catalogues.remember("de", root=tmp_path)
    return tmp_path


def put(root: Path, language: str, table: dict[str, object]) -> None:
    folder = root / "resources" / "text" / language
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "room.json").write_text(json.dumps(table), "utf-8")


def test_english_is_the_source_and_no_translation(tree: Path) -> None:
    assert catalogues.languages(tree) == ["de"]


def test_what_is_missing(tree: Path) -> None:
    put(tree, "en", {**ENGLISH, "ui.home": "Home"})
    assert catalogues.missing("de", tree) == ["ui.home"]


def test_english_that_changed_alone_makes_a_translation_stale(tree: Path) -> None:
    assert catalogues.stale("de", tree) == []
    put(tree, "en", {**ENGLISH, "ui.back": "Go back"})
    assert catalogues.stale("de", tree) == ["ui.back"]


def test_a_translation_that_changed_with_it_is_fresh(tree: Path) -> None:
    put(tree, "en", {**ENGLISH, "ui.back": "Go back"})
    put(tree, "de", {**GERMAN, "ui.back": "Gehe zurück"})
    assert catalogues.stale("de", tree) == []


def test_a_stale_one_stays_so_until_somebody_says_that_it_fits(tree: Path) -> None:
    put(tree, "en", {**ENGLISH, "ui.back": "Go back"})
    catalogues.remember("de", root=tree)
    assert catalogues.stale("de", tree) == ["ui.back"]
    catalogues.remember("de", ["ui.back"], root=tree)
    assert catalogues.stale("de", tree) == []


def test_what_is_gone_is_forgotten(tree: Path) -> None:
    put(tree, "en", {"ui.back": "Back"})
    catalogues.remember("de", root=tree)
    assert set(catalogues.made("de", tree)) == {"ui.back"}


def test_a_text_over_its_limit_is_told_with_the_limit(tree: Path) -> None:
    put(tree, "de", {**GERMAN, "ui.back": "Zurück zur Seite davor, bitte"})
    assert list(catalogues.too_long("de", tree)) == [("ui.back", 29, catalogues.Limit("short button", 24))]


@pytest.mark.parametrize(
    ("id", "kind"),
    [("ui.hop.pc", "name of a hop"), ("step.a.b.hint", "hint"), ("step.a.b", "title or answer of a step"),
     ("symptom.x", "tile"), ("never.x", "line of a stop page"), ("zvt.result.6c", "sentence")],
)  # fmt: skip
def test_kinds_of_texts(id: str, kind: str) -> None:
    assert catalogues.limit_of(id).kind == kind


def test_fields_count_as_what_fills_them() -> None:
    assert catalogues.length("{time} {till}") == len("23:59 xxxxxxxxxx")
    assert catalogues.length({"one": "{n} a", "other": "{n} abc"}) == len("10 abc")


def test_texts_are_written_in_the_order_of_english_and_others_stay(tree: Path) -> None:
    catalogues.write("pl", {"step.a.b": "Wsuń {what}.", "ui.back": "Wstecz"}, tree)
    catalogues.write("pl", {"ui.back": "Wróć"}, tree)
    assert list(catalogues.texts("pl", tree).items()) == [("ui.back", "Wróć"), ("step.a.b", "Wsuń {what}.")]
    assert catalogues.missing("pl", tree) == ["ui.minutes"]
