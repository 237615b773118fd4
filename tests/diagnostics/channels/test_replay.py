"""A recording played back: the same results in the same order, and not one other byte."""

import time

import pytest

from kiosk.diagnostics.channels.converse import converse
from kiosk.diagnostics.channels.replay import ReplayChannel, recorded_error
from kiosk.errors import BundleError, Busy, Cancelled, DeviceError, NoAnswer
from kiosk.model.terminal import Level
from kiosk.model.trace import Entry, What
from kiosk.protocols.conversation import Control, Line, LineState, NotReported
from tests.fakes.toy_protocol import TOY, ask

OPEN = Entry(0.0, What.OPEN)


def drive(entries, command=b"?"):
    with ReplayChannel(entries) as channel:
        return converse(
            ask(command), channel, protocol=TOY, framing="raw", level=Level.INTERNAL, deadline=time.monotonic() + 5
        )


def test_what_came_comes_again():
    entries = [OPEN, Entry(1.0, What.SEND, b"?"), Entry(2.0, What.RECEIVE, b"o"), Entry(3.0, What.RECEIVE, b"k.")]
    assert drive(entries) == b"ok."


def test_a_long_silence_takes_no_time():
    entries = [OPEN, Entry(0.0, What.SEND, b"?"), Entry(500.0, What.SILENCE, seconds=500.0)]
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="The toy said nothing"):
        drive(entries)
    assert time.monotonic() - began < 0.5


def test_an_error_comes_again_as_the_same_class():
    with pytest.raises(NoAnswer, match="time was up"):
        drive([OPEN, Entry(0.0, What.SEND, b"?"), Entry(9.0, What.ERROR, note="NoAnswer: time was up")])
    with pytest.raises(Busy, match="in use"):
        drive([Entry(0.0, What.OPEN, note="Busy: in use")])


def test_another_command_is_refused():
    with pytest.raises(BundleError):
        drive([OPEN, Entry(0.0, What.SEND, b"?")], command=b"!")


def test_a_talk_that_goes_on_longer_than_the_recording_is_refused():
    with pytest.raises(BundleError):
        drive([OPEN, Entry(0.0, What.SEND, b"?"), Entry(0.1, What.RECEIVE, b"o")])


def test_a_command_sent_in_part_is_refused_at_the_rest():
    with pytest.raises(BundleError):
        drive([OPEN, Entry(0.0, What.SEND, b"pri"), Entry(0.1, What.RECEIVE, b"ok.")], command=b"!")


def test_lines_control_transfers_and_what_was_lacking_come_again():
    state = LineState(cts=True, frame_errors=3)
    channel = ReplayChannel(
        [
            Entry(0.0, What.LINES, note='{"cts":true,"frame_errors":3}'),
            Entry(0.0, What.NOT_REPORTED, note="modem lines"),
            Entry(0.0, What.CONTROL_IN, b"\x18"),
            Entry(0.0, What.CONTROL_OUT),
            Entry(0.0, What.NOT_REPORTED, note="control transfers"),
            Entry(0.0, What.LINE),
            Entry(0.0, What.NOT_REPORTED, note="line speed"),
        ]
    )
    read = Control(0xA1, 1, 0, 0, length=1)
    assert channel.lines() == state
    assert channel.lines() == NotReported("modem lines")
    assert channel.control(read, 0.0) == b"\x18"
    assert channel.control(Control(0x21, 2, 0, 0), 0.0) is None
    assert channel.control(read, 0.0) == NotReported("control transfers")
    assert channel.line(Line(9600, "8N1")) is None
    assert channel.line(Line(9600, "8N1")) == NotReported("line speed")


@pytest.mark.parametrize(
    ("note", "kind"), [("Cancelled: x", Cancelled), ("SystemExit: x", DeviceError), ("os: x", DeviceError)]
)
def test_only_errors_of_ours_come_out_of_a_note(note, kind):
    assert type(recorded_error(note)) is kind
