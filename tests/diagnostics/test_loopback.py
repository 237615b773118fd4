"""A loopback plug on the line: what is sent and what must come back, over lists of bytes and real pseudo-terminals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.diagnostics import loopback
from kiosk.diagnostics.checks.link_loopback import link_loopback
from kiosk.diagnostics.loopback import BLOCK, BLOCKS, KNOCK, LOOPBACK, Looped
from kiosk.diagnostics.runner import run
from kiosk.errors import Gone, NoAnswer
from kiosk.model.finding import Finding, Hop, HopState, Link, Measurement
from kiosk.model.terminal import Kind, Level
from kiosk.protocols.conversation import Receive, Send
from kiosk.protocols.protocol import protocols
from kiosk.resources import findings
from tests.fakes.peers import pty_peer, silent


def played(answer):
    """Carries out the talk against a function of what was sent; the value and all that was sent."""
    talk, sent, due = loopback.talk(), [], b""
    try:
        wish = next(talk)
        while True:
            if isinstance(wish, Send):
                sent.append(wish.data)
                due += answer(wish.data, len(sent))
                wish = talk.send(None)
            elif isinstance(wish, Receive):
                came, due = due[: wish.limit], due[wish.limit :]
                wish = talk.send(came)
            else:
                wish = talk.send(None)
    except StopIteration as stop:
        return stop.value, sent


def test_all_that_comes_back_is_good():
    looped, sent = played(lambda data, _n: data)
    assert looped[:4] == (KNOCK, len(BLOCK) * BLOCKS, 0, 0)
    assert sent == [KNOCK] + [BLOCK] * BLOCKS


def test_the_plug_may_come_late():
    looped, sent = played(lambda data, n: data if n > 5 else b"")
    assert looped.is_plug
    assert sent[:6] == [KNOCK] * 6


def test_without_a_plug_nothing_but_the_knock_is_sent():
    looped, sent = played(lambda _data, _n: b"")
    assert (looped, sent) == (Looped(b""), [KNOCK] * loopback.KNOCKS)
    looped, sent = played(lambda _data, _n: b"\x15")
    assert (looped, sent) == (Looped(b"\x15"), [KNOCK])


@given(st.integers(0, len(BLOCK) - 1), st.integers(1, 255))
def test_each_byte_that_changes_is_counted(at, flips):
    def answer(data, number):
        return data if number != 2 else data[:at] + bytes([data[at] ^ flips]) + data[at + 1 :]

    looped, _ = played(answer)
    assert (looped.lost, looped.wrong) == (0, 1)


def test_what_is_lost_is_counted():
    looped, _ = played(lambda data, n: data[:-3] if n == 2 else data)
    assert (looped.sent, looped.lost, looped.wrong) == (len(BLOCK) * BLOCKS, 3, 0)


def test_the_guard_lets_out_patterns_at_level_interactive_alone():
    for data in (KNOCK, BLOCK):
        assert LOOPBACK.level_of(Send(data), "raw") is Level.INTERACTIVE
    for data in (b"\x05", b"\x10\x02", b"\x1b@", b"A", b"7", b"\x02", b"\x00\x06"):
        assert LOOPBACK.level_of(Send(data), "raw") is None
    assert "loopback" not in protocols(), "it is guessed and offered nowhere"


class Line:
    """A scene of a bare port."""

    def __init__(self, terminal, answer):
        self.terminal, self.answer = terminal, answer

    def loop(self, conversation):
        conversation.close()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ((Looped(KNOCK, 768, 0, 0), (0.01, 0.03, 0.02)), ["link.loop_good"]),
        ((Looped(KNOCK, 768, 2, 1), (0.01,)), ["link.noise"]),
        ((Looped(b""), ()), ["link.no_plug"]),
        ((Looped(b"\x15"), ()), ["link.other_than_plug"]),
        (NoAnswer("the time is up"), ["link.no_plug"]),
        (Gone("x"), ["link.unplugged"]),
    ],
)
def test_what_the_check_makes_of_it(terminal, answer, ids):
    items = list(link_loopback(Line(terminal(kind=Kind.SERIAL_ADAPTER), answer)))
    assert [i.id for i in items if isinstance(i, Finding)] == ids
    unknown = Link(Hop.CABLE, HopState.NOT_CHECKED) in items
    assert unknown == (ids[0] in ("link.no_plug", "link.other_than_plug"))
    if ids == ["link.loop_good"]:
        assert Measurement("loop.latency", 0.02, "s") in items
        assert Measurement("loop.latency_most", 0.03, "s") in items


def test_a_network_has_no_plug(terminal):
    assert list(link_loopback(Line(terminal("tcp://h:1"), (Looped(b""), ())))) == []


def looped(plan, terminal, answer, level=Level.INTERACTIVE, **more):
    with pty_peer(answer) as peer:
        one = terminal(peer.address, protocol=None, kind=more.pop("kind", Kind.SERIAL_ADAPTER))
        outcome = run(plan(one, level=level, **more), emit=lambda e: None, kinds=findings())
    return outcome.report.terminals[0], peer


def test_over_a_real_line(plan, terminal):
    report, _ = looped(plan, terminal, lambda data: [data])
    assert [f.id for f in report.findings] == ["link.loop_good"]
    assert {link.hop: link.state for link in report.chain}[Hop.CABLE] is HopState.OK
    measured = {m.name: m for m in report.measurements}
    assert (measured["loop.sent"].value, measured["loop.wrong"].value) == (len(BLOCK) * BLOCKS, 0)
    assert 0 <= measured["loop.latency"].value <= measured["loop.latency_most"].value
    assert measured["line.modem"].value is None, "a pseudo-terminal does not report its modem lines"


def test_a_damaged_line_breaks_the_cable(plan, terminal):
    report, _ = looped(plan, terminal, lambda data: [data if data == KNOCK else data.replace(b"\xaa", b"\xab")])
    assert [f.id for f in report.findings] == ["link.noise"]
    assert {link.hop: link.state for link in report.chain}[Hop.CABLE] is HopState.BROKEN


@pytest.mark.parametrize(("level", "kind"), [(Level.EXTERNAL, Kind.SERIAL_ADAPTER), (Level.INTERACTIVE, Kind.PRINTER)])
def test_no_other_run_sends_a_pattern(plan, terminal, level, kind):
    _, peer = looped(plan, terminal, silent, level, kind=kind)
    assert peer.data == b""


def test_a_line_without_a_plug_is_told_in_words(plan, terminal, monkeypatch):
    monkeypatch.setattr(loopback, "KNOCK_WAIT", 0.01)
    report, peer = looped(plan, terminal, silent)
    assert [f.id for f in report.findings] == ["link.no_plug"]
    assert set(peer.data) == {0}
