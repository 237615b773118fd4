"""What is fuzzed, by name: every protocol's decoder and conversations, the redactor, the opener of bundles.

Found by `protocols()`, so that a new protocol is included. A target takes any bytes; only `DeviceError` and
`BundleError` may come out of what it calls, and what it returns must hold together. It knows no fuzzer.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

from kiosk.errors import BundleError, DeviceError
from kiosk.evidence.bundle import open_bundle
from kiosk.evidence.redaction import redact
from kiosk.model.health import Reading
from kiosk.protocols.conversation import Control, Conversation, Lines, NotReported, Receive, Send
from kiosk.protocols.protocol import Protocol, protocols

Target = Callable[[bytes], None]
WAYS = ("in", "out", None)
ASKED = 24  # frames of one input that are judged one by one; a line of single bytes holds thousands alike
WISHES = 20_000  # after so many a conversation counts as endless


def targets() -> dict[str, Target]:
    """By name; `decode` and `talk` alone take every protocol in turn, chosen by the first byte."""
    known = list(protocols().values())
    found: dict[str, Target] = {"redact": fuzz_redact, "bundle": fuzz_bundle}
    found["decode"] = partial(_chosen, [partial(fuzz_decode, p) for p in known])
    found["talk"] = partial(_chosen, [partial(fuzz_talk, p) for p in known])
    for protocol in known:
        found[f"decode:{protocol.id}"] = partial(fuzz_decode, protocol)
        found[f"talk:{protocol.id}"] = partial(fuzz_talk, protocol)
    return found


def _chosen(some: list[Target], data: bytes) -> None:
    if data:
        some[data[0] % len(some)](data[1:])


def fuzz_decode(protocol: Protocol, data: bytes) -> None:
    """First byte: framing and direction. Frames and rubbish tile the bytes; spans lie within their frame."""
    if not data:
        return
    framing = protocol.framings[data[0] % len(protocol.framings)]
    way, data = WAYS[data[0] // 16 % 3], data[1:]
    decoded = protocol.decode(data, framing, way)
    parts = sorted([(f.offset, f.length) for f in decoded.frames] + [(r.offset, r.length) for r in decoded.rubbish])
    at = 0
    for offset, length in parts:
        assert offset == at, f"{protocol.id}: bytes {at} to {offset} are on no line"
        assert length > 0
        at += length
    assert at == len(data), f"{protocol.id}: the end is on no line"
    for frame in decoded.frames[:ASKED]:
        message = data[frame.offset : frame.offset + frame.length]
        protocol.admits(message, framing)
        filler = protocol.filled(message, framing)
        assert filler is None or len(filler) == len(message)
        for span in protocol.card_spans(message, framing):
            assert 0 <= span.start <= span.start + span.length <= len(message)
        level = protocol.level_of(Send(message), framing)
        assert level is None or str(level) in ("internal", "external", "interactive")


def fuzz_talk(protocol: Protocol, data: bytes) -> None:
    """First byte: framing and which conversation; then pieces, each with its length in front."""
    if not data:
        return
    framing = protocol.framings[data[0] % len(protocol.framings)]
    starts: list[Callable[[str], Conversation[Any]]] = [protocol.read, protocol.answers, *protocol.external.values()]
    if protocol.card_test is not None:
        starts.append(protocol.card_test)
    talk = starts[data[0] // 8 % len(starts)](framing)
    try:
        value = carry(talk, pieces(data[1:]), protocol, framing)
        assert value is None or isinstance(value, Reading)
    except DeviceError:
        pass
    finally:
        talk.close()


def pieces(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size = data[at] % 128
        yield data[at + 1 : at + 1 + size]
        at += 1 + size


def carry(talk: Conversation[Any], came: Iterator[bytes], protocol: Protocol, framing: str) -> object:
    """Silence when the pieces are used up. What it wishes to send must stand on its own list."""
    answer: object = None
    for _ in range(WISHES):
        try:
            wish = talk.send(answer)
        except StopIteration as stop:
            return stop.value
        if isinstance(wish, Receive):
            answer = next(came, b"")
        elif isinstance(wish, Lines):
            answer = NotReported("modem lines")
        else:
            assert protocol.level_of(wish, framing) is not None, f"{protocol.id} wishes {wish} and may not"
            reads = isinstance(wish, Control) and wish.length
            answer = (next(came, b"") or NotReported("control transfers")) if reads else None
    raise AssertionError(f"a conversation of {protocol.id} does not end")


def fuzz_redact(data: bytes) -> None:
    """First byte: told of which protocol, or of none. Same length out, and masking twice is masking once."""
    if not data:
        return
    known = [None, *protocols()]
    name, data = known[data[0] % len(known)], data[1:]
    once = redact(data, name).data
    assert len(once) == len(data)


@cache
def folder() -> Path:
    """A folder for as long as the process lives."""
    name = tempfile.mkdtemp(prefix="kiosk-fuzz-")
    atexit.register(shutil.rmtree, name, ignore_errors=True)
    return Path(name)


def fuzz_bundle(data: bytes) -> None:
    file = folder() / "any.zip"
    file.write_bytes(data)
    with suppress(BundleError):
        assert open_bundle(file).contents


def seeds(name: str) -> list[bytes]:
    """Inputs to begin with: recorded talks, and for bundles a real one."""
    if name == "bundle":
        return [a_bundle()]
    return [seed for talk in islice(recorded(), 200) for seed in as_seeds(name, *talk)]


def recorded() -> Iterator[tuple[str, str, list[tuple[str, bytes]]]]:
    import json

    for file in sorted((Path(__file__).parents[1] / "recordings").glob("*.json")):
        raw = json.loads(file.read_text(encoding="utf-8"))
        yield raw["protocol"], raw["framing"], [(way, bytes.fromhex(data)) for way, data in raw["talk"]]


def as_seeds(name: str, id: str, framing: str, talk: list[tuple[str, bytes]]) -> Iterator[bytes]:
    kind, _, only = name.partition(":")
    if only and only != id:
        return
    protocol = protocols()[id]
    number = protocol.framings.index(framing)
    head = b"" if only or kind == "redact" else bytes([list(protocols()).index(id)])
    came = [data for way, data in talk if way == "in"]
    if kind == "talk":
        yield head + bytes([number]) + b"".join(bytes([len(d)]) + d for d in came if len(d) < 128)
    elif kind == "redact":
        yield bytes([1 + list(protocols()).index(id)]) + b"".join(came)
    else:
        yield head + bytes([number]) + b"".join(came)
        yield head + bytes([number + 2 * 16]) + b"".join(data for _, data in talk)


def a_bundle() -> bytes:
    from datetime import UTC, datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from kiosk.evidence.bundle import Contents, seal
    from kiosk.model.report import Report
    from kiosk.model.terminal import Level
    from kiosk.model.trace import Entry, TraceHeader, What

    at = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
    header = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "tcp", at.isoformat())
    contents = Contents(Report(at, 1.0, Level.INTERNAL), ((header, (Entry(0.1, What.SEND, b"\x05\x01\x00"),)),))
    file = folder() / "seed.zip"
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    seal(contents, file, key=key, pseudonym_key=b"p", kiosk="", version="0", now=at, names=())
    return file.read_bytes()
