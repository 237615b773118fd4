"""ZVT beyond the plain enquiry: what shows at the terminal, what it prints, a due end-of-day; all acknowledged."""

from __future__ import annotations

import pytest
from talks import Played, Stream, carry, findings

from kiosk.errors import NoAnswer
from kiosk.model.health import Reading
from kiosk.model.terminal import Level
from kiosk.protocols.conversation import Send
from kiosk.protocols.zvt import PROTOCOL, apdu, codes, commands, external, health, messages, talk
from kiosk.protocols.zvt.transport import frame
from kiosk.resources import catalogue
from kiosk.simulator.device import Setup
from kiosk.simulator.zvt import FAULTS, build

FRAMINGS = ("serial", "tcp")

# PA00P015 rev. 13.08, written down once more by hand: every code there is.
STATUS = "00 51 62 9C 9D B1 B2 BF C0 C1 C2 C4 CC DC DF E0 E1 E2 E3 E4 F0 F6"  # chapter 11
RECOVERIES = "00 51 62 64 65 9C B1 B2 BF C0 C1 C2 C4 CC DC DF E0 E1 E2 E4"  # chapter 11.1
ERRORS = (  # chapter 10, without the network operator's own 01 to 63
    "00 64 65 66 67 68 6A 6B 6C 6E 6F 71 72 73 74 75 76 77 78 79 7A 7B 7C 7D 7E 83 85 89 9A 9B 9C A0 A1 A3 A4 A5 "
    "B1 B2 B4 B5 B7 B8 BF C0 C1 C2 C3 C4 C5 C6 C8 C9 CB CC CD D2 DC DD DE E0 E2 E3 E4 E7 E8 E9 EA EB EC ED F0 F1 F5 F6 "
    "FA FB FC FD FE FF"
)


def measured(reading: Reading) -> dict[str, object]:
    return {m.name: m.value for m in reading.measurements}


def test_every_code_of_the_specification_is_known_with_a_recovery() -> None:
    assert {f"{c:02X}" for c in codes.STATUS} == set(STATUS.split()) | set(RECOVERIES.split())
    assert {f"{c:02X}" for c in codes.ERRORS} == set(ERRORS.split())
    for code, meaning in [*codes.STATUS.items(), *codes.ERRORS.items()]:
        assert (meaning.advice == "none") == (code == 0), f"{code:02X}"
        assert bool(meaning.finding) == (code != 0), f"{code:02X}"


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_code_and_its_recovery_has_words_of_its_own(language: str) -> None:
    say = catalogue(language, "zvt")
    told = [say.templates[f"zvt.status.{c}"] for c in set(STATUS.split()) | set(RECOVERIES.split())]
    assert len(set(told)) == len(told)
    assert all(f"zvt.error.{c}" in say.templates for c in ERRORS.split())
    advice = {m.advice for m in [*codes.STATUS.values(), *codes.ERRORS.values(), codes.error_meaning(1)]}
    assert {f"zvt.advice.{name}" for name in advice} <= set(say.templates)
    for name in ("configuration", "self_test", "diagnosis", "printed", "extended_error", "merchant_sam_expiry"):
        assert f"zvt.{name}" in say.templates


def played(framing: str, *faults: str) -> tuple[Played, object]:
    device = build(Setup(framing=framing, faults=set(faults)))
    return Played(device), device


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"wrong_checksum", "asks_again", "drops_end"}))
def test_every_message_of_the_terminal_is_acknowledged(framing: str, fault: str) -> None:
    """A simulator that counts what the till left without `80 00 00`; nothing was declined either."""
    for start in (PROTOCOL.read, PROTOCOL.answers, *PROTOCOL.external.values()):
        peer, device = played(framing, fault)
        carry(start(framing), peer)  # type: ignore[arg-type]
        counts = device.counts()
        assert counts["unacknowledged"] == 0, (fault, start)
        assert counts["declined"] == 0
        assert counts["forbidden"] == 0


