"""The program's window at a reader of the card service beside it: a person tests it with a card, then cancels a test.

Run by `card_service` in its mount namespace, so that the window meets that service. The last line printed is JSON:
what was read on the page at each step, and what was asked of the cards.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from kiosk.app import Options, Running
from tests.fakes.card_service import READER, Card, has_card
from tests.story import Story

SETTINGS = f"""
[store]
name = "Bakery Street 12"
[[till]]
name = "Till 1"
[[till.terminal]]
port = "pcsc:{READER}"
protocol = "ccid"
kind = "smart_card_reader"
"""
INSERT = "Put any card into the reader now"


def main(folder: Path) -> dict[str, object]:
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    running = Running(Options(data=folder / "data", settings=settings))
    nobody: Any = None
    story = Story(folder, running, nobody, nobody)
    try:
        story.until("all of it built", lambda: running.kiosk)
        return acted(story, int((folder / "card_port").read_text(encoding="ascii")))
    finally:
        running.window.close()
        running.stop()


def acted(story: Story, port: int) -> dict[str, object]:
    told: dict[str, object] = {}
    story.tap("Check everything")
    story.shown("Verdict")
    told["before"] = seen(story)
    begin(story)
    card = Card(port)
    story.said("Now take the card out.")
    told["tested"], told["words"] = seen(story), story.words()
    card.out()
    story.until("the reader empty", lambda: not has_card())
    begin(story)
    story.tap("Cancel")
    story.shown("Home")
    told["running"] = story.kiosk.journey.running is not None
    again = Card(port)
    story.until("a card in the reader", has_card)
    again.out()
    story.until("the reader empty", lambda: not has_card())
    story.tap("Check everything")
    story.shown("Verdict")
    told["after"], told["asked"] = seen(story), sorted({*card.heard, *again.heard})
    return told


def begin(story: Story) -> None:
    """As far as the page asks for a card."""
    story.tap("Test with a card")
    story.shown("Ask")
    story.tap("No, check now")
    story.said(INSERT)


def seen(story: Story) -> list[str]:
    """Ids of what is known of the reader."""
    (one,) = story.kiosk.journey.seen.values()
    return [finding.id for finding in one.report.findings]


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))), flush=True)  # noqa: T201 - its last words
