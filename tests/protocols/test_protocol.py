"""What every protocol must hold, run over all of them: a new one is picked up by itself and told what it lacks."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import repeat

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talks import Recording, Replay, Stream, carry, findings, outcome, recordings, single, watched

from kiosk.errors import DeviceError, NoAnswer
from kiosk.evidence.admit import admit
from kiosk.model.health import Health, Reading
from kiosk.model.terminal import Kind, Level
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.protocols.conversation import Control, Line, Send, Wish
from kiosk.protocols.protocol import Protocol, protocols

ALL = sorted(protocols().values(), key=lambda protocol: protocol.id)
EVERY_PROTOCOL = pytest.mark.parametrize("protocol", ALL, ids=lambda p: p.id)
EVERY_RECORDING = pytest.mark.parametrize("recording", recordings(), ids=lambda r: r.name)
MOST_BYTES = 8 * 1024 * 1024
SOME = settings(max_examples=max(10, settings().max_examples // 10))
"""For what runs once for every recording."""


def read(recording: Recording) -> object:
    return protocols()[recording.protocol].read(recording.framing)


@EVERY_PROTOCOL
def test_it_declares_itself(protocol: Protocol) -> None:
    assert protocol.framings, f"{protocol.id}: name its framings, the default one first"
    assert set(protocol.default_framing.values()) <= set(protocol.framings)
    assert isinstance(protocol.kind, Kind)
    assert protocol.bauds, f"{protocol.id}: name the speeds it is met with, the most usual first"
    assert len(protocol.line) == 3, f"{protocol.id}: the serial format is written like 8N1"


@EVERY_PROTOCOL
def test_it_has_recordings(protocol: Protocol) -> None:
    own = [r for r in recordings() if r.protocol == protocol.id]
    assert own, f"write tests/recordings/{protocol.id}_<what>.json: protocol, framing, talk, health, findings"
    assert any(not r.findings for r in own), f"{protocol.id} lacks a recording of a healthy device"
    assert any(r.findings for r in own), f"{protocol.id} lacks a recording of a device with a fault"


@EVERY_RECORDING
def test_a_recording_replays(recording: Recording) -> None:
    replay = Replay(recording)
    reading = carry(read(recording), replay)
    assert reading.health == recording.health
    assert findings(reading) == recording.findings
    assert tuple(replay.sent) == recording.sent


@EVERY_RECORDING
def test_what_is_admitted_says_the_same(recording: Recording) -> None:
    """A finding may rest only on what may be kept: the reading of admitted bytes is that of the raw ones."""
    header = TraceHeader("till-1", "/dev/ttyUSB0", recording.protocol, recording.framing, "2026-03-12T14:30:00+00:00")
    whats = {"out": What.SEND, "in": What.RECEIVE}
    entries = [Entry(i / 10, whats[way], data) for i, (way, data) in enumerate(recording.talk)]
    kept = admit(entries, header, b"k" * 32)
    talk = tuple((way, entry.data) for (way, _), entry in zip(recording.talk, kept, strict=True))
    replay = Replay(replace(recording, talk=talk))
    reading = carry(read(recording), replay)
    assert reading.health == recording.health
    assert findings(reading) == recording.findings
    assert tuple(replay.sent) == recording.sent


@EVERY_RECORDING
def test_one_byte_at_a_time_changes_nothing(recording: Recording) -> None:
    assert carry(read(recording), Replay(recording, single)).health == recording.health


@EVERY_RECORDING
@SOME
@given(data=st.data())
def test_any_chunking_changes_nothing(recording: Recording, data: st.DataObject) -> None:
    def cut(came: bytes) -> list[bytes]:
        places = sorted(data.draw(st.sets(st.integers(0, len(came)), max_size=5)))
        return [came[a:b] for a, b in zip([0, *places], [*places, len(came)], strict=True)]

    reading = carry(read(recording), Replay(recording, cut))
    assert reading.health == recording.health
    assert findings(reading) == recording.findings


@EVERY_RECORDING
def test_garbage_in_front_is_stepped_over_or_named(recording: Recording) -> None:
    """Line noise before the first answer: the same reading, or an error of ours; never another reading."""
    first = True

    def cut(came: bytes) -> list[bytes]:
        nonlocal first
        noise, first = (b"\xf8\x00\xfe\x7f" if first else b""), False
        return [noise + came]

    result = outcome(read(recording), Replay(recording, cut))
    assert isinstance(result, DeviceError) or result.health == recording.health


@EVERY_RECORDING
def test_a_cut_off_answer_is_never_another_reading(recording: Recording) -> None:
    """What comes ends anywhere: the whole reading, less of it, or an error; never a finding that was not told."""
    total = sum(len(data) for data in recording.came)
    for end in range(0, total, max(1, total // 60)):
        left = end

        def cut(came: bytes) -> list[bytes]:
            nonlocal left
            kept, left = came[:left], max(0, left - len(came))
            return [kept]

        assert_no_more_than(recording, outcome(read(recording), Replay(recording, cut)))


@EVERY_RECORDING
def test_lost_bytes_are_never_another_reading(recording: Recording) -> None:
    for seed in range(25):
        dice = random.Random(seed)

        def cut(came: bytes, dice: random.Random = dice) -> list[bytes]:
            return [bytes(b for b in came if dice.random() > 0.03)]

        assert_no_more_than(recording, outcome(read(recording), Replay(recording, cut)), but=LOSS_MAY_HIDE)


LOSS_MAY_HIDE = {"escpos"}
"""Protocols without check sums: a lost byte may shift answers, so only the kind of outcome is judged."""


VAGUER = {"printer.offline", "printer.error"}
"""What is left to say when the cause behind it was lost."""


def assert_no_more_than(recording: Recording, result: Reading | DeviceError, but: set[str] = frozenset()) -> None:
    if isinstance(result, DeviceError) or recording.protocol in but:
        return
    assert set(findings(result)) <= set(recording.findings) | (VAGUER if recording.findings else set())
    told = {k: v for k, v in msgspec.to_builtins(result.health).items() if v is not None}
    known = msgspec.to_builtins(recording.health)
    wrong = {k: v for k, v in told.items() if known[k] != v and k not in ("global_status", "printer")}
    assert not wrong


@EVERY_PROTOCOL
def test_silence_is_no_answer_and_never_health(protocol: Protocol) -> None:
    if not protocol.asks:
        pytest.skip("it asks nothing: silence is all it can hear, see the test below")
    for framing in protocol.framings:
        for talk in (protocol.read(framing), protocol.answers(framing)):
            with pytest.raises(NoAnswer):
                carry(talk, Stream(iter(())))


@pytest.mark.parametrize("protocol", [p for p in ALL if not p.asks], ids=lambda p: p.id)
def test_who_asks_nothing_sends_nothing_and_reports_nothing(protocol: Protocol) -> None:
    """Its silence is no answer either: `protocol_answers` leaves that hop not checked, and health is not reported."""
    for framing in protocol.framings:
        peer = Stream(iter(()))
        peer.heard = lambda data: pytest.fail(f"{data.hex()} is sent")  # type: ignore[method-assign]
        assert carry(protocol.read(framing), peer).health == Health()
        assert carry(protocol.answers(framing), peer) is None


@EVERY_PROTOCOL
@pytest.mark.parametrize(
    "piece", [b"\x00" * 4096, b"\x10\x02" + b"\x41" * 4094, b"\x04\xff\xff\xff\xff", b"\x06" * 999, b"\x15"]
)
def test_a_peer_without_end_is_ended(protocol: Protocol, piece: bytes) -> None:
    """Memory and time are bounded even where no deadline is: the conversation gives up by itself."""
    for framing in protocol.framings:
        peer = Stream(repeat(piece))
        assert isinstance(outcome(protocol.read(framing), peer), DeviceError | Reading)
        assert peer.taken < MOST_BYTES


@EVERY_PROTOCOL
@given(pieces=st.lists(st.binary(max_size=80), max_size=30))
def test_only_errors_of_ours_come_out(protocol: Protocol, pieces: list[bytes]) -> None:
    for framing in protocol.framings:
        outcome(protocol.read(framing), Stream(iter(pieces)))


@EVERY_RECORDING
@SOME
@given(data=st.data())
def test_broken_answers_raise_only_errors_of_ours(recording: Recording, data: st.DataObject) -> None:
    def cut(came: bytes) -> list[bytes]:
        bad = bytearray(came)
        for place in data.draw(st.lists(st.integers(0, len(came) - 1), max_size=3)):
            bad[place] = data.draw(st.integers(0, 255))
        return [bytes(bad)]

    outcome(read(recording), Replay(recording, cut))


@EVERY_PROTOCOL
@given(data=st.binary(max_size=400), direction=st.sampled_from(["in", "out", None]))
def test_decoding_tiles_any_bytes(protocol: Protocol, data: bytes, direction: str | None) -> None:
    for framing in protocol.framings:
        assert_tiled(protocol, data, framing, direction)


def assert_tiled(protocol: Protocol, data: bytes, framing: str, direction: str | None) -> None:
    decoded = protocol.decode(data, framing, direction)
    parts = sorted([(f.offset, f.length) for f in decoded.frames] + [(r.offset, r.length) for r in decoded.rubbish])
    at = 0
    for offset, length in parts:
        assert offset == at, "frames and rubbish cover every byte once"
        assert length > 0
        at += length
    assert at == len(data)
    for frame in decoded.frames:
        message = data[frame.offset : frame.offset + frame.length]
        protocol.admits(message, framing)
        for span in protocol.card_spans(message, framing):
            assert span.start >= 0
            assert span.start + span.length <= len(message)


@EVERY_RECORDING
def test_what_came_decodes_without_rubbish(recording: Recording) -> None:
    protocol = protocols()[recording.protocol]
    for way, data in recording.talk:
        decoded = protocol.decode(data, recording.framing, way)
        assert not decoded.rubbish
        assert all(frame.direction == way and frame.name for frame in decoded.frames)


@EVERY_RECORDING
def test_filler_is_the_same_frame_as_right_or_wrong_as_it_was(recording: Recording) -> None:
    protocol = protocols()[recording.protocol]
    for way, data in recording.talk:
        for frame in protocol.decode(data, recording.framing, way).frames:
            message = data[frame.offset : frame.offset + frame.length]
            filler = protocol.filled(message, recording.framing)
            assert filler is None or len(filler) == len(message)
            if filler is not None and not protocol.admits(message, recording.framing):
                (again,) = protocol.decode(filler, recording.framing, way).frames
                assert (again.command, again.length, again.ok) == (frame.command, frame.length, frame.ok)
                assert len(set(filler)) <= len(set(message)) + 3
                assert protocol.filled(filler, recording.framing) == filler


@EVERY_RECORDING
def test_all_that_was_sent_is_on_the_list(recording: Recording) -> None:
    protocol = protocols()[recording.protocol]
    wishes: list[Wish] = []
    carry(watched(protocol.read(recording.framing), wishes), Replay(recording))
    for wish in wishes:
        level = protocol.level_of(wish, recording.framing)
        assert level is not None, f"{wish} is sent but not allowed"
        assert Level.INTERNAL.allows(level)


@EVERY_PROTOCOL
@given(data=st.binary(max_size=40))
def test_nothing_unknown_may_be_sent(protocol: Protocol, data: bytes) -> None:
    """Random bytes are never on a list, unless they happen to be a message that stands there."""
    known = {sent for r in recordings() if r.protocol == protocol.id for sent in r.sent}
    for framing in protocol.framings:
        if len(data) > 8 and data not in known:
            assert protocol.level_of(Send(data), framing) is None
        assert protocol.level_of(Send(data + b"\x06\x01\x07\x04\x00\x00\x00\x00\x10\x00"), framing) is None


@EVERY_PROTOCOL
def test_odd_wishes_are_refused(protocol: Protocol) -> None:
    for framing in protocol.framings:
        assert protocol.level_of(Send(b""), framing) is None
        assert protocol.level_of(Control(0x21, 9, 0x300, 0, b"\x02"), framing) is None
        assert protocol.level_of(Line(protocol.bauds[0], protocol.line), framing) is not None
