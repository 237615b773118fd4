"""The driver: guard, one deadline, cancel, the record, and the generator closed whatever happens."""

import threading
import time

import pytest

from kiosk.diagnostics.channels.converse import converse
from kiosk.diagnostics.channels.serial import SerialChannel
from kiosk.errors import Barred, Cancelled, Gone, NoAnswer
from kiosk.evidence.trace import Trace
from kiosk.model.terminal import Level
from kiosk.model.trace import TraceHeader, What
from kiosk.protocols.conversation import Control, Line, Lines, LineState, NotReported, Receive, Send
from tests.fakes.channels import Clock, ListChannel
from tests.fakes.peers import pty_peer, silent, trickling
from tests.fakes.toy_protocol import TOY, ask


def drive(talk, channel, *, level=Level.INTERNAL, deadline=100.0, clock=None, trace=None, **more):
    return converse(
        talk,
        channel,
        protocol=TOY,
        framing="raw",
        level=level,
        deadline=deadline,
        trace=trace,
        clock=clock or channel.clock,
        **more,
    )


def new_trace():
    return Trace(TraceHeader("1", "port", "toy", "raw", "2026-01-01T00:00:00+00:00"))


def test_the_value_of_the_conversation_comes_back_and_everything_is_on_the_trace():
    trace = new_trace()
    assert drive(ask(), ListChannel([b"o", 0.2, b"k."]), trace=trace) == b"ok."
    assert [(e.what, e.data) for e in trace.entries] == [
        (What.SEND, b"?"),
        (What.RECEIVE, b"o"),
        (What.RECEIVE, b"k."),
    ]


def test_silence_is_told_as_silence_with_its_length():
    trace, channel = new_trace(), ListChannel()
    with pytest.raises(NoAnswer):
        drive(ask(timeout=0.4), channel, trace=trace)
    assert trace.entries[-1].what is What.SILENCE
    assert trace.entries[-1].seconds == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("command", "level", "may_act"),
    [
        (b"format c", Level.INTERACTIVE, True),
        (b"print", Level.INTERNAL, True),
        (b"?", Level.PASSIVE, True),
        (b"!", Level.INTERNAL, False),
    ],
)
def test_what_is_on_no_list_above_the_level_or_may_act_is_never_sent(command, level, may_act):
    channel, trace = ListChannel([b"ok."]), new_trace()
    with pytest.raises(Barred):
        drive(ask(command), channel, level=level, may_act=may_act, trace=trace)
    assert channel.sent == []
    assert trace.entries[-1].note.startswith("Barred: ")


def test_control_transfers_and_line_settings_pass_the_same_guard():
    def set_up(wish):
        yield wish

    for wish in (Control(0x21, 2, 0, 0), Line(9600, "8N1")):
        with pytest.raises(Barred):
            drive(set_up(wish), ListChannel())


def test_a_channel_that_lacks_something_answers_not_reported():
    def look():
        return (yield Lines())

    channel = ListChannel()
    assert drive(look(), channel) == LineState(cts=True)
    channel.lines = lambda: NotReported("modem lines")
    trace = new_trace()
    assert drive(look(), channel, trace=trace) == NotReported("modem lines")
    assert trace.entries[-1].what is What.NOT_REPORTED


def test_bytes_that_trickle_in_do_not_push_the_deadline_back():
    clock = Clock()
    channel = ListChannel([part for _ in range(100) for part in (0.3, b"x")], clock)
    with pytest.raises(NoAnswer):
        drive(ask(timeout=1.0), channel, deadline=2.0)
    assert clock.now <= 2.0 + channel.slice


def test_nothing_is_sent_after_the_deadline():
    channel = ListChannel(clock=Clock(5.0))
    with pytest.raises(NoAnswer):
        drive(ask(), channel, deadline=5.0)
    assert channel.sent == []


