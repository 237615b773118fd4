"""Fuzzes by hand or by `make fuzz`: `python tests/fuzz/fuzz.py [TARGET ...] --runs N --seconds S`; one JSON line each.

With atheris where it is installed (Linux): first led by coverage, which makes the decoder many times slower, then
blind from the inputs found so. With hypothesis elsewhere. Each part runs in a process of its own with bounded memory;
an input that breaks something is kept in the folder `--keep` and named.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
MEMORY = 1024  # MiB for the whole process, the interpreter and its coverage included
LONGEST = 1024  # bytes of an input; longer ones are the property tests' of each decoder
LED = 60  # most seconds led by coverage, or half the time there is
PATIENCE = 20  # seconds for one input


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("target", nargs="*", help="such as decode:zvt, talk:escpos, redact, bundle; without: all")
    parser.add_argument("--runs", type=int, default=1_000_000, help="inputs for each target (1000000)")
    parser.add_argument("--seconds", type=int, default=0, help="most seconds for each target (0: no limit)")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where broken inputs are kept")
    parser.add_argument("--list", action="store_true", help="name the targets")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="targets at once (one a core)")
    parser.add_argument("--inside", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        return PARTS[args.inside](args.target[0], args)
    names = args.target or every_target()
    if args.list:
        sys.stdout.write("\n".join(names) + "\n")
        return 0
    args.keep.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(args.jobs) as pool:
        return int(not all(list(pool.map(lambda name: outside(name, args), names))))


def every_target() -> list[str]:
    """Those of one protocol each; `decode` and `talk`, which take all in turn, are for a short run."""
    from targets import targets

    return sorted(name for name in targets() if name not in ("decode", "talk"))


def outside(name: str, args: argparse.Namespace) -> bool:
    """One target, part after part; prints one line of what came of it."""
    began, told = time.monotonic(), {"led": 0, "blind": 0}
    half = min((args.seconds + 1) // 2, LED)
    limits = {"led": half or LED, "blind": args.seconds - half} if find_spec("atheris") else {"any": args.seconds}
    edges, peak, broken = 0, 0, ""
    with tempfile.TemporaryDirectory(prefix="kiosk-corpus-") as corpus:
        for part, seconds in limits.items():
            runs = args.runs - sum(told.values())
            if broken or runs <= 0:
                break
            ran = _part(name, part, runs, seconds, Path(corpus), args.keep)
            words = ran.stdout + ran.stderr
            told[part] = _first(r"stat::number_of_executed_units:\s*(\d+)", words) or _first(r"INPUTS (\d+)", words)
            edges = max([edges, *map(int, re.findall(r"cov: (\d+)", words))])
            peak = max(peak, _first(r"stat::peak_rss_mb:\s*(\d+)", words))
            broken = words[-6000:] if ran.returncode else ""
    line = {"target": name, "ok": not broken, "inputs": sum(told.values()), **told}
    line |= {"seconds": round(time.monotonic() - began, 1), "edges": edges, "peak_mib": peak}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    sys.stderr.write(broken)
    return not broken


def _part(name: str, part: str, runs: int, seconds: int, corpus: Path, keep: Path) -> subprocess.CompletedProcess[str]:
    options = ["--inside", part, "--runs", str(runs), "--seconds", str(seconds)]
    options += ["--corpus", str(corpus), "--keep", str(keep)]
    return subprocess.run([sys.executable, __file__, name, *options], capture_output=True, text=True, check=False)


def _first(pattern: str, words: str) -> int:
    found = re.search(pattern, words)
    return int(found.group(1)) if found else 0


def led(name: str, args: argparse.Namespace) -> int:
    """Begins with what was recorded; leaves in the corpus what reached something new."""
    import atheris

    with atheris.instrument_imports(include=["kiosk"]):
        from targets import seeds, targets

        target = targets()[name]  # protocols are imported when first asked for
    for number, seed in enumerate(seeds(name)):
        (args.corpus / f"seed-{number}").write_bytes(seed)
    return with_atheris(target, args)


def blind(name: str, args: argparse.Namespace) -> int:
    """Changes of what is in the corpus, as fast as the decoder is."""
    from targets import targets

    return with_atheris(targets()[name], args, "-keep_seed=1", "-len_control=0")


def with_atheris(target: Callable[[bytes], None], args: argparse.Namespace, *more: str) -> int:
    import atheris

    limits = [f"-runs={args.runs}", f"-max_total_time={args.seconds}", f"-max_len={LONGEST}"]
    limits += [f"-rss_limit_mb={MEMORY}", f"-timeout={PATIENCE}"]
    kept = f"-artifact_prefix={args.keep}/{args.target[0].replace(':', '-')}-"
    atheris.Setup([sys.argv[0], *limits, *more, "-print_final_stats=1", kept, str(args.corpus)], target)
    atheris.Fuzz()
    return 0


def drawn(name: str, args: argparse.Namespace) -> int:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
    from targets import seeds, targets

    target, end, count = targets()[name], time.monotonic() + (args.seconds or float("inf")), 0
    start = st.sampled_from(seeds(name))
    mixed = st.builds(lambda seed, cut, more: seed[:cut] + more, start, st.integers(0, LONGEST), st.binary(max_size=64))

    @settings(max_examples=args.runs, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(st.binary(max_size=600), mixed))
    def fed(data: bytes) -> None:
        nonlocal count
        if time.monotonic() < end:
            count += 1
            target(data)

    fed()
    sys.stdout.write(f"INPUTS {count}\n")
    return 0


PARTS = {"led": led, "blind": blind, "any": drawn}

if __name__ == "__main__":
    sys.exit(main())
