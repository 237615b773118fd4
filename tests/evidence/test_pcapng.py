# ruff: noqa: E501
"""Read by tshark where it is installed: its ZVT dissector names every command; checksums are right."""

import shutil
import struct
import subprocess

import pytest

from kiosk.evidence.pcapng import export
from kiosk.model.trace import Entry, TraceHeader, What
from tests.fakes.card_corpus import stuffed

MESSAGES = (("050100", What.SEND), ("800000", What.RECEIVE), ("060f0100", What.RECEIVE), ("800000", What.SEND))


def trace(framing):
    header = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", framing, "2026-03-12T14:30:00+00:00")
    entries = [Entry(0.0, What.OPEN)]
    for i, (text, what) in enumerate(MESSAGES):
        data = bytes.fromhex(text)
        if framing == "serial":
            entries.append(Entry(i + 0.5, what, stuffed(data)))
            entries.append(Entry(i + 0.6, What.SEND if what is What.RECEIVE else What.RECEIVE, b"\x06"))
        else:
            entries.append(Entry(i + 0.5, what, data[:2]))
            entries.append(Entry(i + 0.5, what, data[2:]))
    return header, tuple(entries)


def test_blocks_have_their_length_at_both_ends():
    data, at, kinds = export([trace("tcp")]), 0, []
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert struct.unpack_from("<I", data, at + length - 4) == (length,)
        assert length % 4 == 0
        kinds.append(kind)
        at += length
    assert kinds == [0x0A0D0D0A, 1] + [6] * 4


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_tshark_agrees_on_every_command(tmp_path, framing):
    file = tmp_path / "trace.pcapng"
    file.write_bytes(export([trace(framing)]))
    shown = subprocess.run(
        ["tshark", "-r", str(file), "-d", "tcp.port==20007,zvt", "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE",
         "-T", "fields", "-e", "_ws.col.Protocol", "-e", "tcp.payload", "-e", "tcp.checksum.status", "-e", "ip.checksum.status",
         "-e", "frame.time_epoch"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rows = [line.split("\t") for line in shown.splitlines()]
    assert [(r[1], r[2], r[3]) for r in rows] == [(text, "1", "1") for text, _ in MESSAGES]
    named = [r[0] == "ZVT" for r in rows]
    assert named[1:] == [True, True, True]  # Wireshark 4.0 does not know 05 01 yet and leaves it as TCP
    assert float(rows[1][4]) - float(rows[0][4]) == pytest.approx(1.0, abs=0.01)


def test_unfinished_and_unknown_bytes_are_not_lost():
    header = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "tcp", "not a time")
    assert b"\x04\x0f\x20half" in export([(header, (Entry(0.1, What.RECEIVE, b"\x04\x0f\x20half"),))])
    other = TraceHeader("till-1", "/dev/ttyUSB0", None, None, "2026-03-12T14:30:00")
    assert b"anything" in export([(other, (Entry(0.1, What.SEND, b"anything"),))])


def test_what_happened_behind_the_last_message_is_a_comment():
    header = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "tcp", "2026-03-12T14:30:00+00:00")
    entries = (
        Entry(0.1, What.SEND, bytes.fromhex("050100")),
        Entry(5.1, What.SILENCE, seconds=5.0),
        Entry(5.2, What.CHECK_ENDS, note="protocol_answers"),
    )
    assert b"silence 5.000 s; check_ends protocol_answers" in export([(header, entries)])
    closed = (Entry(0.1, What.OPEN, note="Gone: not there"),)
    assert b"open Gone: not there" in export([(header, closed)])
