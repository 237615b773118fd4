"""Redaction against a plain expression with Luhn, turn and turn about over the same 50 MB of mixed data.

Three mixes: clean, one piece in fifty with card data, one in twenty. Then every form of the corpora, and hits on clean
data by megabyte. Times are of the processor: what neighbours take is not ours.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.evidence.redaction import redact
from tests.fakes.card_corpus import positives
from tests.fakes.card_writings import written
from tests.fakes.clean_corpus import KINDS, mixed

BAR, FALSE_BAR = 0.25, 10.0
MEGABYTES, PARTS = 50, 5
PLAIN = re.compile(rb"(?:\d[ -]?){13,19}")
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def main() -> None:
    redact(b"", "zvt")  # loads what a first call loads
    clean = speed("redaction_clean", 0.0)
    speed("redaction_2_percent", 0.02)
    speed("redaction_5_percent", 0.05)
    told("redaction_false_hits", clean / MEGABYTES, "hits per MB", FALSE_BAR, clean / MEGABYTES < FALSE_BAR)
    by_kind()
    forms()


def speed(bench: str, dirty: float) -> int:
    """MB/s of ours as a part of the plain expression's: the median over the parts. Returns the hits of ours."""
    ratios, ours, hits, plain = [], [], 0, 0
    for part in range(PARTS):
        data = mixed(100 + part, MEGABYTES * 1_000_000 // PARTS, dirty=dirty)
        began = time.process_time()
        plain += reference(data)
        between = time.process_time()
        hits += sum(redact(data).counts.values())
        ended = time.process_time()
        ratios.append((between - began) / (ended - between))
        ours.append(len(data) / 1e6 / (ended - between))
    value = statistics.median(ratios)
    more = {
        "mb_a_second": round(statistics.median(ours), 2),
        "megabytes": MEGABYTES,
        "masked": hits,
        "plain_finds": plain,
    }
    told(bench, value, "x plain expression", BAR, value >= BAR, more)
    return hits


def reference(data: bytes) -> int:
    return sum(luhn(re.sub(rb"\D", b"", found.group())) for found in PLAIN.finditer(data))


def luhn(digits: bytes) -> bool:
    total = 0
    for i, digit in enumerate(reversed(digits)):
        total += DOUBLED[digit - 48] if i % 2 else digit - 48
    return total % 10 == 0


def by_kind() -> None:
    """The worst kind of clean data, each for itself."""
    rng, worst, rates = random.Random(7), "", {}
    for kind in KINDS:
        parts: list[bytes] = []
        while sum(map(len, parts)) < 300_000:
            parts += [kind(rng) for _ in range(20)]
        data = b"\n".join(parts)
        rates[kind.__name__.strip("_")] = sum(redact(data).counts.values()) / len(data) * 1e6
    worst = max(rates, key=lambda name: rates[name])
    more = {"kind": worst, "kinds": {name: round(rate, 1) for name, rate in rates.items()}}
    told("redaction_false_hits_worst_kind", rates[worst], "hits per MB", FALSE_BAR, rates[worst] < FALSE_BAR, more)


def forms() -> None:
    cases = list(positives(200, 60))
    missed = [c.form for c in cases if redact(c.data, c.protocol, c.framing).data == c.data]
    writings = list(written(201, 30))
    missed += [c.form for c in writings if c.survivors(redact(c.data, *c.told).data)]
    of = len(cases) + len(writings)
    kinds = len({c.form for c in cases}) + len({c.form for c in writings})
    more = {"missed": sorted(set(missed))[:10], "cases": of, "forms": kinds}
    told("redaction_found", 1 - len(missed) / of, "part of all cases", 1.0, not missed, more)


def told(bench: str, value: float, unit: str, bar: float, holds: bool, more: dict[str, object] | None = None) -> None:
    line = {"bench": bench, "value": round(value, 4), "unit": unit, "bar": bar, "holds": holds}
    print(json.dumps(line | (more or {})), flush=True)


if __name__ == "__main__":
    main()
