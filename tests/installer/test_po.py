"""Catalogues go out as PO files and come back the same; what is wrong in one is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

polib = pytest.importorskip("polib", reason="polib is for developers: pip install support-kiosk[dev]")

from installer import catalogues, po  # noqa: E402
from kiosk.model.text import FORMS, plural_form  # noqa: E402

ENGLISH = {
    "ui.back": "Back",
    "ui.minutes": {"one": "{n} minute", "other": "{n} minutes"},
    "step.a.b": "Push {what} in.",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    put(tmp_path, ENGLISH)
    return tmp_path


def put(root: Path, table: dict[str, object]) -> None:
    folder = root / "resources" / "text" / "en"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "room.json").write_text(json.dumps(table), "utf-8")


def entry(file: polib.POFile, id: str) -> polib.POEntry:
    return next(each for each in file if each.msgctxt == id)


def translated(tree: Path) -> polib.POFile:
    file = po.exported("pl", tree)
    entry(file, "ui.back").msgstr = "Wróć"
    entry(file, "step.a.b").msgstr = "Wsuń {what}."
    entry(file, "ui.minutes").msgstr_plural = {
        0: "{n} minuta", 1: "{n} minuty", 2: "{n} minut", 3: "{n} minuty",
    }  # fmt: skip
    return file


def test_a_translator_sees_id_english_limit_and_fields(tree: Path) -> None:
    said = entry(po.exported("pl", tree), "step.a.b")
    assert said.msgid == "Push {what} in."
    assert said.occurrences == [("room.json", "")]
    assert said.comment == "title or answer of a step: at most 80 characters\nkeep as they are: {what}"


def test_it_comes_back_as_it_went(tree: Path, tmp_path: Path) -> None:
    translated(tree).save(str(tmp_path / "pl.po"))
    got = po.taken(polib.pofile(str(tmp_path / "pl.po")), "pl", tree)
    assert got.refused == []
    assert got.texts == {
        "ui.back": "Wróć",
        "ui.minutes": {"one": "{n} minuta", "few": "{n} minuty", "many": "{n} minut", "other": "{n} minuty"},
        "step.a.b": "Wsuń {what}.",
    }
    catalogues.write("pl", got.texts, tree)
    catalogues.remember("pl", list(got.texts), root=tree, sources=got.sources)
    again = po.exported("pl", tree)
    assert not again.untranslated_entries()
    assert not again.fuzzy_entries()


def test_english_that_changed_while_the_file_was_out_is_told_as_stale(tree: Path) -> None:
    file = translated(tree)
    put(tree, {**ENGLISH, "ui.back": "Go back"})
    got = po.taken(file, "pl", tree)
    catalogues.write("pl", got.texts, tree)
    catalogues.remember("pl", list(got.texts), root=tree, sources=got.sources)
    assert catalogues.stale("pl", tree) == ["ui.back"]
    assert [each.msgctxt for each in po.exported("pl", tree).fuzzy_entries()] == ["ui.back"]


@pytest.mark.parametrize(
    ("id", "said", "told"),
    [
        ("step.a.b", "Wsuń.", "has the fields [], English ['what']"),
        ("ui.back", "Z powrotem do poprzedniej strony", "at most 24"),
    ],
)
def test_a_wrong_entry_is_refused_and_the_others_are_taken(tree: Path, id: str, said: str, told: str) -> None:
    file = translated(tree)
    entry(file, id).msgstr = said
    got = po.taken(file, "pl", tree)
    assert id not in got.texts
    assert len(got.texts) == 2
    assert told in got.refused[0]


def test_what_english_no_longer_has_is_refused(tree: Path) -> None:
    file = translated(tree)
    put(tree, {"ui.back": "Back"})
    assert po.taken(file, "pl", tree).refused == [
        "ui.minutes: there is no such text any more",
        "step.a.b: there is no such text any more",
    ]


def test_fuzzy_and_empty_entries_wait(tree: Path) -> None:
    file = translated(tree)
    entry(file, "ui.back").flags.append("fuzzy")
    entry(file, "step.a.b").msgstr = ""
    assert set(po.taken(file, "pl", tree).texts) == {"ui.minutes"}


@pytest.mark.parametrize("language", sorted(FORMS))
def test_gettext_chooses_the_same_form_as_the_kiosk(language: str) -> None:
    """The rule of the file is C; its operators are Python's but for three."""
    rule = po.plural_rule(language)
    count, chosen = rule.removesuffix(";").split("; plural=")
    assert count == f"nplurals={len(FORMS[language])}"
    for n in (*range(130), 1_000_000, 1_000_001, 3_000_000):
        assert FORMS[language][in_c(chosen, n)] == plural_form(language, n), n


def in_c(rule: str, n: int) -> int:
    parts = rule.replace("&&", " and ").replace("||", " or ").split("?", 1)
    if len(parts) == 1:
        return int(eval(parts[0], {"n": n}))  # noqa: S307 our own rule
    yes, no = parts[1].split(":", 1)
    return int(yes) if eval(parts[0], {"n": n}) else in_c(no, n)  # noqa: S307 our own rule
