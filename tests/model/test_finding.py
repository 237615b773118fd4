"""Severities are ordered, and the hops stand in the order a fault is looked for."""

from kiosk.model.finding import Hop, Severity


def test_severities_rise():
    assert [s.rank for s in (Severity.INFO, Severity.WARNING, Severity.FAULT, Severity.HALT)] == [0, 1, 2, 3]
    assert max([Severity.WARNING, Severity.HALT, Severity.INFO], key=lambda s: s.rank) is Severity.HALT


def test_the_chain_goes_from_the_pc_to_the_bank():
    assert [h.value for h in Hop] == ["pc", "port", "cable", "answer", "terminal", "bank"]
