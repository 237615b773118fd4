from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.evidence.bundle import Contents, seal
from kiosk.model.bundle import GuidanceRecord, Walked
from kiosk.model.finding import Finding, Hop, HopState, Link, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health
from kiosk.model.report import Facts, HostFact, Report, SeenPort, TerminalReport
from kiosk.model.terminal import Holder, Level, Port, Terminal
from kiosk.model.trace import Entry, TraceHeader, What

NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
ADDRESS = "/dev/ttyUSB0"


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def contents():
    terminal = Terminal(
        "till-1", Port(ADDRESS, "serial-7"), make="Feig", model="cVEND", serial="17001234", protocol="zvt"
    )
    report = TerminalReport(
        terminal,
        tuple(Link(hop, HopState.OK) for hop in Hop),
        Health(global_status=GlobalStatus.OK, software="2.14.15.1", serial="17001234", terminal_id="60000012"),
        (Finding("port.busy", Severity.FAULT, {"program": "pos", "pid": 42}),),
        (Measurement("answer.time", 0.12, "s", (None, 1.0), True),),
        ("zvt_status",),
        1.25,
    )
    facts = Facts(
        NOW,
        (SeenPort(ADDRESS, True, True, held_by=Holder(42, "pos", "2026-03-12T09:00:00Z")),),
        (HostFact("os", "Linux"), HostFact("memory_free", 1234, "MiB")),
        ("pos",),
        ("payments.example",),
    )
    header = TraceHeader("till-1", ADDRESS, "zvt", "tcp", "2026-03-12T14:30:00+00:00")
    entries = (
        Entry(0.0, What.OPEN),
        Entry(0.1, What.SEND, bytes.fromhex("050100")),
        Entry(0.2, What.RECEIVE, bytes.fromhex("800000060f0100")),
        Entry(0.3, What.SEND, bytes.fromhex("800000")),
        Entry(1.3, What.SILENCE, seconds=1.0),
        Entry(1.4, What.CLOSE),
    )
    guidance = GuidanceRecord(
        "no_answer", (Walked("replug", "no_change", "", "2026-03-12T14:31:00Z"),), {"lit": "yes"}, "expert"
    )
    whole = Report(NOW, 1.5, Level.INTERNAL, (report,), facts)
    return Contents(whole, ((header, entries),), guidance, ("2026-03-12T14:30:00Z INFO check begins",))


@pytest.fixture
def key():
    return Ed25519PrivateKey.from_private_bytes(b"k" * 32)


@pytest.fixture
def sealing(tmp_path, key, now):
    def sealing(contents, **options):
        options = {"names": (), **options}
        return seal(
            contents,
            tmp_path / "case.zip",
            key=key,
            pseudonym_key=b"p" * 32,
            kiosk="kiosk",
            version="0.1",
            now=now,
            **options,
        )

    return sealing
