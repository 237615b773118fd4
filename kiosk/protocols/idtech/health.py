"""From the answers of an ID TECH reader to a normalised reading; silence never gets here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kiosk.errors import Garbled
from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.protocols.framing import printable, walk_tlv
from kiosk.protocols.idtech import codes
from kiosk.protocols.idtech.codes import DEVICE_STATUS, FIRMWARE, HARDWARE, MODULES, PROCESSOR, SERIAL_NUMBER, VERSION

SHORT = 200
_SEVERITY = {
    "terminal.tamper": Severity.HALT,
    "protocol.refused": Severity.WARNING,
}
_PARTS: dict[str, dict[str, Any]] = {
    "terminal.tamper": {"security_ok": False},
    "terminal.keys_missing": {"security_ok": False},
}
_NAMES = {PROCESSOR: "processor", HARDWARE: "hardware", MODULES: "modules"}


def reading_of(status: int, told: Mapping[tuple[int, int], bytes]) -> Reading:
    """`status` is the one code that says how the reader is; `told` the data of each question that was answered."""
    meaning = codes.meaning(status)
    health = Health(
        global_status=GlobalStatus.MAINTENANCE if meaning.finding else GlobalStatus.OK,
        serial=text_of(told.get(SERIAL_NUMBER, b"")) or None,
        software=text_of(told.get(FIRMWARE, b"")) or text_of(told.get(VERSION, b"")) or None,
    )
    measured = [Measurement("idtech.status", meaning.words, raw=f"{status:02X}", ok=not meaning.finding)]
    measured += [
        Measurement(f"idtech.{name}", text_of(told[ask]), raw=told[ask][:64].hex().upper())
        for ask, name in _NAMES.items()
        if ask in told
    ]
    measured += _device_status(told.get(DEVICE_STATUS, b""))
    if not meaning.finding:
        return Reading(health, tuple(measured))
    severity = _SEVERITY.get(meaning.finding, Severity.FAULT)
    finding = Finding(meaning.finding, severity, {"code": f"{status:02X}"})
    health = msgspec.structs.replace(health, **_PARTS.get(meaning.finding, {}))
    return Reading(health, tuple(measured), (finding,))


def _device_status(data: bytes) -> list[Measurement]:
    """Two bytes (guide, 32-03): waits for a card or not, locked or not. The guide calls neither of them a fault."""
    if len(data) < 2:
        return []
    return [
        Measurement("idtech.waits_for_card", bool(data[0]), raw=f"{data[0]:02X}"),
        Measurement("idtech.locked", bool(data[1]), raw=f"{data[1]:02X}"),
    ]


def text_of(data: bytes) -> str:
    """What an answer says: the text of its data objects, or its own; NULs at the end are filling."""
    try:
        objects = [o for o in walk_tlv(data) if o.tag.startswith("DF")] if data[:1] == b"\xdf" else []
    except Garbled:
        objects = []
    parts = [o.value(data) for o in objects] or [data]
    return ", ".join(_words(part) for part in parts if part.strip(b"\0"))[:SHORT]


def _words(value: bytes) -> str:
    bare = value.rstrip(b"\0")
    lines = bare.replace(b"\r\n", b"; ").replace(b"\n", b"; ").replace(b"\0", b"; ")
    return printable(lines, "ascii") if all(32 <= b < 127 for b in lines) else bare.hex().upper()
