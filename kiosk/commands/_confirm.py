"""Asks whoever sits at the keyboard whether a guess is right; the answer counts as one that was given in the window."""

from __future__ import annotations

import sys

from kiosk.diagnostics import verdict
from kiosk.model.finding import Finding
from kiosk.model.learned import Learned, Lessons, confirmed, denied, guesses, identity_of
from kiosk.model.report import Report, TerminalReport
from kiosk.model.text import Catalogue, literal, text


def asked(report: Report, known: Lessons, say: Catalogue) -> Lessons:
    """What is known now. Where nobody sits there, or does not know, it is as before."""
    if sys.stdin.isatty() and sys.stderr.isatty():
        for one in report.terminals:
            known = _asked(one, known, say)
    return known


def _asked(one: TerminalReport, known: Lessons, say: Catalogue) -> Lessons:
    identity = identity_of(one.terminal)
    for finding in guesses(one.findings, known.get(identity, Learned())):
        before, answer = known.get(identity, Learned()), _answer(one, finding, say)
        if answer in say(text("check.guess.yes")).split():
            return {**known, identity: confirmed(finding, before)}
        if answer not in say(text("check.paying.no")).split():
            return known
        known = {**known, identity: denied(finding, before)}
    return known


def _answer(one: TerminalReport, finding: Finding, say: Catalogue) -> str:
    question = text("check.guess", port=one.terminal.port.address, says=literal(verdict.says(finding, say)))
    print(say(question), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower()
