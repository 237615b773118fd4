"""A fault injected at each hop for each kind of terminal, and the hop that a check names; `make faults` prints it.

What is expected stands here by hand, from what a person who knows the fault would say, never from what a check did.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.diagnostics.runner import Plan, run
from kiosk.errors import Gone, NoAnswer, Refused
from kiosk.model.finding import Hop, HopState, Severity
from kiosk.model.report import Facts, HostFact, Place, Placed, Plugged, SeenPort, TerminalReport
from kiosk.model.terminal import Holder, Kind, Level, Port, Terminal
from kiosk.protocols.protocol import protocols
from kiosk.resources import findings
from kiosk.simulator.device import LINE_FAULTS, Setup
from kiosk.simulator.kinds import kinds
from tests.fakes.device_channel import DeviceChannel

HOST = "bank.example:443"
PC, PORT, CABLE, ANSWER, TERMINAL, BANK = Hop
FINE = None  # it is no fault to the shop, or one that a repeat cures


@dataclass(frozen=True)
class Row:
    """One kind of terminal at one kind of port."""

    name: str
    protocol: str
    framing: str
    address: str

    @property
    def place(self) -> str:
        return self.address.partition(":")[0] if ":" in self.address else "serial"

    @property
    def kind(self) -> Kind:
        return protocols()[self.protocol].kind


SERIAL, NETWORK, USB = "/dev/ttyS9", "tcp://192.0.2.9:20007", "usb:1-4.2"
ROWS = (
    Row("ZVT serial", "zvt", "serial", SERIAL),
    Row("ZVT network", "zvt", "tcp", NETWORK),
    Row("ESC/POS serial", "escpos", "serial", SERIAL),
    Row("ESC/POS USB", "escpos", "raw", USB),
    Row("ESC/POS network", "escpos", "tcp", NETWORK),
    Row("CCID", "ccid", "raw", USB),
    Row("ECR17 serial", "ecr17", "serial", SERIAL),
    Row("ECR17 network", "ecr17", "tcp", NETWORK),
    Row("Nordic", "nordic", "serial", SERIAL),
    Row("Telium", "telium", "serial", SERIAL),
    Row("Transbank", "transbank", "serial", SERIAL),
    Row("ID TECH serial", "idtech", "serial", SERIAL),
    Row("ID TECH HID", "idtech", "hid", USB),
    Row("MagTek HID", "magtek", "feature", USB),
    Row("ABECS", "abecs", "serial", SERIAL),
    Row("nexo", "nexo", "http", NETWORK),
    Row("Caisse-AP", "caisse_ap", "tcp", NETWORK),
)

_T = TERMINAL
OWN: dict[str, dict[str, Hop | None]] = {
    "zvt": dict.fromkeys(
        ("busy", "updating", "paper_out", "tamper", "reconciliation_due", "card_inserted", "not_initialised",
         "not_activated", "no_keys", "reader_broken", "diagnosis_due", "memory_full", "battery_low", "out_of_order",
         "clock_wrong", "unsent", "system_error"), _T,
    ) | {"not_registered": ANSWER, "drops_end": ANSWER, "wrong_checksum": ANSWER, "asks_again": ANSWER}
      | dict.fromkeys(("old_software", "chatty", "end_of_day_due", "prints_itself", "text_blocks", "self_test_fails",
                       "no_host", "no_tests"), FINE),
    "escpos": dict.fromkeys(("paper_out", "cover_open", "cutter", "hot", "broken", "offline"), _T)
      | {"wrong_bytes": ANSWER, "one_way": ANSWER, "paper_low": FINE, "no_ids": FINE, "no_reports": FINE},
    "ccid": {"hardware_error": _T, "busy_slot": _T} | dict.fromkeys(
        ("no_card", "mute_card", "bad_atr", "short_atr", "parity", "slow_card", "old_answer", "powered", "two_slots"),
        FINE,
    ),
    "ecr17": dict.fromkeys(
        ("not_configured", "no_download", "not_aligned", "keys_corrupted", "download_pending", "update_pending",
         "strange_status", "clock_wrong", "mid_payment"), _T,
    ) | {"till_not_set_up": ANSWER, "wrong_checksum": ANSWER, "no_answer_after_ack": ANSWER}
      | dict.fromkeys(("lrc_stx", "lrc_noext", "lrc_stx_noext", "drops_wrong", "lenient", "plain_ack", "progress"),
                      FINE),
    "nordic": dict.fromkeys(
        ("blacklist_old", "keys_old", "not_configured", "strange_code", "card_inserted", "test_mode",
         "mid_payment"), _T,
    ) | {"no_connection": BANK, "wrong_checksum": ANSWER, "refuses": ANSWER, "knocks_only": ANSWER}
      | dict.fromkeys(("message_waiting", "no_version", "in_parts"), FINE),
    "telium": {"busy": _T, "wants_to_talk": _T, "wrong_answer": ANSWER, "slow": FINE},
    "transbank": {"mid_sale": _T, "mid_sale_damaged": ANSWER, "refuses": ANSWER, "normal_mode": ANSWER, "slow": FINE},
    "idtech": {"tamper": _T, "keys_lost": _T, "loader": _T, "failed": ANSWER, "wrong_crc": ANSWER}
      | dict.fromkeys(("old", "chatty", "mute_after_ping"), FINE),
    "magtek": {"failed": _T, "not_now": _T} | dict.fromkeys(("encrypting", "old", "short_length"), FINE),
    "abecs": {"keys_lost": _T, "internal": _T, "pin_pause": _T, "secure_only": ANSWER, "wrong_crc": ANSWER,
              "deaf": ANSWER, "mute_when_open": ANSWER} | dict.fromkeys(("old", "wrong_crc_once", "notices"), FINE),
    "nexo": dict.fromkeys(
        ("paper_out", "paper_jam", "printer_broken", "busy", "maintenance", "security", "pin_pad", "card_reader",
         "battery_low", "unsent"), _T,
    ) | {"no_network": BANK}
      | dict.fromkeys(("sealed", "other_key", "unsealed", "changed_header", "closed", "other_server"), ANSWER)
      | dict.fromkeys(("paper_low", "own_name", "used_number", "short", "chunked", "new_words"), FINE),
    "caisse_ap": {},
}  # fmt: skip
"""Faults of the simulated devices themselves, by protocol."""

NOT_THERE = {"wrong_checksum", "asks_again"}  # of ZVT: the network has no check sum of its own, and asks nothing again
FEW_BYTES = {"abecs", "escpos", "telium", "transbank"}  # first answers of a byte or two tell no speed


def line_faults(row: Row) -> dict[str, Hop | None]:
    """Where a fault of the line is to be found. Silence without evidence of the line is the answer's hop."""
    if row.protocol == "caisse_ap":  # it has no question: only its connection can be judged
        return dict.fromkeys(LINE_FAULTS, FINE) | {"unplugged": CABLE}
    garbled = CABLE if row.place == "serial" and row.protocol not in FEW_BYTES else ANSWER
    return {
        "silent": ANSWER,
        "cable_out": ANSWER,
        "unplugged": CABLE if row.place == "tcp" else PORT,
        "trickle": FINE,
        "noise": ANSWER if row.framing == "feature" else FINE,  # no repeat cures a report that begins elsewhere
        "wrong_speed": garbled,
    }


