"""Sealing 50 MB of traces and log, and opening the file against bare unzipping, hashing and checking the signature.

Sealing admits, masks, re-reads, hashes, packs and signs. Both ways of opening run turn and turn about in one process.
"""

from __future__ import annotations

import hashlib
import json
import random
import statistics
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.evidence.bundle import Contents, open_bundle, seal, verify
from kiosk.model.report import Report
from kiosk.model.terminal import Level
from kiosk.model.trace import Entry, TraceHeader, What
from tests.fakes.clean_corpus import KINDS

SEAL_BAR, OPEN_BAR, ROUNDS = 10.0, 3.0, 5
MEGABYTES = 50
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "case.zip"
        contents = evidence()
        began = time.perf_counter()
        sealed = seal(
            contents,
            path,
            key=KEY,
            pseudonym_key=b"p" * 32,
            kiosk="kiosk",
            version="0.1",
            now=NOW,
            canaries=(b"canary",),
        )
        took = time.perf_counter() - began
        unpacked = sum(member.size for member in sealed.manifest.members)
        more = {
            "unpacked_mb": round(unpacked / 1e6, 1),
            "file_mb": round(sealed.size / 1e6, 1),
            "left_out": len(sealed.manifest.left_out),
        }
        told("bundle_seal", took, "s for 50 MB", SEAL_BAR, more)
        pairs = [(opened(path), bare(path)) for _ in range(ROUNDS)]
    value = statistics.median(ours / theirs for ours, theirs in pairs)
    told(
        "bundle_open",
        value,
        "x bare zip, hash, signature",
        OPEN_BAR,
        {"seconds": round(statistics.median(p[0] for p in pairs), 3)},
    )


def evidence() -> Contents:
    """Traces of eight terminals, bytes of all kinds in pieces as they come from a line, and a log: 50 MB as sealed."""
    rng = random.Random(3)
    traces = []
    for terminal in range(8):
        entries: list[Entry] = []
        size = 0
        while size < MEGABYTES * 1e6 / 8 * 0.94:
            data = rng.choice(KINDS)(rng)
            for at in range(0, len(data), 512):
                entries.append(Entry(len(entries) / 100, What.RECEIVE, data[at : at + 512]))
                size += len(data[at : at + 512]) * 4 / 3 + 46
        header = TraceHeader(
            f"till-{terminal}", f"/dev/ttyUSB{terminal}", None, None, f"2026-03-12T14:3{terminal}:00+00:00"
        )
        traces.append((header, tuple(entries)))
    log = tuple(
        f"2026-03-12T14:30:{i % 60:02}.{i % 1000:03}Z INFO till-{i % 8}: status read in {i % 900} ms"
        for i in range(4_000)
    )
    return Contents(Report(NOW, 1.5, Level.INTERNAL, (), None), tuple(traces), log=log)


def opened(path: Path) -> float:
    began = time.perf_counter()
    if not verify(open_bundle(path), [KEY.public_key().public_bytes_raw()]).intact:
        sys.exit("the bundle was not intact")
    return time.perf_counter() - began


def bare(path: Path) -> float:
    """What any reader must do: unpack and hash every member, hash the file, check the signature of the manifest."""
    began = time.perf_counter()
    hashlib.sha256(path.read_bytes()).digest()
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for data in members.values():
        hashlib.sha256(data).digest()
    letters = "bcdfghjkmnpqrstv"
    values = [letters.index(chr(c)) for c in members["signature.txt"]]
    signature = bytes(h << 4 | low for h, low in zip(values[::2], values[1::2], strict=True))
    Ed25519PublicKey.from_public_bytes(KEY.public_key().public_bytes_raw()).verify(signature, members["manifest.json"])
    return time.perf_counter() - began


def told(bench: str, value: float, unit: str, bar: float, more: dict[str, object]) -> None:
    line = {"bench": bench, "value": round(value, 3), "unit": unit, "bar": bar, "holds": value <= bar}
    print(json.dumps(line | more), flush=True)


if __name__ == "__main__":
    main()
