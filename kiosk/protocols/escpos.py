"""ESC/POS receipt printers: real-time status, paper sensors, ids; asks only, never prints, cuts, opens or resets.

Source: Epson's ESC/POS command reference (DLE EOT n, GS r n, GS I n, GS a n). A status byte is one only if
`byte & 0x93 == 0x12`; silence is no status. Never poll while a job prints: DLE EOT inside a picture is executed.
On USB (framing `raw`) the printer class tells id and state too; ESC/POS is the more precise where both do.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from kiosk.errors import Garbled, NoAnswer
from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, PrinterStatus, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.protocols import printer_class
from kiosk.protocols.conversation import Conversation, Line, Receive, Send, Wish
from kiosk.protocols.framing import printable
from kiosk.protocols.protocol import Decoded, Frame, Protocol, Rubbish, Value

REAL_TIME, SENSORS, IDENTITY, REPORTS = b"\x10\x04", b"\x1d\x72", b"\x1d\x49", b"\x1d\x61"
REPORT_ONCE = REPORTS + b"\x0f" + REPORTS + b"\x00"  # drawer, on line, error, paper: on, and off again
PRINTER, OFFLINE, ERROR, PAPER = 1, 2, 3, 4
IDS = {0x41: "software", 0x42: "make", 0x43: "model", 0x44: "serial"}
WAITS = (2.0, 1.0)  # the first status: a printer answers within milliseconds, a server between takes longer
WAIT = 1.0
LONGEST_ID = 80  # Epson allows 80 characters between header and NUL
LIMIT = 4096
STRANGE = 256  # bytes instead of one status byte: enough to know that this is no printer

BITS: dict[int, dict[int, str]] = {
    PRINTER: {2: "drawer_pin_high", 3: "offline", 5: "waiting_to_come_online", 6: "feed_button"},
    OFFLINE: {2: "cover_open", 3: "feeding_by_button", 5: "paper_end", 6: "error"},
    ERROR: {2: "recoverable_error", 3: "cutter_error", 5: "unrecoverable_error", 6: "recovers_by_itself"},
    PAPER: {2: "paper_near_end", 3: "paper_near_end", 5: "paper_end", 6: "paper_end"},
}
NAMES = {PRINTER: "Printer status", OFFLINE: "Offline cause", ERROR: "Error cause", PAPER: "Paper status"}


def is_status(byte: int) -> bool:
    """Answer to DLE EOT: bits 1 and 4 set, 0 and 7 clear."""
    return byte & 0x93 == 0x12


def is_report(data: bytes) -> bool:
    """An automatic status report: four bytes, in the first bit 4 set and 0, 1, 7 clear, in the others 4 and 7 clear."""
    return len(data) == 4 and data[0] & 0x93 == 0x10 and all(b & 0x90 == 0 for b in data[1:])


def flags(kind: int, byte: int) -> tuple[str, ...]:
    """What the bits of a status byte say."""
    return tuple(dict.fromkeys(name for bit, name in BITS[kind].items() if byte >> bit & 1))


def report_flags(report: bytes) -> tuple[str, ...]:
    """What an automatic report says, in the words of the single bytes (GS a)."""
    first = {2: "drawer_pin_high", 3: "offline", 5: "cover_open", 6: "feeding_by_button"}
    second = {2: "recoverable_error", 3: "cutter_error", 5: "unrecoverable_error", 6: "recovers_by_itself"}
    third = {0: "paper_near_end", 1: "paper_near_end", 2: "paper_end", 3: "paper_end"}
    parts = zip((first, second, third), report, strict=False)
    return tuple(dict.fromkeys(name for bits, byte in parts for bit, name in bits.items() if byte >> bit & 1))


@dataclass(slots=True)
class Asked:
    """What has been asked and answered so far."""

    status: dict[int, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    stray: int = 0
    usb: printer_class.Told = field(default_factory=printer_class.Told)


def read(framing: str) -> Conversation[Reading]:
    """Four status bytes, then maker, model, software and serial number if it is on line and tells them."""
    asked = Asked()
    if framing == "raw":
        asked.usb = yield from printer_class.ask()
    yield from _drain(asked)
    yield from _status(asked, PRINTER, WAITS)
    for kind in (OFFLINE, ERROR, PAPER):
        yield from _status(asked, kind, (WAIT,))
    if PRINTER in asked.status and "offline" not in flags(PRINTER, asked.status[PRINTER]):
        yield from _identify(asked)  # an off-line printer answers these only when it is on line again
    return reading_of(asked)


def answers(framing: str) -> Conversation[None]:
    asked = Asked()
    yield from _status(asked, PRINTER, WAITS)


def _drain(asked: Asked) -> Generator[Wish, bytes, None]:
    """What stands in the line from before is no answer to us: a report, or a job's own status."""
    data = yield Receive(0.05, LIMIT)
    asked.stray += len(data)


