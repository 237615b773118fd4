"""What is truly wrong behind each simulated fault, what a person would see, and guidance led through to its end.

Truth stands here by hand, from what a person who knows the fault would say; where the fault does not tell two causes
apart, both count. `AROUND` are the faults of the line, the port and the PC, `OWN` those of the devices themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk import resources
from kiosk.guidance.advise import Situation, Way, advise, passed, symptom_for
from kiosk.guidance.load import load
from kiosk.guidance.model import CANNOT_SEE
from kiosk.guidance.procedure import Run
from kiosk.journey.fixing import absent
from kiosk.model.report import TerminalReport
from kiosk.model.terminal import Kind
from tests.diagnostics.fault_table import FINE, Case, cases, checked

KINDS = resources.findings()
GUIDE = load(Path(resources.root()) / "guidance", KINDS)
STOP = "stop"
"""In place of a cause: help stops, whatever the cause is."""

AROUND: dict[str, tuple[str, ...]] = {
    "socket cut off": ("hub.weak",),
    "hub overloaded": ("hub.weak",),
    "not seen": ("cable.at_pc", "hub.off"),
    "another till's terminal there": ("tills.swapped",),
    "device failed (43)": ("cable.broken",),
    "switched off (22)": ("driver.off",),
    "driver blocked (52)": ("driver.blocked",),
    "driver missing": ("driver.failed",),
    "no right": ("rights.missing",),
    "another program has it": ("program.other",),
    "pulled out while it talks": ("cable.at_terminal",),
    "nobody at the address": ("cable.at_terminal",),
    "cut off while it talks": ("cable.at_terminal",),
    "connection refused": ("app.hung",),
    "name unknown": ("port.settings",),
    "no way out": ("net.router", "net.lead"),
    "name of the host": ("net.router",),
    "host not reached": ("net.router", "host.down"),
    "print jobs stuck": ("queue.stuck",),
    "silent": ("app.hung",),
    "cable_out": ("cable.at_terminal",),
    "unplugged": ("cable.at_pc",),
    "noise": ("port.settings", "cable.broken"),
    "wrong_speed": ("port.settings",),
}
AT_A_PRINTER: dict[str, tuple[str, ...]] = {
    "pulled out while it talks": ("printer.cable",),
    "nobody at the address": ("printer.cable",),
    "cut off while it talks": ("printer.cable",),
    "not seen": ("printer.off", "printer.cable", "cable.at_pc"),
    "connection refused": ("printer.broken",),
    "silent": ("printer.broken",),
    "cable_out": ("printer.cable",),
    "unplugged": ("printer.cable", "cable.at_pc"),
}
AT_A_READER: dict[str, tuple[str, ...]] = {
    "pulled out while it talks": ("cable.at_pc",),
    "cable_out": ("cable.at_pc",),
    "silent": ("terminal.broken",),
}
"""A reader has one cable, into the PC, and no program of its own that staff could restart."""
ON_A_NETWORK = {"unplugged": ("app.hung",)}
"""The simulated terminal refuses the connection then."""

OWN: dict[str, tuple[str, ...]] = {
    "busy": ("payment.open",), "updating": ("update.running",), "tamper": (STOP,), "security": (STOP,),
    "reconciliation_due": ("day_end.not_run",), "card_inserted": ("card.left",), "not_initialised": ("setup.missing",),
    "not_activated": ("setup.missing",), "no_keys": ("keys.never_loaded", "keys.wiped"), "keys_lost": ("keys.wiped",),
    "reader_broken": ("terminal.broken",), "card_reader": ("terminal.broken",), "hardware_error": ("terminal.broken",),
    "pin_pad": ("terminal.broken",), "diagnosis_due": ("setup.expired",), "memory_full": ("day_end.not_run",),
    "battery_low": ("battery.flat", "battery.not_seated"), "out_of_order": ("terminal.broken",),
    "clock_wrong": ("clock.off",),
    "unsent": ("payments.waiting",), "system_error": ("terminal.broken",), "not_registered": ("port.settings",),
    "drops_end": ("app.hung",), "wrong_checksum": ("port.settings", "cable.broken"),
    "asks_again": ("port.settings", "cable.broken"), "paper_out": ("paper.empty",), "paper_low": ("paper.empty",),
    "paper_jam": ("paper.jammed",), "printer_broken": ("printer.broken",), "cover_open": ("printer.cover",),
    "cutter": ("paper.jammed",), "hot": ("printer.hot_head",), "broken": ("printer.broken",),
    "offline": ("printer.broken", "printer.cover"), "wrong_bytes": ("port.settings",), "one_way": ("printer.cable",),
    "busy_slot": ("payment.open",), "not_configured": ("setup.missing",), "no_download": ("setup.missing",),
    "not_aligned": ("setup.expired",), "keys_corrupted": ("keys.wiped",), "download_pending": ("setup.expired",),
    "update_pending": ("update.running",), "strange_status": ("terminal.broken",), "mid_payment": ("payment.open",),
    "till_not_set_up": ("port.settings",), "no_answer_after_ack": ("app.hung",), "blacklist_old": ("setup.expired",),
    "keys_old": ("setup.expired",), "strange_code": ("terminal.broken",), "test_mode": ("setup.missing",),
    "no_connection": ("net.router", "host.down"), "no_network": ("net.router", "host.down"),
    "refuses": ("port.settings",), "knocks_only": ("app.hung",), "wants_to_talk": ("payment.open",),
    "wrong_answer": ("port.settings",), "mid_sale": ("payment.open",), "mid_sale_damaged": ("port.settings",
    "cable.broken"), "normal_mode": ("port.settings",), "loader": ("terminal.broken",), "failed": ("port.settings",),
    "wrong_crc": ("port.settings", "cable.broken"), "internal": ("terminal.broken",), "not_now": ("terminal.broken",),
    "pin_pause": ("payment.open",), "secure_only": ("port.settings",), "deaf": ("port.settings",),
    "mute_when_open": ("port.settings",), "maintenance": ("update.running",), "sealed": ("port.settings",),
    "closed": ("port.settings",), "other_server": ("port.settings",), "unsealed": ("port.settings",),
    "other_key": ("port.settings",), "changed_header": ("port.settings",),
}  # fmt: skip
BY_PROTOCOL = {("magtek", "failed"): ("terminal.broken",)}
"""Where one name of a fault means two things."""

SEES: dict[str, dict[str, str]] = {
    "app.hung": {"glance.screen": "frozen"},
    "update.running": {"screen.words": "update"},
    "printer.off": {"printer.light": "off"},
}
"""What a person sees who stands before it; a lit screen, a light that is on and nothing strange otherwise."""
USUAL = {"glance.screen": "lit", "screen.words": "neither", "printer.light": "on"}


def truth(case: Case) -> tuple[str, ...]:
    """The causes that are true; the first is what the person sees."""
    if (case.row.protocol, case.fault) in BY_PROTOCOL:
        return BY_PROTOCOL[case.row.protocol, case.fault]
    if case.row.place == "tcp" and case.row.kind is not Kind.PRINTER and case.fault in ON_A_NETWORK:
        return ON_A_NETWORK[case.fault]
    if case.row.place == "tcp" and case.fault == "unplugged":
        return AT_A_PRINTER["connection refused"]
    if case.row.kind is Kind.PRINTER and case.fault in AT_A_PRINTER:
        return AT_A_PRINTER[case.fault]
    if case.row.kind in (Kind.CARD_READER, Kind.SMART_CARD_READER) and case.fault in AT_A_READER:
        return AT_A_READER[case.fault]
    return AROUND.get(case.fault) or OWN[case.fault]


@dataclass(frozen=True)
class Walked:
    """`rank`: of the true cause when the first remedy, or a person, is offered; 0 if it is not even thought of."""

    case: Case
    findings: tuple[str, ...]
    symptom: str = ""
    rank: int = 0
    first: str = ""
    questions: int = 0
    remedies: int = 0
    end: str = "nothing"


def healthy(runs: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(kind of terminal, findings) of runs of terminals that are well, each with another seed."""
    good = [case for case in cases() if case.fault == "none"]
    for seed in range(runs):
        case = good[seed % len(good)]
        yield case.row.name, tuple(f.id for f in checked(case, seed).findings)


