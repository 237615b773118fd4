"""Every card number of the corpora, cut at every place over two writes, in each direction, with the other side talking
in between: what of it is left in the kept trace.

`splits.py --each 33` takes the whole; one JSON line at the end, and exit code 1 if anything was left. A test takes a
few places of every case.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.evidence.admit import admit
from kiosk.evidence.redaction import mask
from kiosk.model.trace import Entry, TraceHeader, What
from tests.fakes.card_writings import Written, written

OTHER = (b"\x06\x80\x00\x00", b"ok 12,90\r\n", b"4111 11", b"\x41\x11\x11\x11")
"""What the other side says in between: answers, text, and digits that must not be taken for part of the number."""
_WAYS = ((What.SEND, What.RECEIVE), (What.RECEIVE, What.SEND))
_KEY = bytes(32)


def left(case: Written, places: Iterable[int]) -> Iterator[tuple[int, What, list[str]]]:
    """Where a cut leaves seven digits or more, in which direction, and which."""
    seen: dict[bytes, list[str]] = {}
    for place in places:
        for ours, theirs in _WAYS:
            kept = _kept(case, place, ours, theirs)
            if kept not in seen:
                seen[kept] = _survivors(case, kept)
            if seen[kept]:
                yield place, ours, seen[kept]


def _kept(case: Written, place: int, ours: What, theirs: What) -> bytes:
    """What the first side said, as it is kept: as long as it was."""
    header = TraceHeader("till-1", "/dev/ttyUSB0", *case.told, "2026-03-12T14:30:00+00:00")
    parts = ((ours, case.data[:place]), (theirs, OTHER[place % len(OTHER)]), (ours, case.data[place:]))
    entries = admit([Entry(float(i), what, data) for i, (what, data) in enumerate(parts)], header, _KEY)
    assert [len(entry.data) for entry in entries] == [len(data) for _, data in parts]
    return entries[0].data + entries[2].data


def _survivors(case: Written, kept: bytes) -> list[str]:
    try:
        return case.survivors(kept)
    except (ValueError, SyntaxError):  # half of it was masked in another reading: it is as it stands or not at all
        return Written(case.form, case.data, case.number, bytes).survivors(kept)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=33, help="cases of every form")
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--every", type=int, default=1, help="take every so many-th place")
    args = parser.parse_args()
    mask.redact = lru_cache(8)(mask.redact)  # the joined bytes are the same at every cut
    began, cases, cuts, bad = time.process_time(), 0, 0, Counter[str]()
    with suppress(KeyboardInterrupt):  # tells how far it came
        for case in written(args.seed, args.each):
            places = range(1, len(case.data), args.every)
            for place, ours, runs in left(case, places):
                bad[case.form] += 1
                sys.stderr.write(f"{case.form} cut at {place} ({ours.value}): {runs[0]} left of {case.data[:200]!r}\n")
            cases, cuts = cases + 1, cuts + 2 * len(places)
    told = {"cases": cases, "cuts": cuts, "left": sum(bad.values()), "forms": dict(bad)}
    sys.stdout.write(json.dumps(told | {"seconds": round(time.process_time() - began)}) + "\n")
    return int(bool(bad))


if __name__ == "__main__":
    raise SystemExit(main())
