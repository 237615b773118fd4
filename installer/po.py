"""Catalogues as PO files for translators and back (gettext's format, by polib); must not decide what is stale.

`msgctxt` is the id, `msgid` the English. A stale translation is marked fuzzy: whoever looked at it takes the mark away.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib

from installer import catalogues
from installer.catalogues import ROOT, SOURCE, Table, Template
from kiosk.model.text import FORMS

_MILLIONS = "nplurals=3; plural=({one}) ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;"
PLURALS = {
    ("one", "other"): "nplurals=2; plural=(n != 1);",
    ("one", "many", "other"): _MILLIONS.format(one="n == 1"),
    # the fourth form is for fractions, which gettext's whole numbers never reach
    ("one", "few", "many", "other"): "nplurals=4; plural=(n == 1) ? 0 : n%10 >= 2 && n%10 <= 4 "
    "&& (n%100 < 12 || n%100 > 14) ? 1 : 2;",
}
_FRENCH = _MILLIONS.format(one="n == 0 || n == 1")


def forms_of(language: str) -> tuple[str, ...]:
    return FORMS.get(language, ("one", "other"))


def plural_rule(language: str) -> str:
    return _FRENCH if language in ("fr", "pt") else PLURALS[forms_of(language)]


def exported(language: str, root: Path = ROOT) -> polib.POFile:
    """Everything there is to translate, with what is translated already."""
    po = polib.POFile()
    po.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_rule(language),
    }
    own, old = catalogues.texts(language, root), set(catalogues.stale(language, root))
    for room, table in catalogues.rooms(SOURCE, root).items():
        for id, english in table.items():
            po.append(_entry(room, id, english, own.get(id), language, fuzzy=id in old))
    return po


def _entry(room: str, id: str, english: Template, own: Template | None, language: str, *, fuzzy: bool) -> polib.POEntry:
    limit = catalogues.limit_of(id)
    notes = [f"{limit.kind}: at most {limit.characters} characters"]
    if names := sorted(catalogues.fields(english)):
        notes.append("keep as they are: " + " ".join(f"{{{name}}}" for name in names))
    about = {
        "msgctxt": id,
        "occurrences": [(f"{room}.json", "")],
        "flags": ["fuzzy"] if fuzzy else [],
    }
    if not isinstance(english, dict):
        said = own if isinstance(own, str) else ""
        return polib.POEntry(msgid=english, msgstr=said, comment="\n".join(notes), **about)
    names = forms_of(language)
    notes.append("forms in this order: " + ", ".join(names))
    said = own if isinstance(own, dict) else {}
    plural = {number: said.get(name, "") for number, name in enumerate(names)}
    return polib.POEntry(
        msgid=english["one"], msgid_plural=english["other"], msgstr_plural=plural, comment="\n".join(notes), **about
    )


class Taken(NamedTuple):
    """What a PO file brought: translations to write, the English each was made from, and what was refused and why."""

    texts: Table
    sources: Table
    refused: list[str]


def taken(po: polib.POFile, language: str, root: Path = ROOT) -> Taken:
    """Translated entries that are not fuzzy; a wrong one is refused, the others are taken."""
    english = catalogues.texts(SOURCE, root)
    got = Taken({}, {}, [])
    for entry in po:
        id = entry.msgctxt or ""
        if entry.obsolete or entry.fuzzy or not _said(entry):
            continue
        template = _template(entry, language)
        wrong = list(_faults(id, template, english))
        got.refused.extend(f"{id}: {why}" for why in wrong)
        if not wrong:
            got.texts[id] = template
            got.sources[id] = {"one": entry.msgid, "other": entry.msgid_plural} if entry.msgid_plural else entry.msgid
    return got


def _said(entry: polib.POEntry) -> bool:
    return bool(all(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr)


def _template(entry: polib.POEntry, language: str) -> Template:
    if not entry.msgid_plural:
        return str(entry.msgstr)
    names = forms_of(language)
    return {names[int(n)]: said for n, said in sorted(entry.msgstr_plural.items()) if int(n) < len(names)}


def _faults(id: str, template: Template, english: Table) -> Iterator[str]:
    if id not in english:
        yield "there is no such text any more"
        return
    if isinstance(template, dict) != isinstance(english[id], dict):
        yield "has plural forms where English has none, or the other way round"
    if catalogues.fields(template) != catalogues.fields(english[id]):
        yield f"has the fields {sorted(catalogues.fields(template))}, English {sorted(catalogues.fields(english[id]))}"
    limit = catalogues.limit_of(id)
    if (own := catalogues.length(template)) > limit.characters:
        yield f"has {own} characters; {limit.kind}: at most {limit.characters}"
