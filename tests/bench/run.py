"""Runs every benchmark `bench_*.py`, or those named, one after another, and prints one JSON line a figure.

A line is `{"bench", "value", "unit", "bar", "holds"}`. `holds: false` is printed like any other and makes the exit
status 1; a benchmark that cannot run says so with `value: null` and `error`. All together may take 20 minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ALL_MINUTES = 20
LONG, LONG_MINUTES = "_full", 120  # runs only when it is named
FIELDS = ("bench", "value", "unit", "bar", "holds")

Figure = dict[str, object]


def main(names: list[str]) -> int:
    minutes = LONG_MINUTES if any(name.endswith(LONG) for name in names) else ALL_MINUTES
    deadline = time.monotonic() + minutes * 60
    holds = True
    for script in scripts(HERE, names):
        for figure in figures(script, max(1.0, deadline - time.monotonic())):
            print(json.dumps(figure), flush=True)
            holds = holds and bool(figure["holds"])
    return 0 if holds else 1


def scripts(folder: Path, names: list[str]) -> list[Path]:
    """All benchmarks but the long ones, or those whose name is given; an unknown name is a mistake of the caller."""
    known = {path.stem.removeprefix("bench_"): path for path in sorted(folder.glob("bench_*.py"))}
    unknown = set(names) - set(known)
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
    return [path for name, path in known.items() if name in names or (not names and not name.endswith(LONG))]


def figures(script: Path, seconds: float) -> Iterator[Figure]:
    """What one benchmark measured; a crash, a time-out or a line that is none is a figure that does not hold."""
    name = script.stem.removeprefix("bench_")
    try:
        run = subprocess.run(
            [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, timeout=seconds, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired:
        yield failed(name, f"not done within {seconds:.0f} s")
        return
    seen = 0
    for line in filter(None, map(str.strip, run.stdout.splitlines())):
        seen += 1
        yield read(name, line)
    if run.returncode not in (0, 1) or not seen:
        yield failed(name, f"ended with status {run.returncode} after {seen} figures")


def read(name: str, line: str) -> Figure:
    try:
        figure = json.loads(line)
    except ValueError:
        return failed(name, f"not a figure: {line[:200]}")
    missing = [field for field in FIELDS if not isinstance(figure, dict) or field not in figure]
    return failed(name, f"without {', '.join(missing)}: {line[:200]}") if missing else figure


def failed(name: str, why: str) -> Figure:
    return {"bench": name, "value": None, "unit": "", "bar": None, "holds": False, "error": why}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