def _status(asked: Asked, kind: int, waits: tuple[float, ...]) -> Generator[Wish, bytes, None]:
    """Ask one status byte. The first must come; a printer that knows only some of them is no broken one."""
    strange = 0
    for wait in waits:
        yield Send(REAL_TIME + bytes([kind]))
        heard = yield from _bytes_of_status(wait)
        if isinstance(heard, int):
            asked.status[kind] = heard
            return
        strange += len(heard)
    if kind != PRINTER and not strange:
        return
    if strange:
        raise Garbled("Bytes arrive, but none of them is a status of a receipt printer.")
    raise NoAnswer("The printer did not answer.")


def _bytes_of_status(wait: float) -> Generator[Wish, bytes, int | bytes]:
    """The status byte, or what came instead. An automatic report may come in between and is stepped over."""
    came = b""
    while len(came) < STRANGE:
        data = yield Receive(wait, STRANGE)
        if not data:
            return came
        came += data
        rest = _without_reports(came)
        found = next((b for b in rest if is_status(b)), None)
        if found is not None:
            return found
        wait = 0.2
    return came


def _without_reports(data: bytes) -> bytes:
    rest, at = bytearray(), 0
    while at < len(data):
        if is_report(data[at : at + 4]):
            at += 4
        else:
            rest.append(data[at])
            at += 1
    return bytes(rest)


def _identify(asked: Asked) -> Generator[Wish, bytes, None]:
    """GS I: `5F text 00`. A printer that is silent at the first is not asked again."""
    for number, name in IDS.items():
        yield Send(IDENTITY + bytes([number]))
        came = b""
        while b"\x00" not in came and len(came) < LONGEST_ID + 8:
            data = yield Receive(WAIT, LONGEST_ID + 8)
            if not data:
                break
            came += data
        start, end = came.find(b"\x5f"), came.find(b"\x00")
        if not 0 <= start < end:
            return
        asked.ids[name] = printable(came[start + 1 : end])[:LONGEST_ID]


def reading_of(asked: Asked) -> Reading:
    """Health of a printer; what was not told stays None."""
    said = {name for kind, byte in asked.status.items() for name in flags(kind, byte)} | _by_class(asked)
    measurements = [
        Measurement(f"escpos.status_{kind}", ", ".join(flags(kind, byte)), raw=f"{byte:02X}")
        for kind, byte in asked.status.items()
    ]
    if asked.stray:
        measurements.append(Measurement("escpos.stray", asked.stray, "bytes"))
    measurements += printer_class.measurements(asked.usb)
    ids = {name: asked.ids.get(name) or asked.usb.id.get(name) for name in IDS.values()}
    told = {PAPER, OFFLINE} & set(asked.status) or asked.usb.status is not None
    health = Health(
        global_status=_overall(said),
        printer=_printer(said, bool(told)),
        make=ids.get("make"),
        model=ids.get("model"),
        software=ids.get("software"),
        serial=ids.get("serial"),
    )
    return Reading(health, tuple(measurements), tuple(_findings(said)))


def _by_class(asked: Asked) -> set[str]:
    """What the printer class tells of things that ESC/POS did not tell."""
    untold = {"paper_end": not {PAPER, OFFLINE} & asked.status.keys(), "error": OFFLINE not in asked.status}
    return {flag for flag in asked.usb.flags if untold.get(flag)}


_STOPS = {"paper_end", "cover_open", "cutter_error", "unrecoverable_error", "recoverable_error", "error", "offline"}


def _overall(said: set[str]) -> GlobalStatus:
    if said & _STOPS or "recovers_by_itself" in said:
        return GlobalStatus.MAINTENANCE
    return GlobalStatus.OK