def own_faults(row: Row) -> dict[str, Hop | None]:
    own = OWN[row.protocol]
    return {f: hop for f, hop in own.items() if row.framing == "serial" or row.protocol != "zvt" or f not in NOT_THERE}


@dataclass
class Case:
    """One fault at one kind of terminal: what the run is given."""

    row: Row
    fault: str
    expected: Hop | None
    faults: frozenset[str] = frozenset()
    seen: SeenPort = field(default=SeenPort("", False))
    host: tuple[HostFact, ...] = ()
    places: tuple[Place, ...] = ()
    refuses: Exception | None = None  # opening does
    breaks: bool = False  # in the middle of the first talk


Change = Callable[[Case], Case]


def _plugged(**facts: object) -> Change:
    return lambda case: replace(case, seen=_seen(case.row, plugged=Plugged(**facts)))  # type: ignore[arg-type]


def _port(**facts: object) -> Change:
    return lambda case: replace(case, seen=_seen(case.row, **facts))


def _hosts(**facts: bool) -> Change:
    told = tuple(HostFact(name if name == "gateway" else f"{name} {HOST}", value) for name, value in facts.items())
    return lambda case: replace(case, host=told)


def _refusal(error: Exception) -> Change:
    return lambda case: replace(case, refuses=error)


def _taken(case: Case) -> Case:
    return replace(case, places=(Place("1", case.row.address, "", Placed.TAKEN, "2"),))


def _queue(case: Case) -> Case:
    return replace(case, host=(HostFact("print_jobs", 3), HostFact("print_jobs_failed", 1)))


def _seen(row: Row, exists: bool = True, **facts: object) -> SeenPort:
    return SeenPort(row.address, exists, **facts)  # type: ignore[arg-type]


LOCAL: dict[str, tuple[Hop, Change]] = {
    "socket cut off": (PC, _plugged(over_current=2)),
    "hub overloaded": (PC, _plugged(hub_gives=400, hub_draws=600)),
    "not seen": (PORT, _port(exists=False)),
    "another till's terminal there": (PORT, _taken),
    "device failed (43)": (PORT, _plugged(problem=43)),
    "switched off (22)": (PORT, _plugged(problem=22)),
    "driver blocked (52)": (PORT, _plugged(problem=52)),
    "pulled out while it talks": (CABLE, lambda case: replace(case, breaks=True)),
}
ON_SERIAL: dict[str, tuple[Hop, Change]] = {
    "driver missing": (PORT, _port(exists=False, plugged=Plugged(driver_bound=False))),
    "no right": (PORT, _port(readable=False, group="dialout")),
    "another program has it": (PORT, _port(held_by=Holder(4711, "minicom"))),
}
ON_NETWORK: dict[str, tuple[Hop, Change]] = {
    "nobody at the address": (CABLE, _refusal(NoAnswer("Nobody answers."))),
    "connection refused": (CABLE, _refusal(Refused("Refused."))),
    "name unknown": (PORT, _refusal(Gone("The name is not known."))),
    "cut off while it talks": (CABLE, lambda case: replace(case, breaks=True)),
}
AT_BANK: dict[str, tuple[Hop, Change]] = {
    "no way out": (BANK, _hosts(reaches=False, gateway=False)),
    "name of the host": (BANK, _hosts(reaches=False, gateway=True, resolves=False)),
    "host not reached": (BANK, _hosts(reaches=False, gateway=True)),
}
SPOOLER: dict[str, tuple[Hop, Change]] = {"print jobs stuck": (PC, _queue)}


