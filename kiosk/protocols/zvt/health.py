"""From the completion of a status enquiry, or a refusal, to a normalised reading; silence never gets here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from kiosk.model.finding import Finding, Measurement
from kiosk.model.health import GlobalStatus, Health, PrinterStatus, Reading
from kiosk.protocols.framing import bcd, printable
from kiosk.protocols.zvt import codes
from kiosk.protocols.zvt.bitmaps import Fields
from kiosk.protocols.zvt.messages import Status, safe_text

SHORT = 200

# What a finding says of the terminal's parts.
_PARTS: dict[str, dict[str, Any]] = {
    "terminal.tamper": {"security_ok": False, "global_status": GlobalStatus.MAINTENANCE},
    "terminal.card_reader_broken": {"card_reader_ok": False},
    "terminal.pin_device_broken": {"pin_device_ok": False},
    "terminal.keys_missing": {"pin_device_ok": False, "global_status": GlobalStatus.MAINTENANCE},
    "printer.error": {"printer": PrinterStatus.OUT_OF_ORDER},
    "bank.unreachable": {"communication_ok": False},
    "terminal.busy": {"global_status": GlobalStatus.BUSY},
    "terminal.not_initialised": {"global_status": GlobalStatus.MAINTENANCE},
    "terminal.out_of_order": {"global_status": GlobalStatus.MAINTENANCE},
    "terminal.maintenance": {"global_status": GlobalStatus.MAINTENANCE},
}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A reading on its way: each step gives back a richer one. A finding that comes twice keeps its first source."""

    health: Health = field(default_factory=Health)
    measurements: tuple[Measurement, ...] = ()
    findings: tuple[Finding, ...] = ()

    def known(self, **facts: Any) -> _Draft:
        return replace(self, health=msgspec.structs.replace(self.health, **facts))

    def measured(self, name: str, value: str, raw: str = "", ok: bool | None = None) -> _Draft:
        """`zvt.<name>.<value>` is the id of its words where there are any."""
        measurement = Measurement(f"zvt.{name}", value, raw=(raw or value)[:SHORT], ok=ok)
        return replace(self, measurements=(*self.measurements, measurement))

    def found(self, id: str, source: str, code: str, advice: str = "") -> _Draft:
        if not id:
            return self
        there = any(f.id == id for f in self.findings)
        data = {"source": source, "code": code, **({"advice": advice} if advice else {})}
        findings = self.findings if there else (*self.findings, codes.finding(id, **data))
        return replace(self, findings=findings).known(**_PARTS.get(id, {}))


def reading_of(status: Status) -> Reading:
    """Everything a status enquiry told."""
    draft = _identity(_Draft(), status)
    draft = _status_byte(draft, status.code)
    draft = _state(draft, status.fields.first("1F43"))
    draft = _locks(draft, status.fields.first("1F55"))
    draft = _result(draft, status.fields)
    draft = _times(draft, status.fields)
    worst_first = tuple(sorted(draft.findings, key=_weight))
    return Reading(draft.health, draft.measurements, worst_first)


def _weight(found: Finding) -> tuple[int, bool]:
    """The worst first; the device state is more precise than a status byte."""
    return -found.severity.rank, found.data["source"] != "state"


def reading_of_refusal(code: int, source: str, fields: Fields | None = None) -> Reading:
    """The terminal answered with an error id: `84 xx` (source "refusal") or `06 1E` (source "abort").

    A system error (FF) may carry the maker's own code and words (chapter 10: 1F16, 1F17).
    """
    meaning = codes.error_meaning(code)
    draft = _Draft().measured("error", f"{code:02X}", ok=False)
    if fields is not None:
        draft = _extended(draft, fields)
    draft = draft.found(meaning.finding or "protocol.refused", source, f"{code:02X}", meaning.advice)
    if meaning.overall is not None:
        draft = draft.known(global_status=meaning.overall)
    return Reading(draft.health, draft.measurements, draft.findings)


def _extended(draft: _Draft, fields: Fields) -> _Draft:
    code, words = fields.first("1F16"), fields.first("1F17")
    draft = draft.measured("extended_error", code.hex().upper()[:SHORT], ok=False) if code else draft
    return draft.measured("extended_error_text", safe_text(printable(words))[:SHORT], ok=False) if words else draft


def _identity(draft: _Draft, status: Status) -> _Draft:
    fields = status.fields
    device = fields.first("1F40")
    make, model = _make_and_model(printable(device)) if device else (None, None)
    own = fields.first("1F41")
    software = status.software or (printable(own) if own else None)
    serial, terminal_id = fields.first("1F42"), fields.first("1F44") or fields.bitmap("29")
    draft = draft.known(
        make=_short(make),
        model=_short(model),
        software=_short(software),
        serial=_short(bcd(serial)) if serial else None,
        terminal_id=_short(bcd(terminal_id)) if terminal_id else None,
    )
    applications = [printable(value) for value in fields.each("1F59")]
    draft = draft.measured("applications", ", ".join(applications)[:SHORT]) if applications else draft
    return _keys(draft, fields)


