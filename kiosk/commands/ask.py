"""What may be wrong, by staff's own words: kiosk ask "it keeps saying busy". Works offline, in any language.

Symptoms come first; below them what can be read up.
"""

import argparse
import os

from kiosk import resources
from kiosk.errors import Usage
from kiosk.guidance.load import load
from kiosk.model import wire
from kiosk.model.text import Text, text

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
    guide = load(resources.root() / "guidance", resources.findings())
    library, words = resources.articles(guide), " ".join(args.words)
    says = resources.catalogue(args.lang, "guidance", "knowledge", "checks")

    def line(id: str, title: Text, score: float) -> dict[str, object]:
        return {"id": id, "title": says(title), "score": score}

    found = resources.search_index(guide).find(words, args.lang, args.most)
    results = [line(f.id, guide.symptoms[f.id].title, f.score) for f in found]
    read_up = library.find(words, args.lang, min(3, args.most))
    articles = [line(f.id, library.articles[f.id].title, f.score) for f in read_up]
    if args.json:
        print(wire.pretty({"schema": wire.SCHEMA, "results": results, "articles": articles}).decode())
    else:
        lines = [*map(_shown, results), *([says(text("ask.read_up"))] if articles else []), *map(_shown, articles)]
        print("\n".join(lines) or says(text("ask.nothing")))
    return FOUND if results or articles else NOTHING


def _shown(line: dict[str, object]) -> str:
    return f"{line['id']:22} {line['title']}"
