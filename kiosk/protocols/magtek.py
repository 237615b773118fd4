"""MagTek swipe readers: properties by HID feature reports alone; never an input report, for that is a card.

Source: MagTek's technical reference manuals of its USB HID readers, section "Commands": SET_REPORT carries
`command | length | data`, GET_REPORT gives `result | length | data`, both filled up to the size of the feature report
(24 bytes, 60 on readers that encrypt). The guard looks at every byte of a SET_REPORT.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from kiosk.errors import DeviceError, Garbled, NoAnswer
from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols.conversation import Control, Conversation, Line, Wish
from kiosk.protocols.framing import printable
from kiosk.protocols.protocol import Decoded, Frame, Protocol, Rubbish, Value

FEATURE = "feature"
SET_REPORT, GET_REPORT = (0x21, 0x09), (0xA1, 0x01)  # HID 1.11 section 7.2
REPORT = 0x0300  # a feature report without an id
SIZES = (24, 60)
GET_PROPERTY = 0x00
PROPERTIES: Mapping[int, str] = {0x00: "software", 0x01: "usb_serial", 0x03: "serial", 0x04: "version"}
COMMANDS: Mapping[int, str] = {0x00: "Get property", 0x01: "Set property", 0x02: "Reset"}
OK, FAILED, BAD_PARAMETER, INVALID = 0x00, 0x01, 0x02, 0x07
RESULTS: Mapping[int, str] = {OK: "ok", FAILED: "failed", BAD_PARAMETER: "bad_parameter", INVALID: "not_now"}
_ANSWERS = frozenset({*RESULTS, 0x03, 0x04, 0x05, 0x06})  # the manuals keep the low numbers for results


@dataclass(frozen=True, slots=True)
class Answer:
    """What a GET_REPORT gave: a result code, and the property where the result is 0."""

    result: int
    value: bytes


def question(number: int, size: int = SIZES[0]) -> bytes:
    """The data of a SET_REPORT that asks for a property, filled up with zeros."""
    return bytes([GET_PROPERTY, 1, number]).ljust(size, b"\0")


QUESTIONS = frozenset(question(number, size) for number in PROPERTIES for size in SIZES)


def parse(report: bytes) -> Answer:
    """Raises `NoAnswer` on nothing, `Garbled` on what is no answer of such a reader.

    An example of the manuals gives a length of 1 before eleven characters, so a text may be longer than its length
    says; it then ends at the zeros.
    """
    if not report:
        raise NoAnswer("The reader did not answer.")
    if len(report) not in SIZES or report[0] not in _ANSWERS or report[1] > len(report) - 2:
        raise Garbled("The reader gives a report that is no answer.")
    told, rest = report[2 : 2 + report[1]], report[2 + report[1] :]
    if rest.strip(b"\0"):
        if report[0] != OK or not all(32 <= b < 127 for b in report[2:].rstrip(b"\0")):
            raise Garbled("The reader gives a report that is no answer.")
        told = report[2:].rstrip(b"\0")
    return Answer(report[0], told if report[0] == OK else b"")


@dataclass(slots=True)
class _Asked:
    """What has been asked and answered; `size` is that of this reader's reports, as far as it is known."""

    size: int = SIZES[0]
    told: dict[int, bytes] = field(default_factory=dict)
    results: dict[int, int] = field(default_factory=dict)

    def ask(self, number: int) -> Generator[Wish, object, Answer]:
        """One property. A reader whose reports are longer is asked once more in its own size."""
        answer = yield from self.exchange(number)
        self.results[number] = answer.result
        if answer.result == OK:
            self.told[number] = answer.value
        return answer

    def exchange(self, number: int) -> Generator[Wish, object, Answer]:
        yield Control(*SET_REPORT, REPORT, 0, question(number, self.size))
        report = yield Control(*GET_REPORT, REPORT, 0, length=max(SIZES))
        if not isinstance(report, bytes):
            raise DeviceError("This port carries no feature reports.", "Name the reader's own USB address.")
        if len(report) in SIZES:
            self.size = len(report)
        return parse(report)


def answers(framing: str) -> Conversation[None]:
    """Its software number, which every such reader has; a refusal is an answer too."""
    yield from _Asked().ask(0x00)


def read(framing: str) -> Conversation[Reading]:
    asked = _Asked()
    for number in PROPERTIES:
        yield from asked.ask(number)
    return _reading(asked)


