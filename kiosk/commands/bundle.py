"""Looks at a sealed bundle, checks that nothing in it was changed, or exports its traces for Wireshark."""

from __future__ import annotations

import argparse
import sys
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import Usage

if TYPE_CHECKING:
    from kiosk.evidence.bundle import Bundle, Verdict
    from kiosk.evidence.decoded import Line

INTACT, CHANGED = 0, 1


def arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for act, about in (
        (_show, "every word of it"),
        (_verify, "intact or not, and who sealed it"),
        (_export, "traces as pcapng"),
    ):
        action = actions.add_parser(act.__name__[1:], help=about, description=about)
        action.set_defaults(act=act)
        action.add_argument("bundle", type=Path, metavar="BUNDLE")
        action.add_argument("--json", action="store_true", help="one JSON document on standard output")
        if act is _verify:
            action.add_argument(
                "--key", action="append", default=[], help="a public key to trust, base64; may be repeated"
            )
        if act is _export:
            action.add_argument("--pcapng", type=Path, metavar="FILE", required=True)


def run(args: argparse.Namespace) -> int:
    from kiosk.evidence.bundle import open_bundle

    code: int = args.act(args, open_bundle(args.bundle))
    return code


def _show(args: argparse.Namespace, bundle: Bundle) -> int:
    from kiosk.evidence.decoded import decoded_lines
    from kiosk.evidence.redaction import redact

    traces = [(header, decoded_lines(header, entries)) for header, entries in bundle.contents.traces]
    if args.json:
        _document(
            {
                "manifest": bundle.manifest,
                "problems": bundle.problems,
                "report": bundle.contents.report,
                "guidance": bundle.contents.guidance,
                "log": bundle.contents.log,
                "traces": [{"header": header, "lines": lines} for header, lines in traces],
            }
        )
        return INTACT
    for line in _told(bundle, traces):
        print(redact(_plain(line).encode()).data.decode(errors="replace"))
    return INTACT


def _told(bundle: Bundle, traces: Sequence[tuple[object, Sequence[Line]]]) -> list[str]:
    from kiosk.evidence.bundle import readable

    manifest = bundle.manifest
    lines = [f"sealed {manifest.created} by kiosk {manifest.kiosk}, version {manifest.kiosk_version}"]
    lines += [f"left out: {words}" for words in manifest.left_out]
    lines += [f"masked: {count} x {rule}" for rule, count in manifest.masked.items()]
    for section, words in readable(bundle.contents):
        if section != "trace":
            lines += ["", f"[{section}]", *words]
    for header, decoded in traces:
        lines += ["", "[trace]", str(header), *(_trace_line(line) for line in decoded)]
    return lines


def _trace_line(line: Line) -> str:
    arrow = {"out": "->", "in": "<-"}.get(line.direction, "  ")
    waited = f"{line.seconds:.3f} s" if line.seconds else ""
    bad = "" if line.ok else "!"
    words = (line.name or line.kind, line.fields, waited, line.note, f"[{line.raw}]" if line.raw else "", bad)
    return f"{line.at:10.3f} {arrow} " + "  ".join(word for word in words if word)


def _plain(line: str) -> str:
    """Nothing of a hostile file may steer the terminal that shows it."""
    return "".join(c if c.isprintable() else " " for c in line)


def _verify(args: argparse.Namespace, bundle: Bundle) -> int:
    from kiosk.evidence.bundle import verify

    verdict = verify(bundle, [_key(text) for text in args.key])
    if args.json:
        _document({"intact": verdict.intact, "key_known": verdict.key_known, "problems": verdict.problems})
    else:
        _tell(verdict, args.bundle)
    return INTACT if verdict.intact else CHANGED


def _tell(verdict: Verdict, path: Path) -> None:
    if not verdict.intact:
        print(f"{path.name} was changed: {'; '.join(_plain(p) for p in verdict.problems)}.")
        return
    print(f"{path.name} is intact.")
    if not verdict.key_known:
        print("The key that sealed it is not known here.", file=sys.stderr)


def _key(text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except ValueError as e:
        raise Usage("A key is 32 bytes in base64.") from e
    if len(key) != 32:
        raise Usage("A key is 32 bytes in base64.")
    return key


def _export(args: argparse.Namespace, bundle: Bundle) -> int:
    from kiosk.evidence.pcapng import PORTS, export

    try:
        args.pcapng.write_bytes(export(bundle.contents.traces))
    except OSError as e:
        raise Usage(f"{args.pcapng} cannot be written: {e.strerror}.", "Choose another place.") from e
    ports = {
        header.protocol: PORTS[header.protocol] for header, _ in bundle.contents.traces if header.protocol in PORTS
    }
    if args.json:
        _document({"file": str(args.pcapng), "traces": len(bundle.contents.traces), "ports": ports})
    else:
        hints = " ".join(f"-d tcp.port=={port},{name}" for name, port in ports.items() if name == "zvt")
        print(f"{len(bundle.contents.traces)} traces in {args.pcapng}")
        print(f"Read with: tshark -V -r {args.pcapng} {hints}".rstrip())
    return INTACT


def _document(value: dict[str, object]) -> None:
    from kiosk.model import wire

    sys.stdout.buffer.write(wire.pretty(wire.document(value)) + b"\n")
