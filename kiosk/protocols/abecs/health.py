"""From what a PIN pad told of itself to a normalised reading; silence never gets here."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.model.finding import Finding, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from kiosk.protocols.abecs.messages import result

_SEVERITY = {
    "protocol.refused": Severity.WARNING,
    "terminal.busy": Severity.WARNING,
}
_MEASURED = ("specification", "system", "application", "extension", "kernel", "contactless_kernel", "part")


@dataclass(frozen=True, slots=True)
class Told:
    """The result that counts, named fields, and the key maps where GIX gave them."""

    code: str
    fields: dict[str, str] = field(default_factory=dict)
    maps: tuple[str, ...] = ()


def reading_of(told: Told) -> Reading:
    """A PIN pad whose every key place is empty cannot take a PIN: its keys are missing."""
    meaning = result(told.code)
    finding = meaning.finding or ("terminal.keys_missing" if _empty(told.maps) else "")
    fields = told.fields
    health = Health(
        global_status=_overall(finding),
        pin_device_ok=False if finding == "terminal.keys_missing" else True if told.maps else None,
        make=fields.get("make"),
        model=fields.get("model", "").partition(";")[0].strip() or None,
        software=fields.get("application") or fields.get("manager") or fields.get("system"),
        serial=fields.get("serial"),
    )
    measured = [Measurement("abecs.result", meaning.words, raw=told.code, ok=not meaning.finding)]
    measured += [Measurement(f"abecs.{name}", fields[name]) for name in _MEASURED if name in fields]
    if told.maps:
        measured.append(Measurement("abecs.keys", sum(one.count("1") for one in told.maps), ok=not _empty(told.maps)))
    severity = _SEVERITY.get(finding, Severity.FAULT)
    found = (Finding(finding, severity, {"code": told.code}),) if finding else ()
    return Reading(health, tuple(measured), found)


def _empty(maps: tuple[str, ...]) -> bool:
    return bool(maps) and not any("1" in one for one in maps)


def _overall(finding: str) -> GlobalStatus:
    if finding == "terminal.busy":
        return GlobalStatus.BUSY
    return GlobalStatus.MAINTENANCE if finding else GlobalStatus.OK
