"""What a card reader said, as USB packets: read by tshark's own dissectors where it is installed."""

from __future__ import annotations

import shutil
import struct
import subprocess

import pytest

from kiosk.evidence.pcapng import export
from kiosk.evidence.usb_packets import LINK_TYPE, packets
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.protocols.protocol import protocols
from kiosk.simulator.ccid import build
from kiosk.simulator.device import Setup

CCID = protocols()["ccid"]
TSHARK = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
QUESTIONS = ("65000000000001000000", "62000000000002000000", "6C000000000003000000", "63000000000004000000")


def trace(*faults: str, described: bool = True) -> tuple[TraceHeader, tuple[Entry, ...]]:
    """A talk with the simulated reader, its answers in two pieces."""
    reader = build(Setup(faults=set(faults)))
    entries = [Entry(0.0, What.OPEN)]
    if described:
        entries.append(Entry(0.1, What.CONTROL_IN, reader.description()))
    for number, text in enumerate(QUESTIONS):
        asked = bytes.fromhex(text)
        entries.append(Entry(number + 1.0, What.SEND, asked))
        said = b"".join(reply.data for reply in reader.feed(asked))
        entries += [Entry(number + 1.1, What.RECEIVE, said[:7]), Entry(number + 1.2, What.RECEIVE, said[7:])]
    entries.append(Entry(6.0, What.RECEIVE, b"\x50\x03"))
    entries.append(Entry(6.5, What.SILENCE, seconds=1.0))
    return TraceHeader("reader", "usb:1-1", "ccid", "raw", "2026-03-12T14:30:00+00:00"), tuple(entries)


def messages(entries: tuple[Entry, ...]) -> list[tuple[str, int, int]]:
    """Direction, type and sequence number of each bulk message as our own decoding has them."""
    found = []
    for way, what in (("out", What.SEND), ("in", What.RECEIVE)):
        data = b"".join(e.data for e in entries if e.what is what)
        frames = CCID.decode(data, "raw", way).frames
        found += [(way, int(f.command, 16), int(f.fields["sequence"])) for f in frames if f.command != "50"]
    return sorted(found)


def shown(tmp_path, data: bytes, *fields: str, only: str = "") -> list[list[str]]:
    file = tmp_path / "trace.pcapng"
    file.write_bytes(data)
    wanted = [word for field in fields for word in ("-e", field)]
    told = subprocess.run(
        ["tshark", "-r", str(file), *(["-Y", only] if only else []), "-T", "fields", *wanted],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [line.split("\t") for line in told.splitlines()]


@TSHARK
@pytest.mark.parametrize("described", [True, False])
@pytest.mark.parametrize("fault", ["", "no_card", "old_answer", "mute_card"])
def test_tshark_reads_the_same_messages(tmp_path, described, fault):
    header, entries = trace(*filter(None, [fault]), described=described)
    fields = ("usb.endpoint_address.direction", "usbccid.bMessageType", "usbccid.bSeq")
    rows = shown(tmp_path, export([(header, entries)]), *fields, only="usbccid")
    theirs = sorted(("in" if way == "1" else "out", int(kind, 16), int(seq)) for way, kind, seq in rows)
    assert theirs == messages(entries)
    assert len(theirs) >= 2 * len(QUESTIONS)
    interrupt = shown(tmp_path, export([(header, entries)]), "usb.capdata", only="usb.transfer_type == 1")
    assert interrupt == [["5003"]], "tshark leaves interrupt messages as bytes"


@TSHARK
def test_tshark_reads_slot_states_and_nothing_is_malformed(tmp_path):
    data = export([trace()])
    rows = shown(tmp_path, data, "usbccid.bStatus", only="usbccid.bMessageType == 0x81")
    assert [int(row[0], 16) & 3 for row in rows] == [1, 1]
    assert shown(tmp_path, data, "frame.number", only="_ws.malformed || _ws.expert.severity >= 0x600000") == []


@TSHARK
def test_readers_and_terminals_lie_in_one_file(tmp_path):
    zvt = TraceHeader("till", "tcp://h:1", "zvt", "tcp", "2026-03-12T14:30:00+00:00")
    data = export([(zvt, (Entry(0.5, What.SEND, bytes.fromhex("060f00")),)), trace(), trace("no_card")])
    rows = shown(tmp_path, data, "frame.encap_type", "usb.device_address", "tcp.payload")
    assert [row[2] for row in rows if row[2]] == ["060f00"]
    assert {row[1] for row in rows if row[1]} == {"3", "4"}
    assert len({row[0] for row in rows}) == 2


def test_headers_are_those_of_usbmon():
    _, entries = trace()
    first, second, third, *_ = packets([(1.0, "out", bytes.fromhex(QUESTIONS[0]), "")], entries, 10_000_000, 5)
    assert (first[2][8:12], first[2][40:48]) == (bytes((ord("S"), 2, 0x80, 5)), bytes.fromhex("8006000200005d00"))
    assert second[2][64:] == build(Setup()).description()
    assert second[2][:8] == first[2][:8], "question and answer have one number"
    assert struct.unpack_from("<qi", third[2], 16) == (11, 0)
    assert third[2][8:12] == bytes((ord("S"), 3, 0x01, 5))
    assert third[2][64:].hex() == QUESTIONS[0]


def test_a_file_of_readers_alone_has_one_interface_and_a_broken_description_is_made_up():
    header, entries = trace(described=False)
    broken = (Entry(0.0, What.CONTROL_IN, bytes.fromhex("0902200001010080320904000002ff0000000705010240")), *entries)
    for seen in (entries, broken):
        data = export([(header, seen)])
        size = struct.unpack_from("<I", data, 4)[0]
        assert struct.unpack_from("<IIHH", data, size) == (1, 20, LINK_TYPE, 0)
        assert bytes.fromhex("0904000003 0b0000 00") in data