def _printer(said: set[str], told: bool) -> PrinterStatus | None:
    if "paper_end" in said:
        return PrinterStatus.NO_PAPER
    if said & _STOPS or "recovers_by_itself" in said:
        return PrinterStatus.OUT_OF_ORDER
    if "paper_near_end" in said:
        return PrinterStatus.PAPER_LOW
    return PrinterStatus.OK if told else None


def _findings(said: set[str]) -> list[Finding]:
    """The most precise cause first; "off line" and "error" only where no cause was told."""
    found = []
    if "paper_end" in said:
        found.append(Finding("printer.no_paper", Severity.FAULT))
    if "cover_open" in said:
        found.append(Finding("printer.cover_open", Severity.FAULT))
    if "cutter_error" in said:
        found.append(Finding("printer.cutter", Severity.FAULT))
    if "recovers_by_itself" in said:
        found.append(Finding("printer.hot", Severity.WARNING))
    if "unrecoverable_error" in said:
        found.append(Finding("printer.error", Severity.FAULT))
    if not found and said & {"error", "recoverable_error"}:
        found.append(Finding("printer.error", Severity.FAULT))
    if not found and "offline" in said:
        found.append(Finding("printer.offline", Severity.FAULT))
    if "paper_near_end" in said and "paper_end" not in said:
        found.append(Finding("printer.paper_low", Severity.WARNING))
    return found


def report(framing: str) -> Conversation[Reading]:
    """One automatic report (GS a): switched on and off again in one write.

    A printer answers the switching on with a report of its state. That the same write switches it off again is what
    keeps an error or a cancel from leaving it on. What stood there before cannot be read, so a printer that already
    reports of its own accord is left as it is; and that is why it needs a person's yes.
    """
    before = yield Receive(0.3, LIMIT)
    found = _report_in(before)
    if found is None:
        yield Send(REPORT_ONCE)
        came = b""
        while found is None and len(came) < STRANGE and (data := (yield Receive(WAIT, STRANGE))):
            came += data
            found = _report_in(came)
    if found is None:
        return Reading(Health(), (Measurement("escpos.report", "none"),))
    said = report_flags(found)
    told = Measurement("escpos.report", ", ".join(said), raw=found.hex().upper())
    there = Measurement("escpos.reports_by_itself", bool(_report_in(before)))
    return Reading(Health(printer=_printer(set(said), told=True)), (told, there), tuple(_findings(set(said))))


def _report_in(data: bytes) -> bytes | None:
    return next((data[at : at + 4] for at in range(len(data) - 3) if is_report(data[at : at + 4])), None)


ASKS = frozenset(
    {REAL_TIME + bytes([n]) for n in (1, 2, 3, 4)}
    | {SENSORS + bytes([n]) for n in (1, 2)}
    | {IDENTITY + bytes([n]) for n in (1, 2, 3, *IDS)}
)


def level_of(wish: Wish, framing: str) -> Level | None:
    """Requests that change nothing, and one report that is switched off again at once.

    DLE ENQ, DLE DC4, ESC @, ESC p, any other GS a and all printing are refused.
    """
    if isinstance(wish, Send) and wish.data == REPORT_ONCE:
        return Level.EXTERNAL
    if isinstance(wish, Line) or (framing == "raw" and wish in printer_class.ASKS):
        return Level.INTERNAL
    return Level.INTERNAL if isinstance(wish, Send) and wish.data in ASKS else None


def may_act(wish: Wish, framing: str) -> bool:
    """A status request sets nothing going; switching reports off may be felt by a till that had them on."""
    return isinstance(wish, Send) and wish.data == REPORT_ONCE


def decode(data: bytes, framing: str, direction: str | None = None) -> Decoded:
    """Requests and answers in the order they stand; an answer is read by the request before it, if that is there."""
    frames: list[Frame] = []
    rubbish: list[Rubbish] = []
    at, asked = 0, b""
    while at < len(data):
        frame = _request(data, at) if direction != "in" else None
        if frame is not None:
            asked = data[at : at + 3]
        elif direction != "out":
            frame = _answer(data, at, asked)
        if frame is None:
            at = _mark(rubbish, at)
        else:
            frames.append(frame)
            at += frame.length
    return Decoded(tuple(frames), tuple(rubbish))