def _keys(draft: _Draft, fields: Fields) -> _Draft:
    """Key generation, customer, DUKPT key sets, and the merchant's own card with its last month (YYMM)."""
    if value := fields.first("1F54"):
        draft = draft.measured("key_generation", str(int.from_bytes(value, "big"))[:SHORT], value.hex().upper())
    if value := fields.first("1F56"):
        draft = draft.measured("customer_id", value.hex().upper()[:SHORT])
    if sets := [value.hex().upper() for value in fields.each("1F32")]:
        draft = draft.measured("key_sets", ", ".join(sets)[:SHORT])
    if value := fields.first("1F57", "E7"):
        draft = draft.measured("merchant_sam", "".join("x" if c.isdigit() else c for c in bcd(value))[:SHORT])
    month = (fields.first("1F58", "E7") or b"").hex()
    if len(month) == 4 and month.isdecimal():
        draft = draft.measured("merchant_sam_expiry", f"20{month[:2]}-{month[2:]}", month)
    return draft


def _short(text: str | None) -> str | None:
    return text[:SHORT] if text else None


def _make_and_model(device: str) -> tuple[str | None, str]:
    """ "CCV A920" is make and model; "cVEND plug" and "H5000" are models whose maker is not told."""
    make, _, model = device.partition(" ")
    told = model and any(c.isdigit() for c in model) and not any(c.isdigit() for c in make)
    return (make, model.strip()) if told else (None, device)


def _status_byte(draft: _Draft, code: int | None) -> _Draft:
    if code is None:
        return draft
    raw = f"{code:02X}"
    meaning = codes.STATUS.get(code) or codes.Meaning("terminal.out_of_order", "service", GlobalStatus.MAINTENANCE)
    draft = draft.measured("status", raw, ok=not meaning.finding)
    if meaning.overall is not None:
        draft = draft.known(global_status=meaning.overall)
    return draft.found(meaning.finding, "status", raw, meaning.advice)


def _state(draft: _Draft, value: bytes | None) -> _Draft:
    """Device state 1F43: 03 is fraud, which outranks everything."""
    if not value:
        return draft
    name, finding = codes.STATES.get(value[0], ("unknown", "terminal.out_of_order"))
    draft = draft.measured("state", name, f"{value[0]:02X}", ok=not finding)
    if not finding and draft.health.security_ok is None:
        draft = draft.known(security_ok=True)
    return draft.found(finding, "state", f"{value[0]:02X}")


def _locks(draft: _Draft, value: bytes | None) -> _Draft:
    """Terminal locks 1F55, two bytes, b7 first."""
    if value is None or len(value) < 2:
        return draft
    bits = int.from_bytes(value[:2], "big")
    names = [name for bit, name, _ in codes.LOCKS if bits & bit]
    draft = draft.measured("locks", ", ".join(names), f"{bits:04X}", ok=not bits)
    for bit, name, finding in codes.LOCKS:
        if bits & bit:
            draft = draft.measured(f"lock.{name}", name, f"{bit:04X}", ok=False).found(finding, "lock", name)
    return draft


def _result(draft: _Draft, fields: Fields) -> _Draft:
    """A result code beside the status byte: real terminals send one for what went wrong last."""
    value = fields.bitmap("27")
    if not value:
        return draft
    code = value[0]
    return draft.measured("result", f"{code:02X}", ok=code == 0)


def _times(draft: _Draft, fields: Fields) -> _Draft:
    clock = _moment(fields.first("1F0E", "34"), fields.first("1F0F", "34"))
    restart = fields.first("1F0F", "35")
    at = _hour(restart) if restart else None
    draft = draft.known(clock=clock, restart_at=at)
    day = _moment(fields.first("1F0E", "35"), restart)
    return draft.measured("restart", day) if day else draft


def _hour(value: bytes) -> str | None:
    text = value.hex()
    return f"{text[:2]}:{text[2:4]}" if len(text) >= 4 and text.isdecimal() and text[:4] < "2400" else None


def _moment(date: bytes | None, time: bytes | None) -> str | None:
    """ISO 8601 without a zone from YYYYMMDD (or YYMMDD) and HHMMSS."""
    if not date or not time:
        return None
    day, clock = date.hex(), time.hex()
    day = f"20{day}" if len(day) == 6 else day
    if len(day) != 8 or len(clock) != 6 or not (day + clock).isdecimal():
        return None
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}"
