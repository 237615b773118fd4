"""ZVT: faults to findings, repeats, releases, codes and words, and what may never be sent."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Played, Stream, carry, findings, outcome

from kiosk.diagnostics.channels.converse import converse
from kiosk.errors import DeviceError, Garbled, NoAnswer
from kiosk.model.finding import Severity
from kiosk.model.health import GlobalStatus, PrinterStatus, Reading
from kiosk.model.terminal import Level
from kiosk.protocols.conversation import Line, Receive, Send
from kiosk.protocols.zvt import PROTOCOL, apdu, bitmaps, codes, commands, guard, health, messages, talk
from kiosk.protocols.zvt.transport import Decoder, frame
from kiosk.resources import catalogue, languages
from kiosk.resources import findings as known_findings
from kiosk.simulator.device import Setup
from kiosk.simulator.zvt import build
from tests.fakes.channels import Clock, ListChannel


@given(command=st.integers(0, 0xFFFF), data=st.binary(max_size=600))
def test_messages_and_frames_round_trip(command: int, data: bytes) -> None:
    message = apdu.encode(command, data)
    parsed = apdu.parse(message)
    assert (parsed.command, parsed.data) == (command, data)
    (piece,) = Decoder("serial").feed(frame(message, "serial"))
    assert (piece.body, piece.good) == (message, True)


@given(chunks=st.lists(st.sampled_from([b"\x10\x02", b"\x10\x03", b"\x10", b"\x06", b"\x15", b"A", b"\x80\x00\x00"])))
def test_the_decoder_gives_the_same_however_it_is_fed(chunks: list[bytes]) -> None:
    data = b"".join(chunks)
    for framing in ("serial", "tcp"):
        at_once, split = Decoder(framing), Decoder(framing)
        one = at_once.feed(data) + at_once.finish()
        many = [p for chunk in chunks for p in split.feed(chunk)] + split.finish()
        assert [p for p in one if p.kind != "rubbish"] == [p for p in many if p.kind != "rubbish"]


def test_recorded_check_sums() -> None:
    """Vendor vectors: the enquiry and its detailed form, as printed in the specification's own arithmetic."""
    assert frame(bytes.fromhex("050103123456"), "serial").hex() == "10020501031234561003e043"
    assert frame(talk.DETAILS, "serial").hex() == "1002050105123456030410033094"


def test_a_doubled_dle_is_one_byte() -> None:
    (piece,) = Decoder("serial").feed(bytes.fromhex("100206010a04000000011010004909781003f2ff"))
    assert piece.good
    assert piece.body.hex() == "06010a0400000001100049097 8".replace(" ", "")


def played(*faults: str, framing: str = "serial", **more: str) -> Played:
    return Played(build(Setup(framing=framing, faults=set(faults), **more)))


EXPECTED = {
    "tamper": "terminal.tamper",
    "busy": "terminal.busy",
    "updating": "terminal.busy",
    "paper_out": "printer.error",
    "reconciliation_due": "terminal.reconciliation_due",
    "card_inserted": "terminal.card_inserted",
    "not_initialised": "terminal.not_initialised",
    "not_activated": "terminal.not_initialised",
    "no_keys": "terminal.keys_missing",
    "reader_broken": "terminal.card_reader_broken",
    "diagnosis_due": "terminal.diagnosis_due",
    "memory_full": "terminal.memory_full",
    "battery_low": "terminal.battery_low",
    "out_of_order": "terminal.out_of_order",
    "clock_wrong": "terminal.clock_wrong",
    "unsent": "terminal.unsent_payments",
    "not_registered": "protocol.refused",
}


@pytest.mark.parametrize("framing", ["serial", "tcp"])
@pytest.mark.parametrize(("fault", "finding"), EXPECTED.items())
def test_a_fault_is_found(fault: str, finding: str, framing: str) -> None:
    reading = carry(PROTOCOL.read(framing), played(fault, framing=framing))
    assert findings(reading)[0] == finding


def test_a_healthy_terminal_tells_who_it_is() -> None:
    reading = carry(PROTOCOL.read("serial"), played(name="Muster X9", serial="12345678", software="1.2"))
    h = reading.health
    assert (h.make, h.model, h.serial, h.software) == ("Muster", "X9", "12345678", "1.2")
    assert (h.clock, h.restart_at, h.security_ok) == ("2026-01-02T12:30:00", "03:15", True)
    assert h.printer is None  # not reported is not fine
    assert reading.findings == ()