def test_the_simulator_notices_what_is_not_acknowledged() -> None:
    """The counter counts: a till that ignores the completion, and one that asks anew instead."""
    device = build(Setup(framing="tcp"))
    device.feed(talk.PLAIN)
    assert device.counts()["unacknowledged"] == 1
    device.feed(talk.PLAIN)
    assert device.counts()["unacknowledged"] == 2
    device.feed(talk.DONE)
    assert device.counts()["unacknowledged"] == 1


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize("fault", ["chatty", "text_blocks"])
def test_what_is_printed_to_the_till_becomes_measurements(framing: str, fault: str) -> None:
    peer, device = played(framing, fault)
    reading = carry(external.configuration(framing), peer)
    printed = [(m.raw, m.value) for m in reading.measurements if m.name == "zvt.printed"]
    assert measured(reading)["zvt.configuration"] == "done"
    assert ("Software", "4.12.7") in printed
    assert ("Seriennr", device.serial) in printed
    assert ("TID", device.terminal_id) in printed
    assert ("Leitung", "Ethernet") in printed
    assert ("", "Papier ausreichend") in printed
    assert device.counts()["configurations"] == 1


def test_a_terminal_that_prints_itself_says_only_that_it_could() -> None:
    reading = carry(external.configuration("tcp"), played("tcp", "prints_itself")[0])
    assert measured(reading) == {"zvt.configuration": "done"}


EXPECTED = [
    ("configuration", "paper_out", "failed", ("printer.error",)),
    ("self_test", "self_test_fails", "failed", ("terminal.pin_device_broken",)),
    ("diagnosis", "no_host", "failed", ("bank.unreachable",)),
    ("self_test", "no_tests", "not_possible", ()),
    ("diagnosis", "busy", "failed", ("terminal.busy",)),
]


@pytest.mark.parametrize("framing", FRAMINGS)
@pytest.mark.parametrize(("name", "fault", "value", "expected"), EXPECTED)
def test_how_a_test_ends(framing: str, name: str, fault: str, value: str, expected: tuple[str, ...]) -> None:
    reading = carry(PROTOCOL.external[name](framing), played(framing, fault)[0])
    assert measured(reading)[f"zvt.{name}"] == value
    assert findings(reading) == expected


def test_a_diagnosis_that_ends_well_reached_the_bank() -> None:
    assert carry(external.diagnosis("serial"), played("serial")[0]).health.communication_ok is True
    assert carry(external.self_test("serial"), played("serial")[0]).health.communication_ok is None


@pytest.mark.parametrize("name", PROTOCOL.external)
def test_a_command_with_an_effect_is_never_repeated_after_silence(name: str) -> None:
    stream, sent = Stream(iter(())), []
    stream.heard = sent.append  # type: ignore[method-assign]
    with pytest.raises(NoAnswer):
        carry(PROTOCOL.external[name]("serial"), stream)
    (only,) = sent
    assert PROTOCOL.level_of(Send(only), "serial") is Level.EXTERNAL
    assert PROTOCOL.may_act(Send(only), "serial")


def test_the_till_is_never_signed_on() -> None:
    """Registration rewrites the till's set-up and cannot be put back: it is on no list, in no form."""
    for text in ("060000", "060004123456DE", "0600061234568E0978", "06000D1234568E0978060626040A0206D3"):
        for framing in FRAMINGS:
            assert PROTOCOL.level_of(Send(frame(bytes.fromhex(text), framing)), framing) is None


def test_long_numbers_in_print_are_not_kept_and_lines_are_bounded() -> None:
    line = apdu.Apdu(commands.PRINT_LINE, b"\x00Karte 4012 8888 8888 1881")
    feed = apdu.Apdu(commands.PRINT_LINE, b"\xff\x03")
    (printed,) = external.printed_lines([line, feed, apdu.Apdu(commands.PRINT_LINE, b"\x00  ")])
    assert printed == "Karte xxxx xxxx xxxx xxxx"
    found = list(external.measured([f"Zeile {n}" for n in range(500)]))
    assert (len(found), found[-1].value) == (external.MOST_LINES + 1, 500 - external.MOST_LINES)
    assert [(m.raw, m.value) for m in external.measured(["12:30:00", "a:", ":b", "Host = x:1"])] == [
        ("", "12:30:00"),
        ("", "a:"),
        ("", ":b"),
        ("Host", "x:1"),
    ]


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_due_end_of_day_that_a_question_began_is_told(framing: str) -> None:
    peer, device = played(framing, "end_of_day_due")
    reading = carry(PROTOCOL.read(framing), peer)
    assert measured(reading)["zvt.end_of_day_began"] is True
    assert device.counts()["ends_of_day"] == 1
    again = carry(PROTOCOL.read(framing), peer)
    assert "zvt.end_of_day_began" not in measured(again)
    assert device.counts()["ends_of_day"] == 1