def test_the_generator_is_closed_whatever_happens():
    closed = []

    def talk():
        try:
            yield Send(b"?")
            yield Receive(1.0)
        finally:
            closed.append(True)

    with pytest.raises(Gone):
        drive(talk(), ListChannel([Gone("pulled")]))
    assert closed == [True]


def test_an_error_of_the_channel_is_on_the_trace():
    trace = new_trace()
    with pytest.raises(Gone):
        drive(ask(), ListChannel([Gone("pulled")]), trace=trace)
    assert trace.entries[-1].note == "Gone: pulled"


def hung(parting=(b"?",)):
    """A talk that began something and ends it when its time is up."""
    yield Send(b"?")
    try:
        while True:
            yield Receive(9.0)
    except NoAnswer:
        for data in parting:
            yield Send(data)
        raise


def test_a_talk_whose_time_is_up_may_end_what_it_began():
    channel, trace = ListChannel(clock=Clock()), new_trace()
    with pytest.raises(NoAnswer, match="in the time of this check"):
        drive(hung(), channel, deadline=2.0, trace=trace)
    assert channel.sent == [b"?", b"?"]
    assert [e.what for e in trace.entries][-2:] == [What.ERROR, What.SEND]


@pytest.mark.parametrize(
    ("parting", "sent"), [((b"print",), 0), ((b"format c",), 0), ([b"?"] * 99, 4), ((b"?", b"print"), 1)]
)
def test_a_parting_is_short_and_passes_the_same_guard(parting, sent):
    channel = ListChannel(clock=Clock())
    with pytest.raises(NoAnswer):
        drive(hung(parting), channel, deadline=2.0)
    assert channel.sent == [b"?"] * (1 + sent)


def test_after_a_cancel_there_is_no_parting():
    channel, asked = ListChannel(clock=Clock()), iter([False, False, True, True])
    with pytest.raises(Cancelled):
        drive(hung(), channel, deadline=2.0, cancelled=lambda: next(asked))
    assert channel.sent == [b"?"]


def test_a_cancel_between_two_pieces_of_a_message_keeps_the_rest_back():
    channel = ListChannel(takes=1)
    asked = iter([False, True, True])
    trace = new_trace()

    def talk():
        yield Send(b"print")

    with pytest.raises(Cancelled):
        drive(talk(), channel, level=Level.EXTERNAL, cancelled=lambda: next(asked), trace=trace)
    assert channel.sent == [b"p"]
    assert (trace.entries[0].what, trace.entries[0].data) == (What.SEND, b"p")


def test_a_line_that_takes_nothing_ends_at_the_deadline():
    channel = ListChannel(takes=0)
    with pytest.raises(NoAnswer):
        drive(ask(), channel, deadline=1.0)
    assert channel.clock.now == pytest.approx(1.0, abs=0.06)


def test_a_terminal_that_trickles_cannot_hold_a_real_port_past_the_deadline():
    with pty_peer(trickling) as peer, SerialChannel(peer.address) as channel:
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            drive(ask(timeout=5.0), channel, deadline=began + 0.8, clock=time.monotonic)
        assert 0.8 <= time.monotonic() - began < 1.1


def test_a_cancel_ends_a_real_wait_within_100_ms_and_not_one_more_byte_goes_out():
    cancel = threading.Event()
    cancelled_at = []

    def press():
        cancelled_at.append(time.monotonic())
        cancel.set()

    def talk():
        for _ in range(10):
            yield Send(b"?")
            yield Receive(5.0)

    with pty_peer(silent) as peer, SerialChannel(peer.address) as channel:
        timer = threading.Timer(0.3, press)
        timer.start()
        with pytest.raises(Cancelled):
            drive(talk(), channel, deadline=time.monotonic() + 9, clock=time.monotonic, cancelled=cancel.is_set)
        took = time.monotonic() - cancelled_at[0]
        timer.join()
    assert took < 0.1
    assert peer.data == b"?"
