"""Runs today's checks on the recorded bytes of a bundle, and says whether they find the same."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from kiosk.commands.check import spoken, status
from kiosk.diagnostics import verdict
from kiosk.diagnostics.replay import replay
from kiosk.model.text import Text
from kiosk.resources import catalogue, findings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="a sealed file")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--lang", default=os.environ.get("KIOSK_LANGUAGE") or "en", help="language of the answer (en)")


def run(args: argparse.Namespace) -> int:
    """Raises `BundleError` on a file that is no bundle, or that holds no facts."""
    from kiosk.evidence.bundle import open_bundle

    say = catalogue(args.lang)
    recorded = open_bundle(args.bundle).contents
    again = replay(recorded.report, recorded.traces, findings())
    report = again.report
    same = verdict.same(recorded.report, report)
    if args.json:
        print(json.dumps({**verdict.document(report, say), "same": same, "not_recorded": again.not_recorded}, indent=2))
    else:
        print(spoken(report, say), say(Text("check.same" if same else "check.differs")), sep="\n\n")
    return status(report)
