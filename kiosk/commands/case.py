"""A case from scripts: opens one, writes to it, shows it.

What is said is kept first and then sent; status 1 means that it is kept and still waits for the desk.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import SettingsError, Usage
from kiosk.model.text import text

if TYPE_CHECKING:
    from kiosk.escalation.enrolment import Enrolment
    from kiosk.escalation.outbox import Outbox
    from kiosk.model.body import Body
    from kiosk.model.case import CaseEvent
    from kiosk.model.text import Catalogue

SENT, WAITS = 0, 1


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    opening = _action(actions, "open", "open a case; its id is the first line")
    opening.set_defaults(act=_open)
    opening.add_argument("--terminal", default="", help="make and model")
    opening.add_argument("--terminal-id", default="", metavar="ID")
    opening.add_argument("--till", default="")
    opening.add_argument("--symptom", metavar="ID", help="what is wrong, by its id")
    opening.add_argument("--words", default="", help="what is wrong, in own words")
    opening.add_argument("--language", default="en")
    saying = _action(actions, "say", "write to a case")
    saying.set_defaults(act=_say)
    saying.add_argument("case", help="its id or its number")
    saying.add_argument("words", nargs="+")
    showing = _action(actions, "show", "show a case, or list all")
    showing.set_defaults(act=_show)
    showing.add_argument("case", nargs="?", help="its id or its number")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, about: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=about, description=about)
    parser.add_argument("--data", type=Path, metavar="DIR", help="where this kiosk keeps what it must not lose")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="trust this certificate authority besides the system's")
    parser.add_argument(
        "--wait", type=float, default=10.0, metavar="S", help="seconds to wait for the desk (default 10)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    return parser


def run(args: argparse.Namespace) -> int:
    with _outbox(args) as (outbox, belongs):
        code: int = args.act(args, outbox, belongs)
    return code


def _open(args: argparse.Namespace, outbox: Outbox, belongs: Enrolment) -> int:
    from kiosk.model.case import Message, Opened, Symptom

    case = _new_id()
    opened = Opened(
        store=belongs.store_name,
        till=args.till,
        terminal=args.terminal,
        terminal_id=args.terminal_id,
        language=args.language,
        kiosk_version=_version(),
    )
    _put(outbox, belongs, case, opened)
    if args.symptom:
        _put(outbox, belongs, case, Symptom(args.symptom, args.words))
    elif args.words:
        _put(outbox, belongs, case, Message(args.words))
    return _sent(args, outbox, belongs, case)


def _say(args: argparse.Namespace, outbox: Outbox, belongs: Enrolment) -> int:
    from kiosk.model.case import Message

    case = _find(outbox, args.case)
    _put(outbox, belongs, case, Message(" ".join(args.words)))
    return _sent(args, outbox, belongs, case)


def _show(args: argparse.Namespace, outbox: Outbox, belongs: Enrolment) -> int:
    _talk(args, outbox, belongs)
    cases = [_find(outbox, args.case)] if args.case else list(outbox.cases())
    if args.json:
        _print({"cases": [_as_json(outbox, case, events=bool(args.case)) for case in cases]})
    for case in [] if args.json else cases:
        print(f"{_label(outbox, case)}  {case}")
        for event in outbox.events(case) if args.case else ():
            print(f"  {event.at:%Y-%m-%d %H:%M}  {event.author.name or event.author.side}: {_line(event)}")
    return SENT


def _sent(args: argparse.Namespace, outbox: Outbox, belongs: Enrolment, case: str) -> int:
    _talk(args, outbox, belongs)
    waiting = sum(event.seq is None for event in outbox.events(case))
    if args.json:
        _print({"case": case, "number": _label(outbox, case), "waiting": waiting})
    else:
        print(case)
    if waiting:
        print("It is kept, and goes to the desk as soon as it can be reached.", file=sys.stderr)
    return WAITS if waiting else SENT


def _talk(args: argparse.Namespace, outbox: Outbox, belongs: Enrolment) -> None:
    """Talk to the desk until everything is said and heard, or the time is up."""
    from kiosk.escalation.errand import exchange
    from kiosk.escalation.line import Line, desk_address
    from kiosk.escalation.vault import TOKEN, Vault

    token = Vault(_folder(args)).get(TOKEN)
    if token is None:
        raise SettingsError("The token of this kiosk is gone.", "Enrol it again: kiosk enrol CODE --desk URL.")
    line = Line(desk_address(belongs.desk), token, args.ca)
    trouble = exchange(outbox, line, args.wait)
    line.done()
    if trouble is not None:
        print(_english()(text(f"escalation.{trouble}")), file=sys.stderr)


def _english() -> Catalogue:
    from kiosk.resources import catalogue

    return catalogue("en", "escalation")


def _put(outbox: Outbox, belongs: Enrolment, case: str, body: Body) -> None:
    from kiosk.model.case import Author, CaseEvent, Side

    author = Author(Side.STORE, belongs.kiosk, belongs.store_name)
    outbox.put(CaseEvent(_new_id(), case, author, datetime.now(UTC), body))


def _find(outbox: Outbox, name: str) -> str:
    """A case by its id or its number, however that was written. Raises `Usage`."""
    for case in outbox.cases():
        if name == case or name.upper().replace("-", "") == _label(outbox, case).replace("-", ""):
            return case
    raise Usage(f"There is no case {name} here.", "List them with: kiosk case show.")


def _label(outbox: Outbox, case: str) -> str:
    from kiosk.model.ids import case_number, shown_number

    return shown_number(outbox.number(case) or case_number(case))


def _as_json(outbox: Outbox, case: str, events: bool) -> dict[str, object]:
    import msgspec

    from kiosk.model.case import encode_event

    about: dict[str, object] = {"case": case, "number": _label(outbox, case)}
    if events:
        about["events"] = [msgspec.json.decode(encode_event(event)) for event in outbox.events(case)]
    return about


def _line(event: CaseEvent) -> str:
    """One event in a line: what a person wrote, else its kind."""
    body = event.body
    said = getattr(body, "words", "") or getattr(body, "phrase", "")
    return f"{event.kind}: {said}" if said and event.kind != "message" else said or event.kind


def _print(body: dict[str, object]) -> None:
    from kiosk.model.wire import document, pretty

    print(pretty(document(body)).decode())


@contextmanager
def _outbox(args: argparse.Namespace) -> Iterator[tuple[Outbox, Enrolment]]:
    from kiosk.escalation.enrolment import enrolment
    from kiosk.escalation.outbox import FILE, Outbox
    from kiosk.evidence.redaction import redact

    outbox = Outbox(_folder(args) / FILE, lambda words: bool(redact(words.encode()).counts))
    try:
        belongs = enrolment(outbox)
        if belongs is None:
            raise SettingsError("This kiosk belongs to no desk yet.", "Join one: kiosk enrol CODE --desk URL.")
        yield outbox, belongs
    finally:
        outbox.close()


def _folder(args: argparse.Namespace) -> Path:
    from kiosk.settings import data_folder

    return args.data or data_folder()


def _version() -> str:
    import kiosk

    return kiosk.__version__


def _new_id() -> str:
    from kiosk.model.ids import uuid7

    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))
