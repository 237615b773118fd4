"""Every text is there in every language, with the same fields; every finding has its words and a use."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from installer import catalogues
from kiosk.app import OWN_NAMES
from kiosk.model.text import FORMS
from kiosk.resources import findings, languages

FIELD = re.compile(r"\{(\w+)\}")
PLURALS = {language: set(forms) for language, forms in FORMS.items()}


def tables(root: Path, language: str) -> dict[str, dict[str, object]]:
    """room -> id -> template."""
    folder = root / "resources" / "text" / language
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def test_english_and_german_are_there():
    assert {"en", "de"} <= set(languages())


def test_rooms_have_the_same_ids_in_every_language(root):
    english = tables(root, "en")
    wrong = []
    for language in languages():
        other = tables(root, language)
        for room in english.keys() | other.keys():
            en, own = english.get(room, {}).keys(), other.get(room, {}).keys()
            wrong += [f"resources/text/{language}/{room}.json: write {id}" for id in sorted(en - own)]
            wrong += [
                f"resources/text/en/{room}.json: write {id}, or take it out of {language}" for id in sorted(own - en)
            ]
    assert not wrong, "\n".join(wrong)


def test_texts_have_the_same_fields_in_every_language(root):
    english = tables(root, "en")
    wrong = [
        f"{language}/{room}.json: {id} has the fields {sorted(fields(template))}, English {sorted(fields(en))}"
        for language in languages()
        for room, texts in tables(root, language).items()
        for id, template in texts.items()
        if (en := english.get(room, {}).get(id)) is not None and fields(template) != fields(en)
    ]
    assert not wrong, "\n".join(wrong)


def fields(template: object) -> set[str]:
    """Names in braces, over all plural forms; `n` chooses the form and may be left out of one."""
    forms = template.values() if isinstance(template, dict) else [template]
    return {name for form in forms for name in FIELD.findall(str(form))}


def test_every_text_is_a_template(root):
    wrong = [
        f"{language}/{room}.json: {id}: {problem}"
        for language in languages()
        for room, texts in tables(root, language).items()
        for id, template in texts.items()
        for problem in problems(template, PLURALS.get(language, {"other"}))
    ]
    assert not wrong, "\n".join(wrong)


def problems(template: object, forms: set[str]) -> Iterator[str]:
    if isinstance(template, dict):
        if set(template) != forms:
            yield f"needs the plural forms {sorted(forms)}"
        words = list(template.values())
    else:
        words = [template]
    for word in words:
        if not isinstance(word, str) or not word.strip():
            yield "is empty"
        elif word.count("{") != len(FIELD.findall(word)) or word.count("{") != word.count("}"):
            yield "has a brace that is no {field}"


@pytest.mark.parametrize("language", languages())
def test_every_text_fits_where_it_stands(language):
    long = [
        f"{id}: {own} characters, at most {limit.characters} ({limit.kind})"
        for id, own, limit in catalogues.too_long(language)
    ]
    assert not long, f"say it in fewer words in resources/text/{language}:\n" + "\n".join(long)


@pytest.mark.parametrize("language", catalogues.languages())
def test_no_translation_is_older_than_its_english(language):
    stale = catalogues.stale(language)
    assert not stale, (
        f"the English has changed; change resources/text/{language} too, or say that it still fits: "
        f"python installer/texts.py fits {language} {' '.join(stale)}"
    )


def test_every_language_has_a_name_of_its_own_and_plural_forms():
    assert set(languages()) <= set(OWN_NAMES), "write its own name in kiosk/app.py: OWN_NAMES"
    assert set(languages()) <= set(FORMS), "write its plural forms in kiosk/model/text.py: FORMS and plural_form"


def test_no_id_is_defined_twice(root):
    seen: dict[str, str] = {}
    twice = []
    for room, texts in tables(root, "en").items():
        twice += [f"{id} in {seen[id]}.json and {room}.json" for id in texts if id in seen]
        seen |= dict.fromkeys(texts, room)
    assert not twice, f"one text, one place: {twice}"


@pytest.mark.parametrize("language", languages())
def test_every_finding_has_words(root, language):
    texts = tables(root, language).get("findings", {})
    missing = [id for finding in findings() for id in (finding, f"{finding}.says") if id not in texts]
    assert not missing, f"write in resources/text/{language}/findings.json: {missing}"


def test_every_text_named_in_code_exists(root, program):
    known = {id for texts in tables(root, "en").values() for id in texts} | {"literal", "day"}
    missing = [f"{s.name}: {id}" for s in program for id in ids_in(s.tree) if id not in known]
    assert not missing, "write these texts in the room's file of resources/text:\n" + "\n".join(missing)


def ids_in(tree: ast.Module) -> Iterator[str]:
    """First arguments of `text("...")` and `Text("...")` that stand there in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("text", "Text"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_every_finding_that_needs_help_is_used_by_guidance(root):
    used = "\n".join(file.read_text(encoding="utf-8") for file in (root / "resources/guidance").rglob("*.toml"))
    unused = [
        kind.id
        for kind in findings().values()
        if kind.severity in ("warning", "fault")
        and not kind.hold
        and not re.search(rf'["\s]{re.escape(kind.id)}["\s]', used)
    ]
    assert not unused, f"say in resources/guidance what these findings mean for a cause: {unused}"


def test_findings_list_holds_nothing_else(root):
    with (root / "resources/findings.toml").open("rb") as file:
        groups = tomllib.load(file)
    assert sum(map(len, groups.values())) == len(findings())