def test_tamper_comes_first_among_many() -> None:
    reading = carry(PROTOCOL.read("serial"), played("tamper", "paper_out", "card_inserted", "battery_low"))
    assert reading.findings[0].id == "terminal.tamper"
    assert reading.findings[0].severity is Severity.HALT
    assert reading.health.security_ok is False
    assert reading.health.printer is PrinterStatus.OUT_OF_ORDER
    assert {"printer.error", "terminal.card_inserted", "terminal.battery_low"} <= set(findings(reading))


def test_old_software_is_asked_without_details() -> None:
    peer = played("old_software")
    reading = carry(PROTOCOL.read("serial"), peer)
    assert reading.health.software == "4.12.7"
    assert frame(talk.PLAIN, "serial") in peer.sent


def test_wrong_check_sums_are_asked_for_twice_and_then_named() -> None:
    peer = played("wrong_checksum")
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("serial"), peer)
    assert peer.sent.count(talk.NAK) == talk.REPEATS


def test_one_damaged_frame_is_repeated_and_read() -> None:
    damaged = iter([True])

    def lossy(data: bytes) -> bytes:
        return data.replace(b"girocard", b"girokard") if b"girocard" in data and next(damaged, False) else data

    peer = Played(build(Setup()), lossy)
    assert carry(PROTOCOL.read("serial"), peer).health.global_status is GlobalStatus.OK
    assert peer.sent.count(talk.NAK) == 1


def test_a_terminal_that_refuses_every_frame() -> None:
    peer = played("asks_again")
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("serial"), peer)
    assert len(peer.sent) == 1 + talk.REPEATS


@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_a_dialogue_that_hangs_is_released(framing: str) -> None:
    """The abort goes out only then, and once."""
    peer = played("drops_end", framing=framing)
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.read(framing), peer)
    assert peer.sent.count(frame(talk.RELEASE, framing)) == 1
    silent = Stream(iter(()))
    sent: list[bytes] = []
    silent.heard = sent.append  # type: ignore[method-assign]
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.read(framing), silent)
    assert frame(talk.RELEASE, framing) not in sent


def test_what_asks_the_till_to_act_is_declined() -> None:
    """Dial-up, menus, blocked cards: "80 00" would say yes; 84 83 says that we cannot."""
    said = [b"\x06\xd8\x00", b"\x04\x0e\x00", b"\x06\xe4\x00", b"\x06\x0f\x01\x00"]
    stream, sent = Stream(iter([talk.DONE, *said])), []
    stream.heard = sent.append  # type: ignore[method-assign]
    carry(PROTOCOL.read("tcp"), stream)
    assert sent == [talk.DETAILS, talk.CANNOT, talk.CANNOT, talk.CANNOT, talk.DONE]


def test_an_intermediate_status_gives_more_time() -> None:
    conversation = PROTOCOL.read("tcp")
    next(conversation)
    conversation.send(None)
    wish = conversation.send(talk.DONE)
    assert wish == Receive(talk.T4)
    conversation.send(bytes.fromhex("04FF021702"))
    assert conversation.send(None) == Receive(120.0)


def test_seeded_loss_both_ways_never_makes_a_false_reading() -> None:
    for seed in range(60):
        dice = random.Random(seed)

        def lossy(data: bytes, dice: random.Random = dice) -> bytes:
            return bytes(b for b in data if dice.random() > 0.02)

        result = outcome(PROTOCOL.read("serial"), Played(build(Setup()), lossy))
        assert isinstance(result, DeviceError | Reading)
        if isinstance(result, Reading):
            assert result.findings == ()
            assert result.health.software == "4.12.7"


ALLOWED = ["050100", "050103123456", "0501051234560304", "0501050000000307", "06B000", "800000", "848300"]
FORBIDDEN = [
    *(f"{command:04X}00" for command in commands.FROM_TILL if command not in (0x0501, 0x061A, 0x0670, 0x0679, 0x06B0)),
    "06010704000000001000",
    "0501051234560308",  # an unknown service bit
    "0501031111 11",  # a guessed password
    "05010712345606031F72 01".replace(" ", ""),
    "061A03123456",
    "0670021B01",
    "06700506031B0106",  # a kind of diagnosis that the specification does not name
    "0600031234 56".replace(" ", ""),
    "8000020102",
]


@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_the_list_of_what_may_be_sent(framing: str) -> None:
    for text in ALLOWED:
        wire = frame(bytes.fromhex(text), framing)
        assert PROTOCOL.level_of(Send(wire), framing) is Level.INTERNAL, text
    for text in FORBIDDEN:
        wire = frame(bytes.fromhex(text), framing)
        assert PROTOCOL.level_of(Send(wire), framing) is None, text
        assert PROTOCOL.level_of(Send(frame(talk.PLAIN, framing) + wire), framing) is None
    for text in ("061A00", "067900", "067000", *(f"06700506031B010{n}" for n in range(1, 6))):
        assert PROTOCOL.level_of(Send(frame(bytes.fromhex(text), framing)), framing) is Level.EXTERNAL


