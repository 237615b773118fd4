"""What may be wrong, by staff's own words: kiosk ask "it keeps saying busy". Works offline, in any language."""

import argparse
import os

from kiosk import resources
from kiosk.errors import Usage
from kiosk.guidance.load import load
from kiosk.model import wire
from kiosk.model.text import text

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
    says = resources.catalogue(args.lang, "guidance")
    found = resources.search_index(guide).find(" ".join(args.words), args.lang, args.most)
    results = [{"id": f.id, "title": says(guide.symptoms[f.id].title), "score": f.score} for f in found]
    if args.json:
        print(wire.pretty({"schema": wire.SCHEMA, "results": results}).decode())
    else:
        lines = [f"{result['id']:22} {result['title']}" for result in results]
        print("\n".join(lines) or resources.catalogue(args.lang, "checks")(text("ask.nothing")))
    return FOUND if results else NOTHING
