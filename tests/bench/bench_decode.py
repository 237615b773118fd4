"""ZVT frames a second from bytes to JSON: `kiosk decode --json` against `tshark -T ek` on the same messages.

Whole processes, turn and turn about, both writing to a file; the value is the median of the ratios.
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.evidence.pcapng import export
from kiosk.model.trace import Entry, TraceHeader, What
from tests.fakes.card_corpus import ll, packed, status_fields, zvt_status
from tests.fakes.card_writings import card_number

ROOT = Path(__file__).resolve().parents[2]
BAR, FRAMES, PAIRS = 1.0, 12_000, 3
ACCEPTED = bytes.fromhex("800000")
STATUS = bytes.fromhex("060f0bf0f0f7322e31342e313500")


def main() -> None:
    if shutil.which("tshark") is None:
        sys.exit("tshark is not here")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recorded, capture = written(folder)
        kiosk = [
            sys.executable,
            "-m",
            "kiosk",
            "decode",
            "--protocol",
            "zvt",
            "--framing",
            "tcp",
            "--json",
            str(recorded),
        ]
        shark = ["tshark", "-n", "-r", str(capture), "-d", "tcp.port==20007,zvt", "-T", "ek"]
        check(seconds(kiosk, folder / "ours")[1], seconds(shark, folder / "theirs")[1])
        pairs = [(seconds(shark, folder / "theirs")[0], seconds(kiosk, folder / "ours")[0]) for _ in range(PAIRS)]
    value = round(statistics.median(theirs / ours for theirs, ours in pairs), 3)
    more = {
        "frames_a_second": round(FRAMES / statistics.median(p[1] for p in pairs)),
        "tshark_frames_a_second": round(FRAMES / statistics.median(p[0] for p in pairs)),
    }
    print(json.dumps({"bench": "decode", "value": value, "unit": "x tshark", "bar": BAR, "holds": value >= BAR} | more))


def messages() -> list[tuple[What, bytes]]:
    """Status enquiries with their answers, and payments of a till: two of five payments hold a card number."""
    rng = random.Random(1)
    found: list[tuple[What, bytes]] = []
    while len(found) < FRAMES:
        card = b"\x22" + ll(packed(card_number(rng))) if rng.random() < 0.4 else b""
        found += [
            (What.SEND, bytes.fromhex("050100")),
            (What.RECEIVE, ACCEPTED),
            (What.RECEIVE, STATUS),
            (What.SEND, ACCEPTED),
            (What.RECEIVE, zvt_status(status_fields(rng, card))),
            (What.SEND, ACCEPTED),
        ]
    return found[:FRAMES]


def written(folder: Path) -> tuple[Path, Path]:
    talk = messages()
    recorded, capture = folder / "talk.bin", folder / "talk.pcapng"
    recorded.write_bytes(b"".join(data for _, data in talk))
    header = TraceHeader("till-1", "tcp://192.0.2.2:20007", "zvt", "tcp", "2026-03-12T14:30:00+00:00")
    capture.write_bytes(export([(header, [Entry(i / 1000, what, data) for i, (what, data) in enumerate(talk)])]))
    return recorded, capture


def seconds(command: list[str], answer: Path) -> tuple[float, bytes]:
    with answer.open("wb") as file:
        began = time.perf_counter()
        subprocess.run(command, stdout=file, stderr=subprocess.DEVNULL, cwd=ROOT, check=True)
        took = time.perf_counter() - began
    return took, answer.read_bytes()


def check(ours: bytes, theirs: bytes) -> None:
    """Both read every message, or nothing was measured. tshark 4.0 has no words for 05 01, one message of six."""
    frames, named = len(json.loads(ours)["frames"]), theirs.count(b'"zvt"')
    if frames != FRAMES or named < FRAMES * 5 // 6:
        sys.exit(f"of {FRAMES} messages we read {frames}, tshark {named}")


if __name__ == "__main__":
    main()