def test_a_wrong_check_sum_is_not_sent() -> None:
    wire = bytearray(frame(talk.PLAIN, "serial"))
    wire[-1] ^= 1
    assert PROTOCOL.level_of(Send(bytes(wire)), "serial") is None


def test_an_enquiry_may_set_something_going_and_replies_may_not() -> None:
    for framing in ("serial", "tcp"):
        assert guard.may_act(Send(frame(talk.PLAIN, framing)), framing)
        assert guard.may_act(Send(frame(talk.DETAILS, framing)), framing)
        assert not guard.may_act(Send(frame(talk.DONE, framing)), framing)
        assert not guard.may_act(Send(frame(talk.RELEASE, framing)), framing)
        assert not guard.may_act(Receive(1.0), framing)
    assert guard.level_of(Line(9600, "8N2"), "serial") is Level.INTERNAL
    assert guard.level_of(Line(12345, "8N2"), "serial") is None


def test_codes_fit_the_list_of_findings_and_have_words() -> None:
    meanings = [*codes.STATUS.values(), *codes.ERRORS.values()]
    ids = {m.finding for m in meanings} | {f for _, _, f in codes.LOCKS} | {f for _, f in codes.STATES.values()}
    for id in ids - {""}:
        assert codes.finding(id).severity is known_findings()[id].severity, id
    wanted = {f"zvt.status.{c:02X}" for c in codes.STATUS} | {f"zvt.error.{c:02X}" for c in codes.ERRORS}
    wanted |= {f"zvt.lock.{name}" for _, name, _ in codes.LOCKS} | {f"zvt.advice.{m.advice}" for m in meanings}
    wanted |= {f"zvt.state.{name}" for name, _ in codes.STATES.values()}
    for language in languages():
        missing = [id for id in sorted(wanted) if not catalogue(language, "zvt").has(id)]
        assert not missing or language not in ("en", "de")


@given(code=st.integers(0, 255))
def test_every_status_byte_and_error_gives_a_reading(code: int) -> None:
    status = messages.read_status(apdu.parse(apdu.encode(commands.COMPLETION, bytes([code]))))
    assert status is not None
    reading = health.reading_of(status)
    assert bool(reading.findings) == bool(code)
    assert health.reading_of_refusal(code, "refusal").findings


def test_lock_bits_are_all_told() -> None:
    data = bytes.fromhex("00 06 05 1F55 02 FFFF".replace(" ", ""))
    status = messages.read_status(apdu.Apdu(commands.COMPLETION, data))
    assert status is not None
    reading = health.reading_of(status)
    assert {f for _, _, f in codes.LOCKS} <= {f.id for f in reading.findings}
    assert reading.health.security_ok is False


def test_a_container_used_for_a_plain_value_stays_closed() -> None:
    """Feig writes FF40 as a plain value though its tag says container."""
    fields = bitmaps.read_fields(bytes.fromhex("0612E410FF4003123456FF4107D5B7136976C101"))
    assert fields.whole
    assert [f.key for f in fields.all] == ["06", "E4", "FF40", "FF41"]


def test_names_of_all_commands() -> None:
    assert commands.name_of(0x0618) == "Reset terminal"
    assert commands.name_of(0x849C) == "Negative acknowledgement"
    assert commands.name_of(0x1234) is None
    assert commands.direction_of(0x060F) == "in"
    assert commands.direction_of(0x0601) == "out"
    assert commands.direction_of(0x8000) is None


@pytest.mark.parametrize("late", [0.0, 2.9, 3.5, 4.9, 5.1])
def test_a_slow_terminal_is_heard_for_all_of_t2_and_a_dead_one_no_longer(late: float) -> None:
    """One T2 of 5 s holds the question and both its repeats: so long a till program may have to wait for its port."""
    clock = Clock()
    channel = ListChannel([late, talk.ACK, frame(bytes.fromhex("060F00"), "serial"), talk.ACK], clock)
    run = lambda: converse(  # noqa: E731 - a name for one call
        PROTOCOL.answers("serial"), channel, protocol=PROTOCOL, framing="serial", level=Level.INTERNAL, deadline=60.0,
        clock=clock,
    )  # fmt: skip
    if late > 5.0:
        with pytest.raises(NoAnswer, match="did not answer"):
            run()
        assert clock.now == pytest.approx(5.0, abs=0.2)
        assert len(channel.sent) == 3
    else:
        run()
        assert frame(talk.DONE, "serial") in channel.sent
