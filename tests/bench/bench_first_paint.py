"""First paint of Home against an empty PySide6 window's: interleaved pairs of processes, the median of their ratios.

Prints one JSON line a bar: {"bench", "value", "unit", "bar", "holds"}. Starts Xvfb where there is no display. Both
sides run from compiled modules, as every installed program does.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAIRS = 15
RATIO_BAR, MEMORY_BAR = 1.25, 80.0

EMPTY = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

class Empty(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, lambda: print("FIRST-PAINT 0", flush=True))

app = QApplication([])
window = Empty()
window.resize(1280, 800)
window.show()
app.exec()
"""


def kiosk_command() -> list[str]:
    """`kiosk app` itself; before it exists, or with --page, the window alone with a Home from a file."""
    if (ROOT / "kiosk" / "commands" / "app.py").is_file() and "--page" not in sys.argv:
        return [sys.executable, "-m", "kiosk", "app", "--mark-first-paint"]
    return [sys.executable, str(Path(__file__).with_name("home_window.py"))]


def first_paint(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from the start of the process to its mark, and MiB resident then."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as child:
        try:
            words = _marked(child)
            took = time.perf_counter() - started
        finally:
            child.kill()
    return took, int(words[1]) / 1024


def _marked(child: subprocess.Popen[bytes]) -> list[bytes]:
    assert child.stdout is not None
    while select.select([child.stdout], [], [], 30)[0]:
        line = child.stdout.readline()
        if line.startswith(b"FIRST-PAINT"):
            return line.split()
        if not line:
            break
    raise SystemExit("No FIRST-PAINT mark came.")


@contextmanager
def display() -> Iterator[dict[str, str]]:
    """An environment with a display and a home of its own, so that nothing a user keeps is read or changed."""
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"first-paint-{os.getpid()}"
    kept = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "c"), "XDG_DATA_HOME": str(folder / "d")}
    environment = {**os.environ, **kept, "XDG_STATE_HOME": str(folder / "s"), "XDG_CACHE_HOME": str(folder / "k")}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    folder.mkdir(parents=True)
    server = None
    if "DISPLAY" not in environment:
        read, write = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        environment["DISPLAY"] = f":{os.read(read, 16).decode().strip()}"
    try:
        yield environment
    finally:
        if server is not None:
            server.terminate()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    ratios, sizes, kiosk_times = [], [], []
    empty = [sys.executable, "-c", EMPTY]
    with display() as environment:
        for command in (empty, kiosk_command()):  # caches warm for both
            first_paint(command, environment)
        for _ in range(PAIRS):
            bare, _ = first_paint(empty, environment)
            ours, size = first_paint(kiosk_command(), environment)
            ratios.append(ours / bare)
            sizes.append(size)
            kiosk_times.append(ours)
    return 0 if all([
        _told("first_paint_ratio", statistics.median(ratios), "x empty window", RATIO_BAR),
        _told("first_paint_rss", statistics.median(sizes), "MiB", MEMORY_BAR),
    ]) else 1  # fmt: skip


def _told(bench: str, value: float, unit: str, bar: float) -> bool:
    holds = value <= bar
    print(json.dumps({"bench": bench, "value": round(value, 3), "unit": unit, "bar": bar, "holds": holds}))
    return holds


if __name__ == "__main__":
    sys.exit(main())