def troubles() -> Iterator[Case]:
    """Every fault of every kind of terminal that is one to the shop; and a roll that runs low."""
    yield from (case for case in cases() if case.expected is not FINE or case.fault == "paper_low")


def walk(case: Case) -> Walked:
    """A person does what is asked, until it works or somebody else is asked. The right remedy takes the fault away."""
    report = checked(case)
    found = tuple(dict.fromkeys(f.id for f in report.findings))
    symptom = symptom_for(GUIDE, report.findings, report.chain, case.row.kind)
    if symptom is None:
        return Walked(case, found)
    walked, true = Walked(case, found, symptom), truth(case)
    known = Situation(symptom, case.row.kind, found, absent(report, KINDS))
    while True:
        told = advise(GUIDE, known, KINDS)
        if told.kind is Way.QUESTION:
            seen = {**USUAL, **SEES.get(true[0], {})}.get(told.id, CANNOT_SEE)
            known = _with(known, answers={**known.answers, told.id: seen})
            walked = replace(walked, questions=walked.questions + 1)
            continue
        if not walked.rank:
            order = [STOP] if told.kind is Way.HALT else [each.cause for each in told.likely]
            ranks = [order.index(cause) + 1 for cause in true if cause in order]
            walked = replace(walked, rank=min(ranks, default=0), first=order[0])
        if told.kind is not Way.REMEDY or told.remedy is None:
            return replace(walked, end=told.kind.value)
        walked = replace(walked, remedies=walked.remedies + 1)
        if any(told.remedy.cures.get(cause, 0) >= 0.5 for cause in true) and _works(symptom, case):
            return replace(walked, end="cured")
        known = _with(known, failed=(*known.failed, told.id))


def _works(symptom: str, case: Case) -> bool:
    """Whether the check after the step says that it is cured, once the fault is gone."""
    report: TerminalReport = checked(next(c for c in cases() if c.row == case.row and c.fault == "none"))
    found = [f.id for f in report.findings]
    return passed(GUIDE, symptom, Run("cured", "next"), found, absent(report, KINDS))


def _with(situation: Situation, **changes: object) -> Situation:
    fields = {name: getattr(situation, name) for name in situation.__struct_fields__}
    return Situation(**{**fields, **changes})
