"""What a terminal says of itself, in nexo's words; `None` always means "not reported", never "fine"."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kiosk.model.bounds import Few, Short
from kiosk.model.finding import Finding, Measurement


class GlobalStatus(StrEnum):
    """nexo Retailer 3.x GlobalStatus."""

    OK = "ok"
    BUSY = "busy"
    MAINTENANCE = "maintenance"
    UNREACHABLE = "unreachable"


class PrinterStatus(StrEnum):
    """nexo Retailer 3.x PrinterStatus."""

    OK = "ok"
    PAPER_LOW = "paper_low"
    NO_PAPER = "no_paper"
    PAPER_JAM = "paper_jam"
    OUT_OF_ORDER = "out_of_order"


class Health(Struct, frozen=True):
    """One normalised health value; flags are True (fine), False (not fine) or None (not reported)."""

    global_status: GlobalStatus | None = None
    security_ok: bool | None = None
    pin_device_ok: bool | None = None
    card_reader_ok: bool | None = None
    printer: PrinterStatus | None = None
    communication_ok: bool | None = None
    battery_percent: int | None = None
    clock: Short | None = None  # ISO 8601 as the terminal tells it, no zone
    restart_at: Short | None = None  # "HH:MM"
    unsent_payments: int | None = None
    make: Short | None = None
    model: Short | None = None
    software: Short | None = None
    serial: Short | None = None
    terminal_id: Short | None = None


class Reading(Struct, frozen=True):
    """What one protocol exchange yields: health, and what stands behind it."""

    health: Health = Health()
    measurements: Few[Measurement] = ()
    findings: Few[Finding] = ()
