"""ZVT payloads that real terminals sent: all decode, health comes out of them, and tshark agrees."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from talks import Stream, carry, findings

from kiosk.model.health import GlobalStatus
from kiosk.protocols.zvt import PROTOCOL, apdu, talk
from kiosk.protocols.zvt.transport import Decoder, frame

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "zvt"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="recorded payloads of real terminals are not here")

# Payloads of the collections that are no whole message, with the reason.
FRAGMENTS = {
    "BmpParserTest.cs": "lengths of fields alone",
    "NumberHelperTest.cs": "numbers alone",
    "TlvParserTest.cs": "tags and lengths alone",
    "IntermediateStatusInformationParserTest.cs": "data of a message without its head",
    "misc.py": "a password alone",
}
PARTS = {
    "040fff00016c": "one byte of 256",
    "040fffffff6c": "one byte of 65535",
    "040f0600010203": "three bytes of six",
    "010203": "no command, used as a wrong answer",
    "8000000102": "an acknowledgement with two bytes behind it",
    "06d110402a2a204b415353454e5343484e495454202a2a": "a line longer than it says",
    "06d118402a2a204b415353454e5343484e495454202a2a": "a line shorter than it says",
}


def vectors() -> list[tuple[str, str, bytes]]:
    """(where from, framing, bytes) of everything recorded."""
    if not DATA.is_dir():
        return []
    found = [(f"feig {p.stem}", "tcp", p.read_bytes()) for p in sorted((DATA / "feig_cvend").glob("*.blob"))]
    for name, framing in (("apdus.json", "tcp"), ("serial_frames.json", "serial")):
        listed = json.loads((DATA / name).read_text(encoding="utf-8"))["vectors"]
        found += [(v["file"], framing, bytes.fromhex(v["hex"])) for v in listed]
    return found


def is_fragment(source: str, data: bytes) -> bool:
    """Named above, or a piece of a message that went over several TCP segments."""
    if data.hex() in PARTS or source in FRAGMENTS or source.startswith("IntermediateStatusInfo"):
        return True
    split = source in ("ReceiveHandlerTest.cs", "PrintTextBlockTest.cs")
    size = apdu.size_of(data)
    return (split or source.startswith("StatusInformation")) and size != len(data)


@needs_data
def test_every_payload_decodes_or_is_a_fragment() -> None:
    wrong = []
    for source, framing, data in vectors():
        decoded = PROTOCOL.decode(data, framing, None)
        whole = not decoded.rubbish and len(decoded.frames) == 1 and decoded.frames[0].ok
        if whole == is_fragment(source, data):
            wrong.append((source, data.hex()[:60]))
    assert not wrong, f"decode these, or name them as fragments with the reason: {wrong}"
    assert len(vectors()) > 200


@needs_data
def test_segments_of_one_message_join() -> None:
    """Receipts that a real terminal sent in several TCP segments."""
    segments = [data for source, _, data in vectors() if source == "ReceiveHandlerTest.cs"]
    pieces = [p for data in (segments[0:11], segments[12:14]) for p in Decoder("tcp").feed(b"".join(data))]
    assert [p.kind for p in pieces] == ["message"] * len(pieces)
    assert len(pieces) == 2


@needs_data
@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_real_completions_give_health(framing: str) -> None:
    """A recorded completion of a status enquiry, after the acknowledgement, as the terminal sent it."""
    recorded = next(d for s, f, d in vectors() if f == "serial" and d[2:4] == b"\x06\x0f")
    completion = Decoder("serial").feed(recorded)[0].body
    reading = carry(PROTOCOL.read(framing), Stream(iter(answer(completion, framing))))
    assert reading.health.software == "2.14.15"
    assert reading.health.global_status is GlobalStatus.OK
    assert reading.findings == ()


@needs_data
@pytest.mark.parametrize("framing", ["serial", "tcp"])
def test_real_messages_before_the_end_are_acknowledged(framing: str) -> None:
    """Everything a Feig terminal said, in one dialogue: each message is acknowledged, the abort tells why."""
    said = [p.read_bytes() for p in sorted((DATA / "feig_cvend").glob("*pt_ecr.blob"))]
    said = [data for data in said if data[:2] in (b"\x04\x0f", b"\x04\xff")]
    end = (DATA / "feig_cvend" / "partial_reversal.blob").read_bytes()
    talk_, sent = PROTOCOL.read(framing), []
    stream = Stream(iter([*answer(b"", framing)[:-1], *(frame(d, framing) for d in [*said, end])]))
    stream.heard = sent.append  # type: ignore[method-assign]
    reading = carry(talk_, stream)
    assert findings(reading) == ("protocol.refused",)
    assert sent.count(frame(talk.DONE, framing)) == len(said) + 1


def answer(completion: bytes, framing: str) -> list[bytes]:
    link = [b"\x06"] if framing == "serial" else []
    return [*link, frame(talk.DONE, framing), frame(completion, framing)]


@needs_data
@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_agrees_on_every_command(tmp_path: Path) -> None:
    ours, packets = [], []
    for source, framing, data in vectors():
        if framing == "tcp" and not is_fragment(source, data):
            ours.append(PROTOCOL.decode(data, "tcp", None).frames[0].command)
            packets.append(data)
    theirs = dissect(tmp_path / "zvt.pcap", packets)
    assert len(theirs) == len(ours)
    differ = [(a, b) for a, b in zip(ours, theirs, strict=True) if b and a != b]
    assert not differ
    assert sum(bool(b) for b in theirs) > len(ours) * 0.9


def dissect(path: Path, packets: list[bytes]) -> list[str]:
    """tshark's command of each packet as four hex digits; "" where it names none."""
    path.write_bytes(pcap(packets))
    command = ["tshark", "-r", str(path), "-d", "tcp.port==20007,zvt", "-T", "json", "-x"]
    ran = subprocess.run([*command, "-J", "zvt"], capture_output=True, check=True, timeout=60)
    found = []
    for packet in json.loads(ran.stdout):
        layer = packet["_source"]["layers"].get("zvt", {})
        found.append(control_field(layer))
    return found


def control_field(layer: object) -> str:
    """ "zvt.control_field_raw", or for an answer CCRC and APRC, wherever they stand in the layer."""
    flat = dict(flatten(layer))
    if "zvt.control_field_raw" in flat:
        return flat["zvt.control_field_raw"].upper()
    return (flat.get("zvt.ccrc_raw", "") + flat.get("zvt.aprc_raw", "")).upper()


def flatten(layer: object) -> list[tuple[str, str]]:
    if not isinstance(layer, dict):
        return []
    found = []
    for key, value in layer.items():
        if key.endswith("_raw") and isinstance(value, list):
            found.append((key, str(value[0])))
        found += flatten(value)
    return found


def pcap(packets: list[bytes]) -> bytes:
    """Each packet in a TCP connection of its own (link type 101: raw IP)."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)
    for number, data in enumerate(packets):
        tcp = struct.pack(">HHIIBBHHH", 20007, 30000 + number, 1, 1, 0x50, 0x18, 8192, 0, 0) + data
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), number, 0, 64, 6, 0, b"\x7f\0\0\1", b"\x7f\0\0\1")
        out += struct.pack("<IIII", number, 0, len(ip + tcp), len(ip + tcp)) + ip + tcp
    return out