def _reading(asked: _Asked) -> Reading:
    """A reader that cannot even tell its software is out of order; other properties many readers do not have."""
    software, version = _text(asked.told.get(0x00)), _text(asked.told.get(0x04))
    first = asked.results.get(0x00, OK)
    broken = first in (FAILED, INVALID)
    health = Health(
        global_status=GlobalStatus.MAINTENANCE if broken else GlobalStatus.OK,
        software=software,
        serial=_text(asked.told.get(0x03)) or _text(asked.told.get(0x01)),
    )
    words = RESULTS.get(first, "other")
    measured = [Measurement("magtek.result", words, raw=f"{first:02X}", ok=not broken)]
    measured += [Measurement("magtek.version", version)] if version else []
    measured += [Measurement("magtek.usb_serial", text)] if (text := _text(asked.told.get(0x01))) else []
    fault = (Finding("terminal.out_of_order", Severity.FAULT, {"code": f"{first:02X}"}),) if broken else ()
    return Reading(health, tuple(measured), fault)


def _text(value: bytes | None) -> str | None:
    """Text of a property; a number (04 is a setting on older readers) and an empty one tell nothing."""
    bare = (value or b"").rstrip(b"\0")
    return printable(bare, "ascii") or None if len(bare) > 1 and all(32 <= b < 127 for b in bare) else None


def level_of(wish: Wish, framing: str) -> Level | None:
    """GET_REPORT of the feature report, and SET_REPORT that asks for one of four properties. All else is refused.

    Not on it: 01 (writes a property), 02 (reset), every other report, and `Send`, for output reports do not exist here.
    """
    if isinstance(wish, Line):
        return Level.INTERNAL
    if not isinstance(wish, Control) or wish.value != REPORT or wish.index != 0:
        return None
    kind = (wish.request_type, wish.request)
    if kind == GET_REPORT and wish.length in SIZES and not wish.data:
        return Level.INTERNAL
    if kind == SET_REPORT and not wish.length and wish.data in QUESTIONS:
        return Level.INTERNAL
    return None


def may_act(wish: Wish, framing: str) -> bool:
    """Asking for a property sets nothing going."""
    return False


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """Feature reports one behind the other, all of one size; without `direction` questions and answers take turns."""
    size = next((s for s in SIZES if len(data) % s == 0 and _fits(data, s, direction)), None)
    if size is None:
        return Decoded((), (Rubbish(0, len(data)),) if data else ())
    return Decoded(tuple(_frame(data[at : at + size], at, direction) for at in range(0, len(data), size)))


def _fits(data: bytes, size: int, direction: str | None) -> bool:
    return all(_is_report(data[at : at + size], direction) for at in range(0, len(data), size))


def _is_report(report: bytes, direction: str | None) -> bool:
    return (direction != "in" and _is_question(report)) or (direction != "out" and _is_answer(report))


def _is_question(report: bytes) -> bool:
    return report[0] in COMMANDS and 1 <= report[1] <= len(report) - 2 and not report[2 + report[1] :].strip(b"\0")


def _is_answer(report: bytes) -> bool:
    try:
        parse(report)
    except (NoAnswer, Garbled):
        return False
    return True


def _frame(report: bytes, at: int, direction: str | None) -> Frame:
    asks = direction == "out" or (direction is None and report in QUESTIONS)
    if asks:
        name = COMMANDS[report[0]]
        about = PROPERTIES.get(report[2], "other") if report[0] == GET_PROPERTY else ""
        fields: dict[str, Value] = {"property": about} if about else {}
        return Frame(at, len(report), "out", f"{report[0]:02X}", name, fields)
    answer = parse(report) if _is_answer(report) else Answer(report[0], b"")
    told: dict[str, Value] = {"result": RESULTS.get(answer.result, "other")}
    if answer.value:
        told["value"] = _text(answer.value) or answer.value.hex().upper()
    return Frame(at, len(report), "in", f"{answer.result:02X}", "Answer", told)


def admits(message: bytes, framing: str) -> bool:
    """Questions of our list and answers: properties of the reader; a swipe comes as an input report, never as these."""
    return message in QUESTIONS or (len(message) in SIZES and _is_answer(message))


PROTOCOL = Protocol(
    id="magtek",
    title="MagTek HID",
    kind=Kind.CARD_READER,
    framings=(FEATURE,),
    default_framing={"usb": FEATURE},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    admits=admits,
)