def _mark(rubbish: list[Rubbish], at: int) -> int:
    if rubbish and rubbish[-1].offset + rubbish[-1].length == at:
        rubbish[-1] = Rubbish(rubbish[-1].offset, rubbish[-1].length + 1)
    else:
        rubbish.append(Rubbish(at, 1))
    return at + 1


_REQUESTS: Mapping[bytes, str] = {
    REAL_TIME: "Real-time status request",
    SENSORS: "Sensor status request",
    IDENTITY: "Identity request",
    REPORTS: "Switch automatic reports",
    b"\x10\x05": "Real-time recovery request",
    b"\x10\x14": "Real-time action (drawer, power, buffer)",
    b"\x1b\x3d": "Select device",
    b"\x1b\x70": "Open drawer",
}
_PLAIN: Mapping[bytes, str] = {b"\x1b\x40": "Initialise printer"}


def _request(data: bytes, at: int) -> Frame | None:
    head = data[at : at + 2]
    if data[at : at + len(REPORT_ONCE)] == REPORT_ONCE:
        return Frame(at, len(REPORT_ONCE), "out", head.hex().upper(), "Ask for one automatic report", {})
    if head in _PLAIN:
        return Frame(at, 2, "out", head.hex().upper(), _PLAIN[head], {})
    if head not in _REQUESTS or at + 2 >= len(data):
        return None
    number = data[at + 2]
    about = NAMES.get(number, "") if head == REAL_TIME else IDS.get(number, "") if head == IDENTITY else ""
    fields: dict[str, Value] = {"number": number, **({"asks": about} if about else {})}
    return Frame(at, 3, "out", head.hex().upper(), _REQUESTS[head], fields)


def _answer(data: bytes, at: int, asked: bytes) -> Frame | None:
    if data[at] == 0x5F and (end := data.find(b"\x00", at, at + LONGEST_ID + 2)) > at:
        name = IDS.get(asked[2], "text") if asked[:2] == IDENTITY else "text"
        text = printable(data[at + 1 : end])
        return Frame(at, end + 1 - at, "in", "5F", "Identity", {name: text})
    if asked[:2] == SENSORS and data[at] < 0x10:
        fields: dict[str, Value] = {"near_end": bool(data[at] & 3), "end": bool(data[at] & 12)}
        return Frame(at, 1, "in", f"{data[at]:02X}", "Sensor status", fields)
    if is_status(data[at]):
        return _status_frame(data[at], at, asked)
    if is_report(data[at : at + 4]):
        said: Value = list(report_flags(data[at : at + 4]))
        return Frame(at, 4, "in", data[at : at + 4].hex().upper(), "Automatic report", {"says": said})
    return None


def _status_frame(byte: int, at: int, asked: bytes) -> Frame:
    kind = asked[2] if asked[:2] == REAL_TIME and asked[2] in NAMES else None
    fields: dict[str, Value] = {"raw": f"{byte:02X}"}
    if kind is not None:
        fields["says"] = list(flags(kind, byte))
    note = "" if kind is not None else "which status it is, only the request before it tells"
    return Frame(at, 1, "in", f"{byte:02X}", NAMES.get(kind or 0, "Status byte"), fields, True, note)


def admits(message: bytes, framing: str) -> bool:
    """Requests of our list, status bytes, reports, and identities; what is printed is not kept."""
    if message in ASKS or message == REPORT_ONCE or is_report(message):
        return True
    if len(message) == 1:
        return is_status(message[0]) or message[0] < 0x10
    return message[:1] == b"\x5f" and message[-1:] == b"\x00" and len(message) <= LONGEST_ID + 2


PROTOCOL = Protocol(
    id="escpos",
    title="ESC/POS",
    kind=Kind.PRINTER,
    framings=("raw", "serial", "tcp"),
    default_framing={"serial": "serial", "tcp": "tcp", "usb": "raw"},
    level_of=level_of,
    may_act=may_act,
    read=read,
    answers=answers,
    decode=decode,
    admits=admits,
    external={"report": report},
    line="8N1",
    bauds=(9600, 19200, 38400, 115200),
)
