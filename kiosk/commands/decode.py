"""Recorded bytes to frames with named fields; card data is masked before a line is shown, rubbish is marked."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kiosk.errors import Usage
from kiosk.protocols.protocol import Decoded, Frame, Protocol, protocols

LARGEST = 64 * 1024 * 1024


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", help="a file of recorded bytes, or - for standard input")
    parser.add_argument("--protocol", metavar="NAME", help="the protocol of the bytes; --list names what there is")
    parser.add_argument("--framing", metavar="F", help="its framing: serial, tcp or raw; else its usual one")
    parser.add_argument("--direction", choices=("in", "out"), help="in: from the terminal, out: to it; else guessed")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--list", action="store_true", help="name protocols and their framings")


def run(args: argparse.Namespace) -> int:
    if args.list:
        _list(args.json)
        return 0
    protocol = _protocol(args.protocol)
    framing = _framing(protocol, args.framing)
    if args.file is None:
        raise Usage("There is nothing to decode.", "Name a file, or - for standard input.")
    from kiosk.evidence.redaction import redact

    data = redact(_read(args.file), protocol.id, framing).data
    decoded = protocol.decode(data, framing, args.direction)
    if args.json:
        print(json.dumps(document(protocol.id, framing, decoded), indent=2, ensure_ascii=False))
    else:
        _show(decoded, data)
    return 0


def document(protocol: str, framing: str, decoded: Decoded) -> dict[str, object]:
    """The answer of `decode --json`."""
    return {
        "schema": 1,
        "protocol": protocol,
        "framing": framing,
        "frames": [_shown(frame) for frame in decoded.frames],
        "rubbish": [{"offset": part.offset, "length": part.length} for part in decoded.rubbish],
    }


def _shown(frame: Frame) -> dict[str, object]:
    return {
        "offset": frame.offset,
        "length": frame.length,
        "direction": frame.direction,
        "command": frame.command,
        "name": frame.name,
        "fields": dict(frame.fields),
        "ok": frame.ok,
        "note": frame.note,
    }


def _show(decoded: Decoded, data: bytes) -> None:
    lines = [(frame.offset, line(frame)) for frame in decoded.frames]
    for part in decoded.rubbish:
        shown = data[part.offset : part.offset + min(part.length, 16)].hex(" ")
        more = " ..." if part.length > 16 else ""
        lines.append((part.offset, f"{part.offset:6}      --    {part.length} bytes that are no frame: {shown}{more}"))
    for _, text in sorted(lines):
        print(text)


def line(frame: Frame) -> str:
    """One frame for a person: where, which way, what, and its fields."""
    fields = "  ".join(f"{name}={value}" for name, value in frame.fields.items())
    parts = [f"{frame.offset:6}  {frame.direction:3} {frame.command:6}", frame.name, fields]
    parts += [] if frame.ok else ["NOT WHOLE"]
    parts += [f"({frame.note})"] if frame.note else []
    return "  ".join(part for part in parts if part)


def _protocol(name: str | None) -> Protocol:
    known = protocols()
    if name is None or name not in known:
        raise Usage(f"There is no protocol {name or 'without a name'}.", f"Known are: {', '.join(known)}.")
    return known[name]


def _framing(protocol: Protocol, wanted: str | None) -> str:
    framing = wanted or protocol.framings[0]
    if framing not in protocol.framings:
        raise Usage(f"{protocol.id} has no framing {framing}.", f"It has: {', '.join(protocol.framings)}.")
    return framing


def _read(name: str) -> bytes:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(LARGEST + 1)
    except OSError as e:
        raise Usage(f"{name} cannot be read: {e.strerror}.", "Check the name of the file.") from e
    if len(data) > LARGEST:
        raise Usage(f"{name} is larger than {LARGEST // 1024 // 1024} MB.", "Cut it into parts.")
    return data


def _list(as_json: bool) -> None:
    if as_json:
        shown = [{"id": p.id, "title": p.title, "framings": list(p.framings)} for p in protocols().values()]
        print(json.dumps({"schema": 1, "protocols": shown}, indent=2))
        return
    for protocol in protocols().values():
        print(f"{protocol.id:10} {protocol.title:12} {', '.join(protocol.framings)}")
