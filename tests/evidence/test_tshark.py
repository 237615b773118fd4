"""tshark, a decoder that others wrote, reads what we export: a whole check, command by command and field by field.

Its ZVT dissector also reads serial frames with their CRC, from a capture of a user's own link type.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from kiosk.evidence.pcapng import export
from kiosk.model.terminal import Level
from kiosk.model.trace import What
from kiosk.protocols.protocol import protocols
from tests.diagnostics.test_allow_list import check

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "zvt" / "serial_frames.json"
UNKNOWN = {"0501", "0679", "061A"}  # Wireshark 4.0 does not know these yet
FIELDS = ("control_field", "ccrc", "aprc", "int_status", "result_code", "tlv.text_lines.line", "crc", "serial_char")
USER_LINK = 147
ZVT = protocols()["zvt"]


def dissect(file: Path, *options: str) -> list[dict[str, str]]:
    """tshark's fields of every packet; values that come again stand behind each other with a `|`."""
    names = [name for field in FIELDS for name in ("-e", f"zvt.{field}")]
    command = ["tshark", "-r", str(file), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", *options]
    ran = subprocess.run([*command, "-e", "frame.number", *names], capture_output=True, text=True, check=True)
    rows = [line.split("\t") for line in ran.stdout.splitlines()]
    return [dict(zip(("number", *FIELDS), row, strict=True)) for row in rows]


def command_of(row: dict[str, str]) -> str:
    """Four hex digits; "" where tshark names none."""
    return "".join(f"{int(row[key], 0):0{size}X}" for key, size in NUMBERS if row[key])


NUMBERS = (("control_field", 4), ("ccrc", 2), ("aprc", 2))


def frames(trace):
    """Ours, in the order they went over the wire; line acknowledgements left out."""
    found = []
    for what, way in ((What.SEND, "out"), (What.RECEIVE, "in")):
        mine = [(i, e) for i, e in enumerate(trace.entries) if e.what is what]
        data = b"".join(e.data for _, e in mine)
        ends, at = [], 0
        for i, e in mine:
            at += len(e.data)
            ends.append((at, i))
        for frame in ZVT.decode(data, trace.header.framing, way).frames:
            if len(frame.command) == 4:
                entry = next(i for end, i in ends if end >= frame.offset + frame.length)
                found.append((entry, frame.offset, frame))
    return [frame for _, _, frame in sorted(found, key=lambda f: f[:2])]


@pytest.mark.parametrize("framing", ["serial", "tcp"])
@pytest.mark.parametrize("fault", [None, "chatty", "text_blocks", "unsent", "busy", "end_of_day_due", "system_error"])
def test_a_whole_check_command_by_command(tmp_path, framing, fault):
    outcome, _ = check("zvt", framing, fault, level=Level.EXTERNAL)
    (trace,) = outcome.traces
    file = tmp_path / "till.pcapng"
    file.write_bytes(export([(trace.header, trace.entries)]))
    rows = dissect(file, "-d", "tcp.port==20007,zvt", "-Y", "tcp.len > 0")
    ours = frames(trace)
    assert len(rows) == len(ours)
    for row, frame in zip(rows, ours, strict=True):
        theirs = command_of(row)
        assert theirs == frame.command or (not theirs and frame.command in UNKNOWN), (row, frame)
        if row["int_status"]:
            assert int(row["int_status"], 0) == int(str(frame.fields["intermediate"]), 16)
        if row["tlv.text_lines.line"]:
            assert row["tlv.text_lines.line"].split("|") == frame.fields["text_line"]
        if row["result_code"] and frame.command == "061E":
            assert int(row["result_code"], 0) == int(str(frame.fields["error"]), 16)
    assert sum(bool(command_of(row)) for row in rows) >= 2


def user_capture(frames_):
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, USER_LINK)
    for number, data in enumerate(frames_):
        out += struct.pack("<IIII", number, 0, len(data), len(data)) + data
    return out


@pytest.mark.skipif(not DATA.is_file(), reason="recorded frames are not here")
def test_recorded_serial_frames_with_their_check_sum(tmp_path):
    listed = json.loads(DATA.read_text(encoding="utf-8"))["vectors"]
    recorded = [bytes.fromhex(v["hex"]) for v in listed if v.get("crc_ok") and v["hex"].startswith("1002")]
    assert_same_serial(tmp_path, recorded)


def test_serial_frames_of_a_whole_check(tmp_path):
    _, channel = check("zvt", "serial", "text_blocks", level=Level.EXTERNAL)
    sent = [data for data in channel.received if data[:2] == b"\x10\x02"]
    assert_same_serial(tmp_path, sent)


def assert_same_serial(tmp_path, data):
    file = tmp_path / "serial.pcap"
    file.write_bytes(user_capture(data))
    table = f'uat:user_dlts:"User 0 (DLT={USER_LINK})","zvt","0","","0",""'
    rows = dissect(file, "-o", table)
    assert len(rows) == len(data) > 5
    known = 0
    for row, wire in zip(rows, data, strict=True):
        (frame,) = ZVT.decode(wire, "serial", None).frames
        assert frame.ok
        theirs = command_of(row)
        assert theirs in ("", frame.command), (row, wire.hex())
        known += bool(theirs)
        if row["crc"] and b"\x10\x10" not in wire:  # tshark does not take the doubling back
            assert int(row["crc"], 0) in (int.from_bytes(wire[-2:], "little"), int.from_bytes(wire[-2:], "big"))
    assert known > len(data) / 2