def test_all_that_a_status_tells() -> None:
    """Every object of chapters 9.4.2 and 9.4.12 that a completion may hold, in one."""
    tlv = bytes.fromhex(
        "1F4404 60012345 1F5402 07D0 1F5502 0105 1F5603 414243 1F5908 6769726F63617264"
        "E40E 1F4003 543532 1F4301 03 1F4101 31 E70B 1F5703 123456 1F5802 2811"
        "3305 1F3202 AB01 3305 1F3202 AB02 340D 1F0F03 235959 1F0E04 20260302 350D 1F0E04 20260303 1F0F03 031500"
    )
    data = b"\xdf\x06" + (bytes([0x81, len(tlv)]) if len(tlv) > 127 else bytes([len(tlv)])) + tlv
    status = messages.read_status(apdu.Apdu(commands.COMPLETION, data))
    assert status is not None
    assert status.fields.whole
    reading = health.reading_of(status)
    told = measured(reading)
    assert (reading.health.terminal_id, reading.health.software, reading.health.clock) == (
        "60012345",
        "1",
        "2026-03-02T23:59:59",
    )
    assert (reading.health.restart_at, told["zvt.restart"]) == ("03:15", "2026-03-03T03:15:00")
    assert told["zvt.key_generation"] == "2000"
    assert told["zvt.key_sets"] == "AB01, AB02"
    assert told["zvt.merchant_sam_expiry"] == "2028-11"
    assert told["zvt.merchant_sam"] == "xxxxxx"
    assert told["zvt.applications"] == "girocard"
    assert told["zvt.locks"] == "secure_module, battery, vending_bus"
    assert {n for n in told if n.startswith("zvt.lock.")} == {
        "zvt.lock.secure_module",
        "zvt.lock.battery",
        "zvt.lock.vending_bus",
    }
    assert findings(reading)[0] == "terminal.tamper"
    assert "terminal.battery_low" in findings(reading)


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_system_error_tells_the_makers_own_words(framing: str) -> None:
    reading = carry(PROTOCOL.read(framing), played(framing, "system_error")[0])
    assert measured(reading) == {
        "zvt.error": "FF",
        "zvt.extended_error": "004B",
        "zvt.extended_error_text": "Kabel",
    }
    assert findings(reading) == ("terminal.out_of_order",)
    assert PROTOCOL.admits(frame(bytes.fromhex("061E10FF060D1F1602004B1F17054B6162656C"), framing), framing)


def test_the_times_are_those_of_the_specification() -> None:
    """PA00P016 3.4 and 5.2.5: T2 and T3 are 5 s, two repeats; T4 is 180 s and begins anew with each message."""
    assert (sum(talk.T2), len(talk.T2), talk.T3, talk.T4, talk.REPEATS) == (5.0, 1 + 2, 5.0, 180.0, 2)
    assert 0.2 <= talk.T1 <= 0.5
    conversation = PROTOCOL.read("tcp")
    next(conversation)
    conversation.send(None)
    waits = [conversation.send(talk.DONE).timeout]
    for said in ("04FF0117", "04FF021702", "04FF021700", "04FF0217FF", "04FF021799", "06D1020041"):
        assert conversation.send(bytes.fromhex(said)) == Send(talk.DONE)
        waits.append(conversation.send(None).timeout)
    assert waits == [180.0, 180.0, 120.0, 180.0, 180.0, talk.T4_MOST, 180.0]
