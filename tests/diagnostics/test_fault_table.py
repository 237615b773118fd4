"""Each fault, injected at each hop of each kind of terminal, is named at that hop; the table is `fault_table.py`."""

import pytest

from kiosk.protocols.protocol import protocols
from kiosk.simulator.device import LINE_FAULTS
from kiosk.simulator.kinds import kinds
from tests.diagnostics import fault_table
from tests.diagnostics.fault_table import FINE, OWN, ROWS, cases, checked, named

BY_ROW = {row.name: [case for case in cases() if case.row == row] for row in ROWS}


@pytest.mark.parametrize("row", BY_ROW)
def test_every_fault_is_named_at_its_hop(row):
    wrong = []
    for case in BY_ROW[row]:
        report = checked(case)
        if named(report) is not case.expected:
            wrong.append(f"{case.fault}: {named(report)} instead of {case.expected}, {[f.id for f in report.findings]}")
        if case.expected is not FINE:
            assert report.findings, case.fault
    assert not wrong, "\n".join(wrong)


def test_there_are_faults_at_every_hop_and_a_healthy_terminal_of_each_kind():
    injected = [case for case in cases() if case.expected is not FINE]
    assert len(injected) >= 300
    assert {case.expected for case in injected} == set(fault_table.Hop)
    assert [case.row for case in cases() if case.fault == "none"] == list(ROWS)


def test_every_simulated_device_and_fault_has_its_place_in_the_table():
    """A new fault of a simulated device needs a line in `OWN`: at which hop a check must name it."""
    known = kinds().keys() & protocols().keys()
    assert {row.protocol for row in ROWS} == known, "write a `Row` for it in fault_table.py"
    simulated = {(id, fault) for id in known for fault in kinds()[id].faults.keys() - LINE_FAULTS.keys()}
    placed = {(id, fault) for id, own in OWN.items() for fault in own}
    assert placed == simulated, f"write in OWN of fault_table.py: {sorted(placed ^ simulated)}"


def test_the_table_is_printed():
    lines = list(fault_table.table())
    assert len(lines) == 2 + sum(map(len, BY_ROW.values()))
    assert not [line for line in lines if "differs" in line]
    assert lines[-1] == f"{len(injected := [c for c in cases() if c.expected])} of {len(injected)} faults named at " + (
        f"their hop, {len(ROWS)} kinds of terminal"
    )
