"""What `bench_bundle.py` measures, apart from it: a process that sealing starts imports that file, not this."""

from __future__ import annotations

import hashlib
import json
import random
import resource
import statistics
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.diagnostics.runner import Plan, run
from kiosk.evidence.admit import keep
from kiosk.evidence.bundle import Contents, Sealed, open_bundle, seal, verify
from kiosk.evidence.codec import encode_trace
from kiosk.model.report import Facts, HostFact, Report, SeenPort
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.model.trace import Entry, TraceHeader, What
from kiosk.protocols.protocol import protocols
from kiosk.simulator.device import Setup
from kiosk.simulator.kinds import kinds
from tests.fakes.clean_corpus import KINDS
from tests.fakes.device_channel import DeviceChannel

SEAL_BAR, OPEN_BAR, ROUNDS = 10.0, 3.0, 5
MEGABYTES = 50
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PSEUDONYM_KEY = b"p" * 32
NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
PORT = "/dev/ttyUSB0"
FACTS = Facts(NOW, ports=(SeenPort(PORT, True, True),), host=(HostFact("os", "Linux"), HostFact("memory", 1234, "MiB")))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "case.zip"
        mixed = sealed(path, foreign_traces(), ())
        real = sealed(path, real_traces(), log())
        file = real.file
        more = {
            "unpacked_mb": round(sum(member.size for member in file.manifest.members) / 1e6, 1),
            "file_mb": round(file.size / 1e6, 1),
            "left_out": len(file.manifest.left_out),
            "cpu_seconds": round(real.cpu, 2),
            "keep_cpu_seconds": round(real.keeping, 2),
            "mixed_cpu_seconds": round(mixed.cpu, 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
            "peak_other_process_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3),
        }
        told("bundle_seal", real.wall, "s for 50 MB", SEAL_BAR, more)
        pairs = [(*opened(path), bare(path)) for _ in range(ROUNDS)]
    value = statistics.median(ours / theirs for ours, _, theirs in pairs)
    told(
        "bundle_open",
        value,
        "x bare zip, hash, signature",
        OPEN_BAR,
        {
            "seconds": round(statistics.median(p[0] for p in pairs), 3),
            "with_every_word_read": round(statistics.median((p[0] + p[1]) / p[2] for p in pairs), 3),
        },
    )


Trace = tuple[TraceHeader, tuple[Entry, ...]]


class Timed(NamedTuple):
    """Seconds: by the clock and of all processes' work while sealing, of work while keeping."""

    wall: float
    cpu: float
    keeping: float
    file: Sealed


def sealed(path: Path, traces: list[Trace], lines: tuple[str, ...]) -> Timed:
    before = worked()
    kept = [keep(header, entries, PSEUDONYM_KEY) for header, entries in traces]
    began, between = time.perf_counter(), worked()
    file = seal(
        Contents(Report(NOW, 1.5, Level.INTERNAL, (), FACTS), (), log=lines),
        path,
        key=KEY,
        pseudonym_key=PSEUDONYM_KEY,
        kiosk="kiosk",
        version="0.1",
        now=NOW,
        canaries=(b"canary",),
        kept=kept,
    )
    return Timed(time.perf_counter() - began, worked() - between, between - before, file)


def worked() -> float:
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


def real_traces() -> list[Trace]:
    """Check after check over every simulated device, a minute apart, until all together are as large as wanted."""
    rng = random.Random(3)
    ways = [
        (kind, framing)
        for kind in sorted(kinds().keys() & protocols().keys())
        for framing in protocols()[kind].framings
    ]
    return [_trace(rng, kind, framing, 0.96 * MEGABYTES * 1e6 / len(ways)) for kind, framing in ways]


def _trace(rng: random.Random, kind: str, framing: str, size: float) -> Trace:
    faults = [None] * 6 + sorted(set(kinds()[kind].all_faults) - {"unplugged", "cable_out"})
    at, entries, written = NOW, list[Entry](), 0
    while written < size:
        at += timedelta(minutes=1)
        header, more = _checked(kind, framing, rng.choice(faults), at)
        entries += (msgspec.structs.replace(e, at=round(e.at + (at - NOW).seconds, 6)) for e in more)
        written += len(encode_trace(header, entries[len(entries) - len(more) :]))
    return msgspec.structs.replace(header, terminal=f"{kind}-{framing}"), tuple(entries)


def _checked(kind: str, framing: str, fault: str | None, at: datetime) -> Trace:
    device = kinds()[kind].build(
        Setup(framing=framing, latency=0.0, faults={fault} if fault else set(), now=lambda: at.timetuple()[:6])
    )
    terminal = Terminal("1", Port(PORT), kind=protocols()[kind].kind, protocol=kind, framing=framing, asks_first=True)
    plan = Plan((terminal,), Level.INTERNAL, 20.0, msgspec.structs.replace(FACTS, at=at), may_act=True)
    (trace,) = run(plan, emit=lambda _e: None, open_channel=lambda _t: DeviceChannel(device)).traces
    return trace.header, trace.entries


def log() -> tuple[str, ...]:
    lines = int(0.04 * MEGABYTES * 1e6 / 74)
    return tuple(
        f"2026-03-12T14:{i // 60 % 60:02}:{i % 60:02}.{i % 1000:03}Z INFO till-{i % 8}: status read in {i % 900} ms"
        for i in range(lines)
    )


def foreign_traces() -> list[Trace]:
    """Bytes of all kinds of no protocol, in pieces as they come from a line."""
    rng = random.Random(3)
    traces = []
    for terminal in range(8):
        entries: list[Entry] = []
        size = 0.0
        while size < MEGABYTES * 1e6 / 8 / 5:
            data = rng.choice(KINDS)(rng)
            for at in range(0, len(data), 512):
                entries.append(Entry(len(entries) / 100, What.RECEIVE, data[at : at + 512]))
                size += len(data[at : at + 512]) * 4 / 3 + 46
        began = f"2026-03-12T14:3{terminal}:00+00:00"
        traces.append((TraceHeader(f"till-{terminal}", PORT, None, None, began), tuple(entries)))
    return traces


def opened(path: Path) -> tuple[float, float]:
    """Seconds until it is known to be whole and whose it is, and then until every trace is read."""
    began = time.perf_counter()
    bundle = open_bundle(path)
    if not verify(bundle, [KEY.public_key().public_bytes_raw()]).intact:
        sys.exit("the bundle was not intact")
    between = time.perf_counter()
    assert bundle.contents.traces
    return between - began, time.perf_counter() - between


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
