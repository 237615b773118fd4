"""A run once more from its traces: the same findings, without a port and without waiting."""

import time

import msgspec
import pytest

from kiosk.diagnostics.replay import replay
from kiosk.diagnostics.runner import run
from kiosk.diagnostics.verdict import same
from kiosk.errors import BundleError
from kiosk.model.trace import What
from kiosk.resources import findings
from tests.diagnostics.test_allow_list import check
from tests.fakes.channels import ListChannel
from tests.fakes.peers import pty_peer, silent


def recorded(outcome):
    return [(t.header, t.entries) for t in outcome.traces]


@pytest.mark.parametrize("answers", [[b"ok.", b"ok."], [b"ok.", b"paper."], [b"ok.", b"rubbish."], [], [b"ok."]])
def test_every_outcome_comes_out_the_same(toy, plan, terminal, answers):
    outcome = run(plan(terminal()), emit=lambda e: None, kinds=findings(), open_channel=lambda _t: ListChannel(answers))
    second = replay(outcome.report, recorded(outcome), findings())
    assert same(outcome.report, second.report)
    assert second.report.terminals[0].chain == outcome.report.terminals[0].chain


def test_what_was_held_back_is_held_back_again(toy, plan, terminal):
    outcome = run(
        plan(terminal(asks_first=True), may_act=False),
        emit=lambda e: None,
        kinds=findings(),
        open_channel=lambda _t: ListChannel([b"ok."]),
    )
    assert same(outcome.report, replay(outcome.report, recorded(outcome), findings()).report)


def test_a_run_that_met_its_deadline_is_replayed_without_waiting(toy, plan, terminal):
    with pty_peer(silent) as peer:
        outcome = run(plan(terminal(peer.address), deadline=0.3), emit=lambda e: None, kinds=findings())
    began = time.monotonic()
    second = replay(outcome.report, recorded(outcome), findings())
    assert time.monotonic() - began < 0.25
    assert same(outcome.report, second.report)


def test_a_recording_with_other_bytes_is_not_the_same(toy, plan, terminal):
    outcome = run(
        plan(terminal()), emit=lambda e: None, kinds=findings(), open_channel=lambda _t: ListChannel([b"ok.", b"ok."])
    )
    ((header, entries),) = recorded(outcome)
    other = [msgspec.structs.replace(e, data=b"#") if e.data == b"?" else e for e in entries]
    second = replay(outcome.report, [(header, other)], findings())
    assert not same(outcome.report, second.report)
    assert "other bytes" in second.broken[0].trace


def test_without_facts_there_is_nothing_to_run_on(plan):
    outcome = run(plan(), emit=lambda e: None)
    with pytest.raises(BundleError):
        replay(msgspec.structs.replace(outcome.report, facts=None), ())


def without(entries, id):
    """The entries as a kiosk kept them that had no such check."""
    begins = next(i for i, e in enumerate(entries) if e.what is What.CHECK_BEGINS and e.note == id)
    ends = next(i for i, e in enumerate(entries) if e.what is What.CHECK_ENDS and e.note == id)
    return (*entries[:begins], *entries[ends + 1 :])


@pytest.mark.parametrize("fault", [None, "tamper", "silent", "unsent"])
def test_a_recording_from_before_a_check_is_not_broken_by_it(fault):
    """As `link_signal` was added: it talks on the line before all others."""
    outcome, _ = check("zvt", "serial", fault)
    ((header, entries),) = recorded(outcome)
    older = without(entries, "link_signal")
    assert any(e.what is What.LINES or e.what is What.NOT_REPORTED for e in entries)
    again = replay(outcome.report, [(header, older)], findings())
    assert again.broken == ()
    assert again.not_recorded == ("link_signal",)
    assert same(outcome.report, again.report)
    assert again.report.terminals[0].chain == outcome.report.terminals[0].chain
    assert [e.data for e in again.traces[0].entries if e.what is What.SEND] == [
        e.data for e in older if e.what is What.SEND
    ]
    assert replay(outcome.report, recorded(outcome), findings()).not_recorded == ()


def test_a_terminal_whose_trace_was_left_out_is_not_recorded_not_broken():
    outcome, _ = check("zvt", "serial", None)
    again = replay(outcome.report, [], findings())
    assert again.broken == ()
    assert "protocol_answers" in again.not_recorded
