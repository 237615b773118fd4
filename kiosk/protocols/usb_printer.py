"""USB printers whose own language is not known: id and port state by control transfers; sends no byte to print.

Source: as `printer_class.py`. Many printers always answer 18 here, so a good state says less than a bad one.
"""

from __future__ import annotations

from kiosk.errors import NoAnswer
from kiosk.model.finding import Finding, Severity
from kiosk.model.health import GlobalStatus, Health, PrinterStatus, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols import printer_class
from kiosk.protocols.conversation import Conversation, Line, Wish
from kiosk.protocols.printer_class import ASKS, Told
from kiosk.protocols.protocol import Decoded, Frame, Protocol, Rubbish, Value

_FINDINGS = {"paper_end": "printer.no_paper", "error": "printer.error", "offline": "printer.offline"}


def read(framing: str) -> Conversation[Reading]:
    told = yield from printer_class.ask()
    if told.status is None and not told.id:
        raise NoAnswer("The printer told neither its name nor its state.")
    return reading_of(told)


def answers(framing: str) -> Conversation[None]:
    told = yield from printer_class.ask()
    if told.status is None and not told.id:
        raise NoAnswer("The printer told neither its name nor its state.")


def reading_of(told: Told) -> Reading:
    """The most precise cause alone: an empty roll also makes a printer unselected and in error."""
    cause = next((id for flag, id in _FINDINGS.items() if flag in told.flags), None)
    health = Health(
        global_status=_overall(told, cause),
        printer=_printer(told, cause),
        make=told.id.get("make"),
        model=told.id.get("model"),
        serial=told.id.get("serial"),
    )
    found = (Finding(cause, Severity.FAULT),) if cause else ()
    return Reading(health, printer_class.measurements(told), found)


def _overall(told: Told, cause: str | None) -> GlobalStatus | None:
    if told.status is None:
        return None
    return GlobalStatus.MAINTENANCE if cause else GlobalStatus.OK


def _printer(told: Told, cause: str | None) -> PrinterStatus | None:
    if told.status is None:
        return None
    if cause == "printer.no_paper":
        return PrinterStatus.NO_PAPER
    return PrinterStatus.OUT_OF_ORDER if cause else PrinterStatus.OK


def level_of(wish: Wish, framing: str) -> Level | None:
    """The two questions of the class. Bytes to print and SOFT_RESET (21 02) are on no list."""
    return Level.INTERNAL if isinstance(wish, Line) or wish in ASKS else None


def may_act(wish: Wish, framing: str) -> bool:
    return False


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """One answer: the state is one byte, all else is an id if its length says so."""
    if direction != "out" and len(data) == 1 and printer_class.is_status(data[0]):
        told = Told(status=data[0])
        said: Value = [*told.flags] or ["ready"]
        return Decoded((Frame(0, 1, "in", f"{data[0]:02X}", "Port status", {"says": said}),))
    if direction != "out" and len(data) > 2 and len(data) in _lengths(data):
        return Decoded((Frame(0, len(data), "in", "1284", "Device id", {**printer_class.device_id(data)}),))
    return Decoded((), (Rubbish(0, len(data)),) if data else ())


def _lengths(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data[:2], "big"), int.from_bytes(data[:2], "little")


def admits(message: bytes, framing: str) -> bool:
    """Ids and states; nothing of a print job is one."""
    return bool(decode(message, framing, "in").frames)


PROTOCOL = Protocol(
    id="usb_printer",
    title="USB printer",
    kind=Kind.PRINTER,
    framings=("raw",),
    default_framing={"usb": "raw"},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    admits=admits,
)
