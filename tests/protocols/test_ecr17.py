"""ECR17: seven states, four check sums found with the status request alone, progress, and what gets no ACK."""

from __future__ import annotations

import pytest
from talks import Played, Stream, carry, findings

from kiosk.errors import Garbled, NoAnswer
from kiosk.evidence.redaction import redact
from kiosk.model.health import GlobalStatus
from kiosk.protocols import ecr17, stx
from kiosk.protocols.conversation import Send
from kiosk.protocols.ecr17 import PROTOCOL, VARIANTS
from kiosk.resources import catalogue
from kiosk.resources import findings as known_findings
from kiosk.simulator.device import Setup
from kiosk.simulator.ecr17 import build

STATUS = b"364633430s0000000000020126123" + b"02" + b"ECR17-03.11".ljust(16)
FAULTS = {
    "not_configured": ("terminal.not_initialised", GlobalStatus.MAINTENANCE),
    "no_download": ("terminal.not_initialised", GlobalStatus.MAINTENANCE),
    "not_aligned": ("terminal.diagnosis_due", GlobalStatus.MAINTENANCE),
    "keys_corrupted": ("terminal.keys_missing", GlobalStatus.MAINTENANCE),
    "download_pending": ("terminal.diagnosis_due", None),
    "update_pending": ("terminal.update_due", None),
    "strange_status": ("terminal.strange_status", None),
    "mid_payment": ("terminal.busy", GlobalStatus.BUSY),
}
LRC_FAULTS = {"std": (), "stx": ("lrc_stx",), "noext": ("lrc_noext",), "stx_noext": ("lrc_stx_noext",)}


def played(*faults: str) -> Played:
    return Played(build(Setup(faults=set(faults))))


@pytest.mark.parametrize("framing", ["serial", "tcp"])
@pytest.mark.parametrize(("fault", "meaning"), FAULTS.items())
def test_a_fault_is_found(fault: str, meaning: tuple[str, GlobalStatus | None], framing: str) -> None:
    reading = carry(PROTOCOL.read(framing), played(fault))
    assert (findings(reading), reading.health.global_status) == ((meaning[0],), meaning[1])
    assert reading.findings[0].severity is known_findings()[meaning[0]].severity


def test_a_healthy_terminal_tells_clock_software_and_id() -> None:
    health = carry(PROTOCOL.read("serial"), played()).health
    assert (health.global_status, health.clock) == (GlobalStatus.OK, "2026-01-02T12:30")
    assert (health.software, health.terminal_id) == ("ECR17-03.11", "36463343")


@pytest.mark.parametrize("more", [(), ("drops_wrong",), ("plain_ack",), ("progress",), ("lenient",)])
@pytest.mark.parametrize(("name", "faults"), LRC_FAULTS.items())
def test_the_check_sum_in_use_is_found(name: str, faults: tuple[str, ...], more: tuple[str, ...]) -> None:
    """By NAK, whose own check sum tells, or by silence; also where any is taken and another comes back."""
    peer = played(*faults, *more)
    reading = carry(PROTOCOL.read("serial"), peer)
    assert reading.health.global_status is GlobalStatus.OK
    assert next(m.value for m in reading.measurements if m.name == "ecr17.lrc") == name
    assert set(peer.sent) <= ecr17.LISTED
    assert peer.sent[-1] == ecr17.ACKS[name]


def test_a_nak_tells_the_check_sum_at_once() -> None:
    peer = played("lrc_stx_noext")
    carry(PROTOCOL.read("serial"), peer)
    assert peer.sent == [ecr17.QUESTIONS["std"], ecr17.QUESTIONS["stx_noext"], ecr17.ACKS["stx_noext"]]


def test_the_four_check_sums_byte_for_byte() -> None:
    assert {name: frame[-1] for name, frame in ecr17.QUESTIONS.items()} == {
        "std": 0x3C,
        "stx": 0x3D,
        "noext": 0x3F,
        "stx_noext": 0x3E,
    }
    assert ecr17.ACKS["std"] == bytes.fromhex("060379")


def test_silence_may_mean_a_menu_of_its_own_and_stays_no_answer() -> None:
    peer = played("till_not_set_up")
    with pytest.raises(NoAnswer, match="not set up in its own menu"):
        carry(PROTOCOL.read("serial"), peer)
    assert peer.sent == list(ecr17.QUESTIONS.values())


def test_a_message_for_the_till_gets_no_ack() -> None:
    peer = played("mid_payment")
    carry(PROTOCOL.read("serial"), peer)
    assert not set(peer.sent) & set(ecr17.ACKS.values())


@pytest.mark.parametrize(("fault", "error"), [("wrong_checksum", Garbled), ("no_answer_after_ack", NoAnswer)])
def test_what_is_no_answer_is_never_health(fault: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        carry(PROTOCOL.read("serial"), played(fault))


def test_one_nak_after_the_other_is_garbled() -> None:
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("serial"), Stream(iter([b"", *[b"\x15\x03\x00"] * 9])))


