"""What bytes and counters tell of the line."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.diagnostics import signal
from kiosk.diagnostics.channels.converse import converse
from kiosk.errors import Barred
from kiosk.model.terminal import Level
from kiosk.model.trace import Entry, What
from kiosk.protocols.conversation import LineState, NotReported, Send
from tests.fakes.channels import ListChannel
from tests.fakes.toy_protocol import TOY


def never(data):
    return False


def halved(data, factor):
    """8N1 bytes as a receiver reads them that samples `factor` times as fast as they are sent; idle is one."""
    bits = [1] * 20
    for byte in data:
        bits += [0, *((byte >> n) & 1 for n in range(8)), 1]
    bits = [bit for bit in [*bits, *[1] * 20] for _ in range(factor)]
    at, read = 0, bytearray()
    while at + 9 < len(bits):
        if bits[at]:
            at += 1
            continue
        read.append(sum(bits[at + 1 + n] << n for n in range(8)))
        at += 10
    return bytes(read)


@pytest.mark.parametrize("factor", [2, 4, 8])
@pytest.mark.parametrize("message", [b"\x10\x02\x06\x0f\x00\x10\x03", b"\x020100\x03\x02", b"?status ok\r\n"])
def test_a_faster_receiver_reads_halved_bits(message, factor):
    came = halved(message, factor)
    assert len(came) >= len(message)
    assert signal.is_misread(came), came.hex(" ")
    assert signal.trouble(came, never) == "link.wrong_speed"


@pytest.mark.parametrize("came", ["00 f0 fe f8", "00 00 40 80 10 00", "fe ff 00 e0 f0"])
def test_what_is_seen_at_wrong_speeds(came):
    assert signal.trouble(bytes.fromhex(came), never) == "link.wrong_speed"


@pytest.mark.parametrize(
    "came",
    [
        b"\x06\x06\x06\x06",
        b"\x15\x15\x15\x15\x15",
        b"\x02s00\x03Q",
        b"hello terminal",
        b"\x10\x02\x80\x00\x10\x03\xf5\x1c",
    ],
)
def test_messages_are_not_misread(came):
    assert not signal.is_misread(came)
    assert signal.trouble(came, never) == "link.noise"


def test_bytes_by_chance_are_noise():
    dice = random.Random(7)
    runs = [bytes(dice.randrange(256) for _ in range(16)) for _ in range(500)]
    assert sum(map(signal.is_misread, runs)) <= 5


def test_few_bytes_and_whole_messages_prove_nothing():
    assert signal.trouble(b"\x00\xf0\xfe", never) is None
    assert signal.trouble(b"\x00\xf0\xfe\x00", lambda _data: True) is None


@pytest.mark.parametrize("odd", [0, 1])
def test_seven_bits_with_parity_read_as_eight(odd):
    message = b"\x02STATUS 00 OK\x03"
    came = bytes(byte | ((byte.bit_count() & 1) ^ odd) << 7 for byte in message)
    assert signal.trouble(came, lambda data: data == message) == "link.wrong_speed"
    assert signal.trouble(came, never) == "link.noise"
    assert not signal.has_parity(message, lambda _data: True)


@given(st.binary(max_size=64))
def test_any_bytes_are_judged(came):
    assert signal.trouble(came, never) in (None, "link.noise", "link.wrong_speed")


def test_counters_tell_where_no_message_came():
    before = LineState(True, False, frame_errors=3, parity_errors=0)
    after = LineState(True, False, frame_errors=9, parity_errors=0)
    told = signal.measured(before, after)
    assert {m.name: (m.value, m.ok) for m in told} == {
        "line.cts": (True, None), "line.dsr": (False, None), "line.ri": (None, None), "line.cd": (None, None),
        "line.frame_errors": (6, False), "line.parity_errors": (0, True), "line.overruns": (None, None),
    }  # fmt: skip
    assert signal.counted(told, reads=False) == "link.wrong_speed"
    assert signal.counted(told, reads=True) is None
    assert signal.counted(signal.measured(after, after), reads=False) is None
    (unknown,) = signal.measured(NotReported(), NotReported())
    assert (unknown.value, signal.counted((unknown,), reads=False)) == (None, None)


def test_listening_sends_nothing_and_passes_at_the_lowest_level():
    channel = ListChannel([b"\x00\xf0"])
    before, came, after = converse(
        signal.listen(), channel, protocol=TOY, framing="raw", level=Level.PASSIVE, deadline=9.0, clock=channel.clock
    )
    assert (came, before, after, channel.sent) == (b"\x00\xf0", LineState(cts=True), LineState(cts=True), [])

    def asks():
        yield Send(b"?")

    with pytest.raises(Barred):
        converse(asks(), channel, protocol=TOY, framing="raw", level=Level.PASSIVE, deadline=9.0, clock=channel.clock)


def test_the_longest_wait_for_an_answer_counts():
    entries = [
        Entry(0.0, What.SEND, b"?"), Entry(0.2, What.RECEIVE, b"a"), Entry(3.0, What.RECEIVE, b"b"),
        Entry(4.0, What.SEND, b"?"), Entry(5.5, What.RECEIVE, b"c"),
    ]  # fmt: skip
    told = signal.latency(entries)
    assert (told.value, told.ok, told.limits) == (1.5, False, (None, 1.0))
    assert signal.latency(entries[:1]) is None
    assert signal.latency(entries[1:3]) is None
    assert signal.received(entries) == b"abc"
