"""What ZVT's codes mean to us: status bytes, error ids, lock bits and device states as tables to findings.

Source: PA00P015 rev. 13.08, chapters 9.4.12, 10, 11 and 11.1. Words stand in `resources/text/<language>/zvt.json` as
`zvt.status.XX`, `zvt.error.XX`, `zvt.lock.NAME`; what to do as `zvt.advice.ID`. Must not read files.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.model.finding import Datum, Finding, Severity
from kiosk.model.health import GlobalStatus

OK, BUSY, CARE = GlobalStatus.OK, GlobalStatus.BUSY, GlobalStatus.MAINTENANCE


@dataclass(frozen=True, slots=True)
class Meaning:
    """`finding` is an id of findings.toml ("" for none), `advice` names what to do (chapter 11.1)."""

    finding: str
    advice: str
    overall: GlobalStatus | None = None


STATUS: dict[int, Meaning] = {
    0x00: Meaning("", "none", OK),
    0x51: Meaning("terminal.not_initialised", "initialise", CARE),
    0x62: Meaning("terminal.clock_wrong", "set_clock", OK),
    0x64: Meaning("terminal.card_inserted", "insert_again", OK),
    0x65: Meaning("terminal.not_initialised", "service", CARE),
    0x9C: Meaning("terminal.busy", "wait", BUSY),
    0x9D: Meaning("terminal.maintenance", "service", CARE),
    0xB1: Meaning("terminal.memory_full", "end_of_day", CARE),
    0xB2: Meaning("terminal.memory_full", "end_of_day", CARE),
    0xBF: Meaning("terminal.battery_low", "power", CARE),
    0xC0: Meaning("terminal.card_reader_broken", "service", CARE),
    0xC1: Meaning("terminal.diagnosis_due", "diagnose", CARE),
    0xC2: Meaning("terminal.diagnosis_due", "diagnose", CARE),
    0xC4: Meaning("terminal.not_initialised", "service", CARE),
    0xCC: Meaning("printer.error", "paper", CARE),
    0xDC: Meaning("terminal.card_inserted", "take_card", OK),
    0xDF: Meaning("terminal.out_of_order", "service", CARE),
    0xE0: Meaning("terminal.maintenance", "wait", CARE),
    0xE1: Meaning("terminal.card_inserted", "take_card", OK),
    0xE2: Meaning("terminal.card_reader_broken", "service", CARE),
    0xE3: Meaning("terminal.card_reader_broken", "service", CARE),
    0xE4: Meaning("terminal.not_initialised", "service", CARE),
    0xF0: Meaning("terminal.reconciliation_due", "end_of_day", OK),
    0xF6: Meaning("terminal.not_initialised", "service", CARE),
}

_REFUSED = "protocol.refused"
_CARD = frozenset({0x64, 0x65, 0x67, 0x68, 0x6E, 0x6F, 0x71, 0x72, 0x73, 0x75, 0x76, 0x78, 0x79, 0x7A, 0x7B, 0x7C})
_AMOUNT = frozenset({0x7E, 0xA4, 0xB4, 0xB5, 0xB7, 0xB8, 0xC3, 0xC5, 0xC6, 0xC8, 0xC9, 0xCB, 0xCD, 0xD2})
_GOODS = frozenset({0xE7, 0xE8, 0xE9, 0xEA, 0xEB, 0xF1, 0xFB})

ERRORS: dict[int, Meaning] = {
    **{code: Meaning(_REFUSED, "other_card") for code in _CARD},
    **{code: Meaning(_REFUSED, "look") for code in _AMOUNT | _GOODS},
    0x00: Meaning("", "none"),
    0x66: Meaning("terminal.card_reader_broken", "service"),
    0x6A: Meaning("terminal.memory_full", "end_of_day"),
    0x6B: Meaning(_REFUSED, "sign_on"),
    0x6C: Meaning(_REFUSED, "look"),
    0x74: Meaning("terminal.keys_missing", "service"),
    0x77: Meaning("terminal.reconciliation_due", "end_of_day"),
    0x7D: Meaning("bank.unreachable", "network"),
    0x83: Meaning(_REFUSED, "look"),
    0x85: Meaning("terminal.keys_missing", "service"),
    0x89: Meaning("terminal.pin_device_broken", "service"),
    0x9A: Meaning(_REFUSED, "service"),
    0x9B: Meaning("bank.unreachable", "network"),
    0x9C: Meaning("terminal.busy", "wait", BUSY),
    0xA0: Meaning("terminal.busy", "wait", BUSY),
    0xA1: Meaning("bank.unreachable", "network"),
    0xA3: Meaning("bank.unreachable", "network"),
    0xA5: Meaning(_REFUSED, "service"),
    0xB1: Meaning("terminal.memory_full", "end_of_day"),
    0xB2: Meaning("terminal.memory_full", "end_of_day"),
    0xBF: Meaning("terminal.battery_low", "power"),
    0xC0: Meaning("terminal.card_reader_broken", "service"),
    0xC1: Meaning("terminal.diagnosis_due", "diagnose"),
    0xC2: Meaning("terminal.diagnosis_due", "diagnose"),
    0xC4: Meaning("terminal.not_initialised", "service"),
    0xCC: Meaning("printer.error", "paper"),
    0xDC: Meaning("terminal.card_inserted", "take_card"),
    0xDD: Meaning("terminal.card_inserted", "take_card"),
    0xDE: Meaning("terminal.card_reader_broken", "insert_again"),
    0xE0: Meaning("terminal.maintenance", "wait", CARE),
    0xE2: Meaning("terminal.card_reader_broken", "service"),
    0xE3: Meaning("terminal.card_reader_broken", "service"),
    0xE4: Meaning("terminal.not_initialised", "service"),
    0xEC: Meaning("terminal.pin_device_broken", "service"),
    0xED: Meaning("terminal.pin_device_broken", "service"),
    0xF0: Meaning("terminal.reconciliation_due", "end_of_day"),
    0xF5: Meaning("terminal.not_initialised", "service"),
    0xF6: Meaning("terminal.not_initialised", "service"),
    0xFA: Meaning("terminal.unsent_payments", "network"),
    0xFC: Meaning("terminal.out_of_order", "service"),
    0xFD: Meaning(_REFUSED, "service"),
    0xFE: Meaning(_REFUSED, "service"),
    0xFF: Meaning("terminal.out_of_order", "service"),
}

LOCKS: tuple[tuple[int, str, str], ...] = (
    (0x8000, "reconciliation", "terminal.reconciliation_due"),
    (0x4000, "initialisation", "terminal.not_initialised"),
    (0x2000, "diagnosis", "terminal.diagnosis_due"),
    (0x1000, "service", "terminal.maintenance"),
    (0x0800, "out_of_order", "terminal.out_of_order"),
    (0x0400, "printer", "printer.error"),
    (0x0200, "start_up", "terminal.not_initialised"),
    (0x0100, "secure_module", "terminal.tamper"),  # somebody put another part where the keys live
    (0x0080, "log_defective", "terminal.out_of_order"),
    (0x0040, "reader_missing", "terminal.card_reader_broken"),
    (0x0020, "card_inserted", "terminal.card_inserted"),
    (0x0010, "secure_link", "terminal.not_initialised"),
    (0x0008, "activation", "terminal.not_initialised"),
    (0x0004, "battery", "terminal.battery_low"),
    (0x0002, "contactless", "terminal.not_initialised"),
    (0x0001, "vending_bus", "terminal.out_of_order"),
)

STATES: dict[int, tuple[str, str]] = {
    0: ("ready", ""),
    1: ("initialisation", "terminal.not_initialised"),
    2: ("no_keys", "terminal.keys_missing"),
    3: ("fraud", "terminal.tamper"),
}

SEVERITIES: dict[str, Severity] = {
    "terminal.tamper": Severity.HALT,
    **dict.fromkeys(
        (
            "terminal.out_of_order",
            "terminal.not_initialised",
            "terminal.keys_missing",
            "terminal.pin_device_broken",
            "terminal.card_reader_broken",
            "terminal.memory_full",
            "printer.error",
            "bank.unreachable",
        ),
        Severity.FAULT,
    ),
}
"""As in findings.toml; what is not named here is a warning."""


def error_meaning(code: int) -> Meaning:
    """01 to 63 belong to the network operator and differ from one to the next."""
    return ERRORS.get(code) or Meaning(_REFUSED, "bank" if 0 < code < 0x64 else "look")


def finding(id: str, **data: Datum) -> Finding:
    return Finding(id, SEVERITIES.get(id, Severity.WARNING), data)
