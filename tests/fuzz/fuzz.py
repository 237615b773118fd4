"""Fuzzes by hand or by `make fuzz`: `python tests/fuzz/fuzz.py [TARGET ...] --runs N --seconds S`; one JSON line each.

Led by coverage with atheris where it is installed (Linux), with hypothesis elsewhere. Each target runs in a process
of its own with bounded memory; an input that breaks something is kept in the folder `--keep` and named.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
MEMORY = 1024  # MiB for the whole process, the interpreter and its coverage included
LONGEST = 4096  # bytes of an input
PATIENCE = 20  # seconds for one input


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("target", nargs="*", help="such as decode:zvt, talk:escpos, redact, bundle; without: all")
    parser.add_argument("--runs", type=int, default=1_000_000, help="inputs for each target (1000000)")
    parser.add_argument("--seconds", type=int, default=0, help="most seconds for each target (0: no limit)")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where broken inputs are kept")
    parser.add_argument("--list", action="store_true", help="name the targets")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        return inside(args.target[0], args.runs, args.seconds, args.keep)
    names = args.target or every_target()
    if args.list:
        sys.stdout.write("\n".join(names) + "\n")
        return 0
    args.keep.mkdir(parents=True, exist_ok=True)
    told = [outside(name, args.runs, args.seconds, args.keep) for name in names]
    return int(not all(one["ok"] for one in told))


def every_target() -> list[str]:
    """Those of one protocol each; `decode` and `talk`, which take all in turn, are for a short run."""
    from targets import targets

    return sorted(name for name in targets() if name not in ("decode", "talk"))


def outside(name: str, runs: int, seconds: int, keep: Path) -> dict[str, object]:
    """One target in a process of its own; prints and gives back what came of it."""
    began = time.monotonic()
    options = ["--runs", str(runs), "--seconds", str(seconds), "--keep", str(keep), "--inside"]
    ran = subprocess.run([sys.executable, __file__, name, *options], capture_output=True, text=True, check=False)
    words = ran.stdout + ran.stderr
    took = time.monotonic() - began
    told: dict[str, object] = {
        "target": name,
        "ok": ran.returncode == 0,
        "inputs": _number(r"stat::number_of_executed_units:\s*(\d+)", words) or _number(r"INPUTS (\d+)", words),
        "seconds": round(took, 1),
        "edges": _last(r"cov: (\d+)", words),
        "peak_mib": _number(r"stat::peak_rss_mb:\s*(\d+)", words),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    if ran.returncode:
        sys.stderr.write(words[-6000:])
    return told


def _number(pattern: str, words: str) -> int:
    found = re.search(pattern, words)
    return int(found.group(1)) if found else 0


def _last(pattern: str, words: str) -> int:
    found = re.findall(pattern, words)
    return int(found[-1]) if found else 0


def inside(name: str, runs: int, seconds: int, keep: Path) -> int:
    if find_spec("atheris") is None:
        return with_hypothesis(name, runs, seconds)
    return with_atheris(name, runs, seconds, keep)


def with_atheris(name: str, runs: int, seconds: int, keep: Path) -> int:
    import atheris

    with atheris.instrument_imports(include=["kiosk"]):
        from targets import seeds, targets

        target = targets()[name]  # protocols are imported when first asked for
    with tempfile.TemporaryDirectory(prefix="kiosk-corpus-") as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / f"seed-{number}").write_bytes(seed)
        options = [f"-runs={runs}", f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-rss_limit_mb={MEMORY}"]
        options += [
            f"-timeout={PATIENCE}",
            "-print_final_stats=1",
            f"-artifact_prefix={keep}/{name.replace(':', '-')}-",
        ]
        atheris.Setup([sys.argv[0], *options, corpus], target)
        atheris.Fuzz()
    return 0


def with_hypothesis(name: str, runs: int, seconds: int) -> int:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
    from targets import seeds, targets

    target, end, count = targets()[name], time.monotonic() + (seconds or float("inf")), 0
    start = st.sampled_from(seeds(name))
    mixed = st.builds(lambda seed, cut, more: seed[:cut] + more, start, st.integers(0, LONGEST), st.binary(max_size=64))

    @settings(max_examples=runs, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.binary(max_size=600), mixed))
    def fed(data: bytes) -> None:
        nonlocal count
        if time.monotonic() < end:
            count += 1
            target(data)

    fed()
    sys.stdout.write(f"INPUTS {count}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
