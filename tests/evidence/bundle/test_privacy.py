from collections import Counter

import msgspec

from kiosk.evidence.bundle.privacy import local_names, private
from kiosk.model.report import HostFact
from kiosk.model.terminal import Port

NAMES = (("host", "KASSE-07"), ("user", "anna"))


def test_names_and_addresses_go_serial_numbers_and_software_stay(contents):
    report = contents.report.terminals[0]
    terminal = msgspec.structs.replace(
        report.terminal, port=Port("tcp://192.168.7.20:20007"), serial="4111111111111111"
    )
    facts = msgspec.structs.replace(
        contents.report.facts, host=(HostFact("hostname", "KASSE-07"), HostFact("profile", "/home/anna/x on KASSE-07"))
    )
    report = msgspec.structs.replace(
        contents.report, terminals=(msgspec.structs.replace(report, terminal=terminal),), facts=facts
    )
    clean = private(msgspec.structs.replace(contents, report=report, log=("anna at 10.1.2.3",)), b"k", NAMES, Counter())
    text = msgspec.json.encode(clean).decode()
    assert "KASSE" not in text
    assert "anna" not in text
    assert "192.168" not in text
    assert "10.1.2.3" not in text
    kept = clean.report.terminals[0]
    assert kept.terminal.serial == "4111111111111111"
    assert kept.health.software == "2.14.15.1"
    assert kept.terminal.port.address.startswith("tcp://address-")


def test_one_port_keeps_one_name_everywhere(contents):
    address = "tcp://192.168.7.20:20007"
    report = contents.report.terminals[0]
    report = msgspec.structs.replace(report, terminal=msgspec.structs.replace(report.terminal, port=Port(address)))
    seen = msgspec.structs.replace(contents.report.facts.ports[0], address=address)
    facts = msgspec.structs.replace(contents.report.facts, ports=(seen,))
    header, entries = contents.traces[0]
    clean = private(
        msgspec.structs.replace(
            contents,
            report=msgspec.structs.replace(contents.report, terminals=(report,), facts=facts),
            traces=((msgspec.structs.replace(header, port=address), entries),),
        ),
        b"k",
        (),
        Counter(),
    )
    assert clean.report.facts.port(clean.report.terminals[0].terminal.port.address) is not None
    assert clean.traces[0][0].port == clean.report.terminals[0].terminal.port.address


def test_the_names_of_this_pc():
    assert {kind for kind, _ in local_names()} == {"host", "user"}
