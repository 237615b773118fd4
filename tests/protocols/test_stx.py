"""The engine of the STX/ETX/LRC family: check sums by dialect, bytes read by their place, bounded memory."""

from __future__ import annotations

import json
from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Stream, carry

from kiosk.errors import Garbled
from kiosk.model.terminal import Level
from kiosk.protocols import stx
from kiosk.protocols.conversation import Control, Line, Send

PLAIN = stx.Dialect()
VARIANTS = tuple(stx.Lrc(f"{s}{e}", 0x7F, stx=s, etx=e) for s in (False, True) for e in (False, True))
CHECKED = stx.Dialect(lrcs=VARIANTS, checked=True, progress=20)
PARTS = stx.Dialect(signs={0x05: "enq", 0x06: "ack", 0x15: "nak"}, parts=True)
POLL = bytes.fromhex("02303130300302")
BODIES = st.binary(min_size=0, max_size=60).map(lambda b: bytes(x for x in b if x > 0x17))


def kinds(data: bytes, dialect: stx.Dialect = PLAIN) -> list[tuple[str, int]]:
    return [(piece.kind, piece.length) for piece in stx.pieces_of(data, dialect)]


@pytest.mark.parametrize(
    ("lrc", "check"),
    [
        (stx.Lrc(), 0x70),
        (stx.Lrc("", 0, etx=False), 0x73),
        (stx.Lrc("", 0, stx=True), 0x72),
        (stx.Lrc("", 0x7F, etx=False), 0x0C),
        (stx.Lrc("", 0x7F), 0x0F),
    ],
)
def test_what_counts_in_a_check_sum_is_data(lrc: stx.Lrc, check: int) -> None:
    assert stx.encode(b"s00", lrc)[-1] == check


@pytest.mark.parametrize("lrc", VARIANTS)
@given(body=BODIES)
def test_a_frame_comes_back_with_its_check_sum(lrc: stx.Lrc, body: bytes) -> None:
    (piece,) = stx.pieces_of(stx.encode(body, lrc), CHECKED)
    assert (piece.kind, piece.body, piece.lrc) == ("frame", body, lrc)


def test_a_check_sum_that_is_a_control_character_is_read_by_its_place() -> None:
    """Transbank's poll ends in 02, which begins no frame."""
    assert stx.encode(b"0100") == POLL
    assert kinds(POLL + b"\x06" + POLL) == [("frame", 7), ("ack", 1), ("frame", 7)]


@pytest.mark.parametrize("check", [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x15, 0x17])
def test_every_control_character_may_be_a_check_sum(check: int) -> None:
    body = bytes([0x40 ^ check ^ 0x03, 0x40])
    (piece,) = stx.pieces_of(b"\x02" + body + b"\x03" + bytes([check]), PLAIN)
    assert piece.lrc == PLAIN.lrcs[0]


def test_a_lost_check_sum_does_not_swallow_the_next_frame() -> None:
    whole = stx.encode(b"0900|81|")
    pieces = stx.pieces_of(whole[:-1] + whole, PLAIN)
    assert [(p.kind, p.lrc is not None) for p in pieces] == [("frame", False), ("frame", True)]


def test_a_frame_that_begins_anew_is_found() -> None:
    assert kinds(b"\x020900|" + POLL) == [("rubbish", 6), ("frame", 7)]
    assert kinds(b"\x0209\x06") == [("rubbish", 3), ("ack", 1)]


def test_acks_with_and_without_a_check_sum() -> None:
    checked = stx.encode_sign(stx.ACK, VARIANTS[0])
    assert checked == bytes.fromhex("060379")
    assert kinds(checked + b"\x06" + stx.encode(b"x", VARIANTS[1]) + b"\x15", CHECKED) == [
        ("ack", 3),
        ("ack", 1),
        ("frame", 4),
        ("nak", 1),
    ]
    assert stx.pieces_of(b"\x06\x03\x00", CHECKED)[0].lrc is None


def test_progress_has_no_check_sum() -> None:
    assert kinds(b"\x01" + b"ATTENDERE".ljust(20) + b"\x04", CHECKED) == [("progress", 22)]
    assert kinds(b"\x01" + b"A" * 30 + b"\x04", CHECKED) == [("rubbish", 32)]
    assert kinds(b"\x01ab\x06", PLAIN) == [("rubbish", 3), ("ack", 1)]


def test_parts_end_in_etb() -> None:
    part = stx.encode(b"SPoint", end=stx.ETB)
    assert [(p.kind, p.end) for p in stx.pieces_of(part, PARTS)] == [("frame", stx.ETB)]
    assert kinds(part, PLAIN)[0][0] == "rubbish"


