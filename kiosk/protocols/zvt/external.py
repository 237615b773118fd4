"""Conversations that show at the terminal: print its configuration, test itself, talk to its bank's computer.

Each needs a person's yes (level external). What the terminal would print comes to us only where the till once signed
on for it with `06 00`, which is on no list: it would rewrite the till's own set-up, and nothing tells us what stood
there before, so that it could not be put back. Else the terminal prints on its own paper and its answer says no more
than that it could. A command is never sent again when its ACK is lost, because the terminal may have begun.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kiosk.model.finding import Measurement
from kiosk.model.health import Health, Reading
from kiosk.protocols.conversation import Conversation
from kiosk.protocols.framing import printable
from kiosk.protocols.zvt import apdu, commands, health
from kiosk.protocols.zvt.bitmaps import read_fields
from kiosk.protocols.zvt.messages import fields_of, line_text, safe_text
from kiosk.protocols.zvt.talk import dialogue, error_of

CONFIGURATION = bytes.fromhex("061A00")
SELF_TEST = bytes.fromhex("067900")
DIAGNOSIS = bytes.fromhex("067000")
LINE_DIAGNOSIS = bytes.fromhex("067005 06031B0101")  # asks the line to the host and nothing more (chapter 9.4.2)
DIAGNOSES = frozenset({DIAGNOSIS, *(LINE_DIAGNOSIS[:-1] + bytes([kind]) for kind in range(1, 6))})

ONCE = (5.0,)
MOST_LINES = 60  # a configuration fills about forty
SHORT = 200
_UNKNOWN = frozenset({0x83, 0x9A})  # it does not know the command: no fault of the terminal
_MARK = re.compile(r"\.{2,}|[:=]|\s{2,}")  # between a label and its value


def configuration(framing: str) -> Conversation[Reading]:
    return (yield from _test("configuration", CONFIGURATION, framing))


def self_test(framing: str) -> Conversation[Reading]:
    return (yield from _test("self_test", SELF_TEST, framing))


def diagnosis(framing: str) -> Conversation[Reading]:
    """Does the terminal reach its host? A completion says yes."""
    return (yield from _test("diagnosis", LINE_DIAGNOSIS, framing))


EXTERNAL: Mapping[str, Callable[[str], Conversation[Reading]]] = {
    "configuration": configuration,
    "self_test": self_test,
    "diagnosis": diagnosis,
}


def _test(name: str, message: bytes, framing: str) -> Conversation[Reading]:
    told: list[apdu.Apdu] = []
    outcome = yield from dialogue(message, framing, told, ONCE)
    printed = tuple(measured(printed_lines(told)))
    code = error_of(outcome)
    if outcome.command == commands.COMPLETION or not code:
        reached = Health(communication_ok=True) if name == "diagnosis" else Health()
        return Reading(reached, (Measurement(f"zvt.{name}", "done", ok=True), *printed))
    if code in _UNKNOWN:
        return Reading(Health(), (Measurement(f"zvt.{name}", "not_possible", raw=f"{code:02X}"), *printed))
    source = "abort" if outcome.command == commands.ABORTED else "refusal"
    refused = health.reading_of_refusal(code, source, fields_of(outcome))
    failed = Measurement(f"zvt.{name}", "failed", raw=f"{code:02X}", ok=False)
    return Reading(refused.health, (failed, *refused.measurements, *printed), refused.findings)


def printed_lines(told: Iterable[apdu.Apdu]) -> list[str]:
    """The text of `06 D1` lines and `06 D3` blocks in order, empty lines and feeds left out."""
    lines: list[str] = []
    for message in told:
        if message.command == commands.PRINT_LINE:
            lines.append(line_text(message))
        elif message.command == commands.PRINT_TEXT:
            lines += [printable(value) for value in read_fields(message.data).each("07")]
    return [safe_text(line) for line in lines if line.strip()]


def measured(lines: Sequence[str]) -> Iterator[Measurement]:
    """One measurement a line: the maker's label in `raw` where the line has one, as in "Software: 4.12"."""
    for line in lines[:MOST_LINES]:
        label, value = _parted(line.strip()[:SHORT])
        yield Measurement("zvt.printed", value, raw=label)
    if len(lines) > MOST_LINES:
        yield Measurement("zvt.printed_more", len(lines) - MOST_LINES, "lines")


def _parted(line: str) -> tuple[str, str]:
    label, value = _MARK.split(line, maxsplit=1) if _MARK.search(line) else ("", line)
    label, value = label.strip(), value.strip(" .:=")
    return (label, value) if value and any(c.isalpha() for c in label) else ("", line)
