"""CCID's class descriptor: the simulated reader's, any bytes, and those of real readers."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talks import Replay, carry, recordings

from kiosk.errors import Garbled
from kiosk.protocols.ccid import PROTOCOL, descriptor
from kiosk.simulator.ccid import build
from kiosk.simulator.device import Setup

READERS = Path(__file__).parents[2] / ".." / "shared" / "data" / "ccid_readers"
DUMPS = sorted(READERS.glob("*.txt"))


def test_the_class_descriptor_is_found_behind_others() -> None:
    whole = build(Setup(faults={"two_slots"})).description()
    own = descriptor.find(bytes((9, 0x21, 0x11, 1, 0, 1, 0x22, 40, 0)) + whole)
    assert own is not None
    found = descriptor.parse(own)
    assert (found.slots, found.version, found.pin, found.lcd) == (2, "1.10", (), (0, 0))
    assert descriptor.find(whole[:20]) is None
    with pytest.raises(Garbled):
        descriptor.parse(own[:53])


def test_a_recorded_description_becomes_measurements() -> None:
    recording = next(r for r in recordings() if r.name == "ccid_healthy")
    measured = {m.name: m.value for m in carry(PROTOCOL.read("raw"), Replay(recording)).measurements}
    assert measured["ccid.voltages"] == "5 V, 3 V, 1.8 V"
    assert measured["ccid.exchange"] == "extended APDU"


@given(data=st.binary(max_size=120))
def test_any_configuration_is_read_or_is_none(data: bytes) -> None:
    own = descriptor.find(data)
    if own is not None and own[1] == 0x21:
        descriptor.measurements(descriptor.parse(own))


def values(text: str) -> dict[str, str]:
    """`name: value` lines of one dumped class descriptor."""
    return dict(re.findall(r"^  (\w+): (.+)$", text, re.MULTILINE))


def number(text: str) -> int:
    """The dumps write "0x0000 0x0003" for one number of 32 bits, and units behind decimals."""
    hexed = re.match(r"0x([0-9A-F]+)(?: 0x([0-9A-F]+))?", text)
    return int(hexed[1] + (hexed[2] or ""), 16) if hexed else int(text.split(maxsplit=1)[0])


def kilohertz(text: str) -> int:
    return round(float(text.split(maxsplit=1)[0]) * 1000)


def packed(told: dict[str, str]) -> bytes:
    """The 54 bytes that a dump was made from, of the fields that it shows."""
    major, minor = told["bcdCCID"].split(".")
    return struct.pack(
        "<BBHBBIIIBIIBIIIIIBBHBB",
        54, 0x21, int(major, 16) << 8 | int(minor, 16), number(told["bMaxSlotIndex"]), number(told["bVoltageSupport"]),
        number(told["dwProtocols"]), kilohertz(told["dwDefaultClock"]), kilohertz(told["dwMaximumClock"]),
        number(told["bNumClockSupported"]), number(told["dwDataRate"]), number(told["dwMaxDataRate"]),
        number(told["bNumDataRatesSupported"]), number(told["dwMaxIFSD"]), number(told["dwSynchProtocols"]),
        number(told["dwMechanical"]), number(told["dwFeatures"]), number(told["dwMaxCCIDMessageLength"]),
        number(told["bClassGetResponse"]), number(told["bClassEnvelope"]), number(told["wLcdLayout"]),
        number(told["bPINSupport"]), number(told["bMaxCCIDBusySlots"]),
    )  # fmt: skip


@pytest.mark.skipif(not DUMPS, reason="the dumps of real readers are not here")
def test_every_real_reader_is_read() -> None:
    """What our reading says is what the dump says in words of its own."""
    read = 0
    for dump in DUMPS:
        text = dump.read_text(encoding="utf-8", errors="replace")
        for part in re.split(r"(?=^ *CCID Class Descriptor)", text, flags=re.MULTILINE)[1:]:
            told = values(part)
            found = descriptor.parse(packed(told))
            assert_same(found, part, told, dump.name)
            read += 1
    assert read >= len(DUMPS)


LINES = {
    "parameters_from_atr": "Automatic parameter configuration based on ATR data",
    "activates_on_insert": "Automatic activation of ICC on inserting",
    "chooses_voltage": "Automatic ICC voltage selection",
    "chooses_clock": "Automatic ICC clock frequency change",
    "chooses_rate": "Automatic baud rate change",
    "negotiates": "Automatic parameters negotiation",
    "pps": "Automatic PPS made by the CCID",
    "verify": "PIN Verification supported",
    "modify": "PIN Modification supported",
}
LEVELS = {
    "character": "Character level",
    "TPDU": "TPDU level",
    "short APDU": "Short APDU level",
    "extended APDU": "Short and Extended APDU level",
}


def assert_same(found: descriptor.Descriptor, part: str, told: dict[str, str], name: str) -> None:
    block = part.partition("bMaxCCIDBusySlots")[0]
    volts = {{"5 V": "5.0V", "3 V": "3.0V", "1.8 V": "1.8V"}[word] for word in found.voltages}
    assert volts == set(re.findall(r"^ +(\d\.\dV)$", block, re.MULTILINE)), name
    assert set(found.protocols) == set(re.findall(r"^ +(T=\d)$", block, re.MULTILINE)), name
    for word, line in LINES.items():
        assert (word in found.features or word in found.pin) == (line in block), (name, word)
    assert re.search(rf"\W{LEVELS[found.exchange]}", block), name
    assert found.slots == number(told["bMaxSlotIndex"]) + 1
    assert (found.clock, found.message_length) == (
        kilohertz(told["dwDefaultClock"]),
        number(told["dwMaxCCIDMessageLength"]),
    )
