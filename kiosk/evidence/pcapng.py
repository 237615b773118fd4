"""A trace as pcapng for Wireshark: every message in a TCP segment of a made-up connection; must not write files.

Link type 101 (raw IPv4). The terminal is 192.0.2.2, the PC 192.0.2.1 (addresses for documentation, RFC 5737). Frames
of a serial line are stripped to their message, because the dissectors of Wireshark expect it bare. What card readers
said is USB traffic instead, with an interface of its own: see `usb_packets.py`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from kiosk.evidence import usb_packets
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.protocols.framing import dle_frames
from kiosk.protocols.protocol import protocols

PORTS = {"zvt": 20007, "escpos": 9100, "nexo": 80}
OTHER_PORT = 20000
ON_USB = frozenset({"ccid"})
_PC, _TERMINAL, _PC_PORT = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2)), 50000
_LARGEST = 60_000
_SECTION, _INTERFACE, _PACKET = 0x0A0D0D0A, 1, 6
_RAW_IP, _COMMENT = 101, 1


def export(traces: Sequence[tuple[TraceHeader, Sequence[Entry]]]) -> bytes:
    """A whole capture file of one or more traces (draft-ietf-opsawg-pcapng sections 4.1 to 4.3)."""
    links = [_RAW_IP] if not traces or not all(_on_usb(header) for header, _ in traces) else []
    links += [usb_packets.LINK_TYPE] if any(_on_usb(header) for header, _ in traces) else []
    blocks = [_block(_SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    blocks += [_block(_INTERFACE, struct.pack("<HHI", link, 0, 0)) for link in links]
    for number, (header, entries) in enumerate(traces):
        if _on_usb(header):
            blocks += _usb(header, entries, number % 126 + 2, links.index(usb_packets.LINK_TYPE))
        else:
            blocks += _packets(header, entries, _PC_PORT + number)
    return b"".join(blocks)


def _on_usb(header: TraceHeader) -> bool:
    return header.protocol in ON_USB


def _usb(header: TraceHeader, entries: Sequence[Entry], device: int, interface: int) -> Iterator[bytes]:
    began = _microseconds(header.began)
    for at, _, packet, note in usb_packets.packets(_messages(header, entries), entries, began, device):
        yield _captured(began + round(at * 1e6), packet, note, interface)


def _block(kind: int, body: bytes) -> bytes:
    length = 12 + len(body)
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


def _packets(header: TraceHeader, entries: Sequence[Entry], pc_port: int) -> Iterator[bytes]:
    began = _microseconds(header.began)
    port = PORTS.get(header.protocol or "", OTHER_PORT)
    sent = {"out": 1, "in": 1}
    for at, direction, payload, note in _messages(header, entries):
        other = "in" if direction == "out" else "out"
        ends = (_PC, _TERMINAL, pc_port, port) if direction == "out" else (_TERMINAL, _PC, port, pc_port)
        packet = _segment(ends, sent[direction], sent[other], payload)
        sent[direction] += len(payload)
        yield _captured(began + round(at * 1e6), packet, note)


def _microseconds(began: str) -> int:
    try:
        start = datetime.fromisoformat(began)
    except ValueError:
        start = datetime(1970, 1, 1, tzinfo=UTC)
    return int((start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp() * 1e6)


def _captured(at: int, packet: bytes, note: str, interface: int = 0) -> bytes:
    size = len(packet)
    head = struct.pack("<IIIII", interface, at >> 32 & 0xFFFF_FFFF, at & 0xFFFF_FFFF, size, size)
    body = head + packet + b"\0" * (-size % 4)
    if note:
        words = note.encode()[:2000]
        body += struct.pack("<HH", _COMMENT, len(words)) + words + b"\0" * (-len(words) % 4) + struct.pack("<HH", 0, 0)
    return _block(_PACKET, body)


def _messages(header: TraceHeader, entries: Sequence[Entry]) -> Iterator[tuple[float, str, bytes, str]]:
    """(seconds, direction, payload, comment): whole messages, those of a serial line without their frame."""
    held = {"out": b"", "in": b""}
    remarks: list[str] = []
    for entry in entries:
        direction = {What.SEND: "out", What.RECEIVE: "in"}.get(entry.what)
        if direction is None:
            waited = f"{entry.seconds:.3f} s" if entry.seconds else ""
            remarks.append(" ".join(part for part in (entry.what.value, entry.note, waited) if part))
            continue
        payloads, held[direction] = _whole(header, held[direction] + entry.data, direction)
        for payload in payloads:
            for i in range(0, len(payload), _LARGEST):
                yield entry.at, direction, payload[i : i + _LARGEST], "; ".join((*remarks, entry.note)).strip("; ")
                remarks.clear()
    for direction, rest in held.items():
        if rest and entries:
            yield entries[-1].at, direction, rest[:_LARGEST], "unfinished"
    if remarks and entries:
        yield entries[-1].at, "out", b"", "; ".join(remarks)  # what happened behind the last message is not lost


def _whole(header: TraceHeader, data: bytes, direction: str) -> tuple[list[bytes], bytes]:
    """Complete messages in `data`, and what is left for the next entry."""
    protocol = protocols().get(header.protocol or "")
    if protocol is None:
        return [data] if data else [], b""
    frames = protocol.decode(data, header.framing or protocol.framings[0], direction).frames
    if not frames:
        return [], data[-_LARGEST:]
    end = max(frame.offset + frame.length for frame in frames)
    bodies = (_bare(data[f.offset : f.offset + f.length], header.framing) for f in frames)
    return [body for body in bodies if body], data[end:]


def _bare(frame: bytes, framing: str | None) -> bytes:
    if framing != "serial":
        return frame
    if next(dle_frames(frame), None) == (0, len(frame) - 2):
        return frame[2:-4].replace(b"\x10\x10", b"\x10")
    return b"" if frame in (b"\x06", b"\x15") else frame


def _segment(ends: tuple[bytes, bytes, int, int], sequence: int, acknowledged: int, payload: bytes) -> bytes:
    """IPv4 (RFC 791) and TCP (RFC 9293) around the payload, with right checksums."""
    source, target, from_port, to_port = ends
    head = struct.pack(
        ">HHIIBBHHH", from_port, to_port, sequence & 0xFFFF_FFFF, acknowledged & 0xFFFF_FFFF, 0x50, 0x18, 65535, 0, 0
    )
    length = len(head) + len(payload)
    check = _ones_sum(source + target + struct.pack(">BBH", 0, 6, length) + head + payload)
    tcp = head[:16] + struct.pack(">H", check) + head[18:] + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + length, 0, 0x4000, 64, 6, 0, source, target)
    return ip[:10] + struct.pack(">H", _ones_sum(ip)) + ip[12:] + tcp


def _ones_sum(data: bytes) -> int:
    """RFC 1071."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