def test_lost_twins_are_no_status_though_the_check_sum_is_right() -> None:
    cut = STATUS.replace(b"0s00", b"0s", 1)
    assert stx.encode(cut, ecr17.STD)[-1] == stx.encode(STATUS, ecr17.STD)[-1]
    with pytest.raises(Garbled):
        carry(PROTOCOL.read("serial"), Stream(iter([b"", ecr17.ACKS["std"] + stx.encode(cut, ecr17.STD)])))


def test_another_check_sum_counts_only_when_the_same_comes_twice() -> None:
    other = stx.encode(STATUS, VARIANTS[1])
    once = Stream(iter([b"", ecr17.ACKS["std"] + other]))
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.read("serial"), once)


@pytest.mark.parametrize("moment", ["9913991299", "3002261200"])
def test_a_date_that_cannot_be_is_not_reported(moment: str) -> None:
    body = STATUS[:20] + moment.encode() + STATUS[30:]
    talk = Stream(iter([b"", ecr17.ACKS["std"] + stx.encode(body, ecr17.STD)]))
    assert carry(PROTOCOL.read("serial"), talk).health.clock is None


@pytest.mark.parametrize("letter", "PXSpicHCTGERKU")
def test_no_other_command_may_be_sent(letter: str) -> None:
    for lrc in VARIANTS:
        frame = stx.encode(f"000000000{letter}".encode(), lrc)
        assert PROTOCOL.level_of(Send(frame), "serial") is None
        assert PROTOCOL.level_of(Send(ecr17.QUESTIONS["std"] + frame), "tcp") is None


@pytest.mark.parametrize("lrc", VARIANTS, ids=lambda lrc: lrc.name)
def test_card_numbers_of_results_are_masked(lrc: stx.Lrc) -> None:
    wire = stx.encode(b"364633430E00" + b"4012888888881881   " + b"ICC" + b"123456" + b"0021230" + b"1", lrc)
    (span,) = PROTOCOL.card_spans(wire, "serial")
    assert wire[span.start : span.start + span.length] == b"4012888888881881   "
    masked = redact(wire, "ecr17", "serial").data
    assert b"4012" not in masked
    (frame,) = PROTOCOL.decode(masked, "serial", "in").frames
    assert (frame.name, frame.ok) == ("Result of a payment", True)


def test_a_receipt_is_masked_by_what_looks_like_a_number() -> None:
    wire = stx.encode(b"364633430S" + b"PAN 4012888888881881 ", ecr17.STD)
    assert b"4012888888881881" not in redact(wire, "ecr17", "serial").data


def test_frames_are_named() -> None:
    wire = ecr17.QUESTIONS["noext"] + ecr17.ACKS["noext"] + b"\x01" + b"WAIT".ljust(20) + b"\x04"
    wire += stx.encode(STATUS, VARIANTS[2]) + ecr17.ACKS["noext"]
    decoded = PROTOCOL.decode(wire, "serial", None)
    assert [(f.name, f.direction) for f in decoded.frames] == [
        ("Status request", "out"),
        ("ACK", "in"),
        ("Progress", "in"),
        ("Status", "in"),
        ("ACK", "out"),
    ]
    assert decoded.frames[2].fields == {"text": "WAIT"}
    assert decoded.frames[3].fields["status"] == "2"


def test_what_may_be_kept() -> None:
    for lrc in VARIANTS:
        assert PROTOCOL.admits(stx.encode(STATUS, lrc), "serial")
        assert PROTOCOL.admits(stx.encode_sign(stx.ACK, lrc), "serial")
    for body in (b"364633430E00" + b"4012888888881881   ", b"364633430T01", b"", STATUS + b"x" * 65):
        assert not PROTOCOL.admits(stx.encode(body, ecr17.STD), "serial")


def test_every_status_has_words() -> None:
    for language in ("en", "de"):
        texts = catalogue(language, "ecr17")
        assert all(texts.has(f"ecr17.status.{code}") for code in (*ecr17.STATUS, "unknown"))
        assert all(texts.has(f"ecr17.lrc.{lrc.name}") for lrc in VARIANTS)
        assert all(texts.has(f"ecr17.advice.{meaning.advice}") for meaning in ecr17.STATUS.values())


def test_filler_keeps_id_and_code_and_nothing_else() -> None:
    wire = stx.encode(b"364633430E00" + b"4012888888881881   ", VARIANTS[2])
    filler = PROTOCOL.filled(wire, "serial")
    assert filler is not None
    assert filler[1:11] == b"364633430E"
    assert set(filler[11:-2]) == {0xEE}
    assert PROTOCOL.decode(filler, "serial", "in").frames[0].ok
    assert PROTOCOL.filled(stx.encode(b"401288888888", ecr17.STD), "serial") is None
