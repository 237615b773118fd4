"""Masks card data in a file: masked bytes on standard output, what was masked as JSON on standard error."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk.errors import Usage


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a file, or - for standard input")
    parser.add_argument("--protocol", metavar="NAME", help="the protocol of the bytes, where it is known")
    parser.add_argument("--framing", metavar="F", help="its framing: serial, tcp or raw")


def run(args: argparse.Namespace) -> int:
    from kiosk.evidence.redaction import redact
    from kiosk.model import wire

    _check(args.protocol, args.framing)
    result = redact(_read(args.file), args.protocol, args.framing)
    sys.stdout.buffer.write(result.data)
    sys.stdout.buffer.flush()
    masked = sum(result.counts.values())
    report = {"schema": wire.SCHEMA, "bytes": len(result.data), "masked": masked, "counts": dict(result.counts)}
    print(wire.encode(report).decode(), file=sys.stderr)
    return 0


def _check(protocol: str | None, framing: str | None) -> None:
    from kiosk.protocols.protocol import protocols

    if protocol is None:
        return
    known = protocols().get(protocol)
    if known is None:
        raise Usage(f"There is no protocol {protocol}.", f"Known are: {', '.join(protocols())}.")
    if framing is not None and framing not in known.framings:
        raise Usage(f"{protocol} has no framing {framing}.", f"It has: {', '.join(known.framings)}.")


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as e:
        raise Usage(f"{name} cannot be read: {e.strerror}.", "Check the name of the file.") from e
