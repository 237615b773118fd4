"""Finds out by exchanging one part at a time whether the fault lies in the cable, the port or the terminal.

A person does the plugging: before each check it says what to exchange and waits for the Enter key.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime

import msgspec

from kiosk.commands.check import address, nobody_pays, wanted
from kiosk.diagnostics import verdict
from kiosk.diagnostics.differential import Conclusion, Part, Why, compare, conclude, fault_of
from kiosk.diagnostics.discovery import gather
from kiosk.diagnostics.runner import Plan
from kiosk.diagnostics.runner import run as run_checks
from kiosk.model.report import TerminalReport
from kiosk.model.terminal import Level
from kiosk.model.text import Catalogue, Text, text
from kiosk.resources import catalogue, findings
from kiosk.settings import data_folder, load

SECONDS = 30.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", required=True, help="the terminal in trouble, as in kiosk check")
    parser.add_argument("--protocol", help="how the terminal talks, such as zvt or escpos")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--lang", default=os.environ.get("KIOSK_LANGUAGE") or "en", help="language of the answer (en)")


def run(args: argparse.Namespace) -> int:
    """Raises `Usage` on a port that is none."""
    say = catalogue(args.lang)
    before = checked(args.port, args.protocol, say)
    told: dict[Part, TerminalReport] = {}
    conclusion = conclude(before, told)
    while conclusion.next is not None and (port := exchanged(conclusion.next, args.port, say)):
        told[conclusion.next] = checked(port, args.protocol, say)
        conclusion = conclude(before, told)
    if conclusion.why is Why.FOLLOWS and conclusion.part and put_back(say):
        conclusion = conclude(before, told, checked(args.port, args.protocol, say))
    print(document(before, told, conclusion, say) if args.json else say(words(conclusion)))
    return 0 if conclusion.why is Why.HEALTHY else 1


def checked(port: str, protocol: str | None, say: Catalogue) -> TerminalReport:
    """One check of level internal of whatever hangs at the port now."""
    settings = load(data_folder() / "settings.toml", os.environ)
    policy, listed = settings.policy, tuple(t for till in settings.tills() for t in till.terminals)
    terminals = wanted(address(port), protocol, listed)
    facts = gather(terminals, policy.pos_programs, policy.payment_hosts, datetime.now(UTC), listed)
    plan = Plan(terminals, Level.INTERNAL, SECONDS, facts, may_act=nobody_pays(terminals, say))
    return run_checks(plan, emit=lambda _event: None, kinds=findings()).report.terminals[0]


def exchanged(part: Part, port: str, say: Catalogue) -> str:
    """Ask for one exchange; the port to check then, empty where the person cannot or will not do it."""
    print(say(text(f"swap.do.{part}")), end=" ", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer or answer.strip().lower() in say(text("swap.no")).split():
        return ""
    return answer.strip() or port if part is Part.PORT else port


def put_back(say: Catalogue) -> bool:
    print(say(text("swap.back")), end=" ", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    return bool(answer) and answer.strip().lower() not in say(text("swap.no")).split()


def words(conclusion: Conclusion) -> Text:
    """One sentence for staff."""
    if conclusion.part is None:
        return Text(f"swap.why.{conclusion.why}")
    return Text(f"swap.{'proven' if conclusion.proven else 'likely'}.{conclusion.part}")


def document(before: TerminalReport, after: dict[Part, TerminalReport], conclusion: Conclusion, say: Catalogue) -> str:
    fault = fault_of(before)
    told = {
        "schema": 1,
        "fault": fault and {"id": fault.id, "text": verdict.says(fault, say)},
        "trials": [{"exchanged": part, "result": compare(before, report)} for part, report in after.items()],
        **msgspec.to_builtins(conclusion),
        "text": say(words(conclusion)),
    }
    return json.dumps(told, indent=2)