@pytest.mark.parametrize("dialect", [PLAIN, CHECKED, PARTS])
@given(data=st.binary(max_size=200), cuts=st.lists(st.integers(0, 200), max_size=6))
def test_any_chunking_gives_the_same_pieces(dialect: stx.Dialect, data: bytes, cuts: list[int]) -> None:
    places = sorted({c for c in cuts if c < len(data)})
    decoder = stx.Decoder(dialect)
    pieces = []
    for a, b in zip([0, *places], [*places, len(data)], strict=True):
        pieces += decoder.feed(data[a:b])
    pieces += decoder.finish()
    assert sum(p.length for p in pieces) == len(data)
    wanted = [p for p in stx.pieces_of(data, dialect) if p.kind != "rubbish"]
    assert [p for p in pieces if p.kind != "rubbish"] == wanted


def test_a_frame_without_end_is_given_up() -> None:
    decoder = stx.Decoder(stx.Dialect(longest=100))
    held = 0
    for _ in range(50):
        decoder.feed(b"\x02" + b"A" * 99)
        held = max(held, len(decoder._held))
    assert held <= 102


@pytest.mark.parametrize("said", [b"\x00" * 4096, b"\x06" * 4096, POLL * 500])
def test_a_line_without_end_is_ended(said: bytes) -> None:
    def listen():  # type: ignore[no-untyped-def]
        link = stx.Link(PLAIN)
        while True:
            yield from link.next(1.0)

    with pytest.raises(Garbled):
        carry(listen(), Stream(repeat(said)))


def test_an_ack_behind_much_noise_is_chance() -> None:
    def ask():  # type: ignore[no-untyped-def]
        link = stx.Link(PLAIN)
        return (yield from link.sign(POLL, (1.0,)))

    assert carry(ask(), Stream(iter([b"\xf8" * 17 + b"\x06"]))) is None
    assert carry(ask(), Stream(iter([b"\xf8" * 16 + b"\x06"]))).kind == "ack"


def test_a_bare_ack_where_a_check_sum_is_due_counts_when_nothing_follows() -> None:
    def ask():  # type: ignore[no-untyped-def]
        link = stx.Link(CHECKED)
        return (yield from link.next(1.0))

    assert carry(ask(), Stream(iter([b"\x06", b""]))).kind == "ack"
    assert carry(ask(), Stream(iter([b"\x02half", b""]))).kind == "cut"


def test_only_whole_listed_messages_and_usual_speeds_pass() -> None:
    listed, bauds = frozenset({POLL}), (9600,)
    assert stx.level_of(Send(POLL), listed, bauds) is Level.INTERNAL
    assert stx.level_of(Line(9600, "8N1"), listed, bauds) is Level.INTERNAL
    for wish in (Send(POLL[:-1]), Send(POLL + b"\x00"), Line(9600, "7E1"), Line(300, "8N1"), Control(0, 0, 0, 0)):
        assert stx.level_of(wish, listed, bauds) is None


def test_decoding_tells_direction_and_what_is_wrong() -> None:
    def describe(body: bytes, direction: str | None) -> stx.Message:
        return stx.Message(body.decode("latin-1"), "Poll", {}, direction or "out")

    decoded = stx.decode(POLL + b"\x06" + POLL[:-1] + b"\x7f\xff", PLAIN, None, describe)
    told = [(f.direction, f.command, f.name, f.ok, f.note) for f in decoded.frames]
    assert told == [
        ("out", "30313030", "Poll", True, ""),
        ("in", "06", "ACK", True, ""),
        ("out", "30313030", "Poll", False, "wrong check sum"),
    ]
    assert [(r.offset, r.length) for r in decoded.rubbish] == [(15, 1)]
    assert json.dumps(dict(decoded.frames[0].fields)) == "{}"


@pytest.mark.parametrize("lrc", VARIANTS)
@given(body=BODIES, damage=st.integers(0, 255))
def test_filler_keeps_head_length_and_how_right_the_check_sum_was(lrc: stx.Lrc, body: bytes, damage: int) -> None:
    wire = bytearray(stx.encode(body, lrc))
    wire[-1] ^= damage
    before = stx.first_frame(bytes(wire), CHECKED)
    filler = stx.filled(bytes(wire), CHECKED, 3)
    if before is None:
        assert filler is None
        return
    assert filler is not None
    after = stx.first_frame(filler, CHECKED)
    assert after is not None
    assert (after.body[:3], after.length, after.lrc) == (body[:3], before.length, before.lrc)
    assert set(after.body[3:]) <= {0xEE}
    assert stx.filled(filler, CHECKED, 3) == filler