def around(row: Row) -> dict[str, tuple[Hop, Change]]:
    """Faults of the PC, the port, the cable and the bank that this kind of terminal may meet."""
    some = dict(ON_NETWORK if row.place == "tcp" else LOCAL)
    if row.place == "serial":
        some |= ON_SERIAL
    if row.protocol == "caisse_ap":
        del some["cut off while it talks"]  # it never talks
    if row.kind is Kind.PRINTER:
        some |= SPOOLER
    if row.kind is Kind.TERMINAL and OWN[row.protocol]:
        some |= AT_BANK
    return some


def cases() -> Iterator[Case]:
    for row in ROWS:
        good = Case(row, "none", FINE, seen=_seen(row))
        yield good
        for fault, (hop, change) in around(row).items():
            yield replace(change(good), fault=fault, expected=hop)
        for fault, own in (line_faults(row) | own_faults(row)).items():
            yield replace(good, fault=fault, expected=own, faults=frozenset({fault}))


class _Channel(DeviceChannel):
    """Also takes feature reports, and may refuse to open or break off as a case says."""

    case: Case
    _report: bytes = b""

    def __enter__(self):
        if self.case.refuses is not None:
            raise self.case.refuses
        if "unplugged" in self.device.faults:
            raise Refused("Refused.") if self.case.row.place == "tcp" else Gone("It is not plugged in.")
        return self

    def send(self, data, timeout):
        self._break()
        return super().send(data, timeout)

    def control(self, wish, timeout):
        self._break()
        if hasattr(self.device, "control"):
            return super().control(wish, timeout)
        if not wish.length:
            self._report = b""
            super().send(wish.data, timeout)
            self._report = b"".join(self._due)
            self._due.clear()
            return None
        return self._report

    def _break(self):
        if self.case.breaks:
            raise Gone("It is not there any more.")


def checked(case: Case, seed: int = 0) -> TerminalReport:
    """One check of level internal over the real driver; no port and no waiting. `seed` makes another device."""
    row, now = case.row, datetime.now(UTC)
    clock = tuple(now.astimezone().timetuple()[:6])
    setup = Setup(framing=row.framing, latency=0.0, seed=seed, faults=set(case.faults), now=lambda: clock)
    channel = _Channel(kinds()[row.protocol].build(setup), "serial" if row.place == "serial" else row.place)
    channel.case = case
    terminal = Terminal("1", Port(row.address), kind=row.kind, protocol=row.protocol, framing=row.framing)
    reached = HostFact(f"reaches {HOST}", True)
    facts = Facts(
        now.astimezone(), ports=(case.seen,), host=(reached, *case.host), payment_hosts=(HOST,), places=case.places
    )
    outcome = run(
        Plan((terminal,), Level.INTERNAL, 20.0, facts, True),
        emit=lambda e: None,
        kinds=findings(),
        open_channel=lambda _t: channel,
    )
    assert outcome.broken == (), outcome.broken
    return outcome.report.terminals[0]


def named(report: TerminalReport) -> Hop | None:
    """The broken hop; else the PC, where a warning speaks of it: that does not end the chain."""
    broken = next((link.hop for link in report.chain if link.state is HopState.BROKEN), None)
    warned = any(f.id.startswith("host.") and f.severity is not Severity.INFO for f in report.findings)
    return broken or (Hop.PC if warned else None)


def table() -> Iterator[str]:
    """One line a case: terminal, fault, hop expected, hop named, findings."""
    yield f"{'terminal':<16} {'fault':<30} {'expected':<9} {'named':<9} findings"
    right = faults = 0
    for case in cases():
        report = checked(case)
        hop, expected = named(report), case.expected
        faults += expected is not FINE
        right += expected is not FINE and hop is expected
        mark = "" if hop is expected else "  <- differs"
        found = " ".join(dict.fromkeys(f.id for f in report.findings))
        yield f"{case.row.name:<16} {case.fault:<30} {expected or '-':<9} {hop or '-':<9} {found}{mark}"
    yield f"{right} of {faults} faults named at their hop, {len(ROWS)} kinds of terminal"


if __name__ == "__main__":
    for words in table():
        print(words)  # noqa: T201 - that is what it is for
