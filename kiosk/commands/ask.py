"""What may be wrong, by staff's own words: kiosk ask "it keeps saying busy". Works offline, in any language."""

import argparse
import os
from collections.abc import Iterator, Mapping

from kiosk import resources
from kiosk.errors import Usage
from kiosk.guidance.load import load, thesaurus
from kiosk.guidance.model import Guide, Symptom
from kiosk.guidance.search import Entry, Index
from kiosk.model import wire
from kiosk.model.text import Catalogue, text

FOUND, NOTHING = 0, 1
MOST = 5


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORDS", help="as somebody at the till would say it")
    parser.add_argument("--lang", default=os.environ.get("KIOSK_LANGUAGE") or "en", help="their language (en)")
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help=f"how many answers ({MOST})")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(args: argparse.Namespace) -> int:
    if args.most < 1:
        raise Usage("At least one answer is needed.", "Write for example --most 3.")
    folder = resources.root() / "guidance"
    guide, says = load(folder, resources.findings()), resources.catalogue(args.lang, "guidance")
    found = Index(entries(guide), thesaurus(folder)).find(" ".join(args.words), args.lang, args.most)
    results = [{"id": f.id, "title": says(guide.symptoms[f.id].title), "score": f.score} for f in found]
    if args.json:
        print(wire.pretty({"schema": wire.SCHEMA, "results": results}).decode())
    else:
        lines = [f"{result['id']:22} {result['title']}" for result in results]
        print("\n".join(lines) or resources.catalogue(args.lang, "checks")(text("ask.nothing")))
    return FOUND if results else NOTHING


def entries(guide: Guide) -> tuple[Entry, ...]:
    """Titles in every language with texts, and all that staff say."""
    titles = {language: resources.catalogue(language, "guidance") for language in resources.languages()}
    return tuple(entry for symptom in guide.symptoms.values() for entry in _of(symptom, titles))


def _of(symptom: Symptom, titles: Mapping[str, Catalogue]) -> Iterator[Entry]:
    yield from (Entry(symptom.id, language, says(symptom.title)) for language, says in titles.items())
    for language, phrases in symptom.says.items():
        yield from (Entry(symptom.id, language, words) for words in phrases)
