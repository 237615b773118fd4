"""`kiosk devices --json` against a bare script that lists ports and bus: whole processes in turn, medians of both.

Prints one JSON line: {"bench", "value", "unit", "bar", "holds"}. The bare script is what anybody would write with
pyserial and pyusb. Both sides run from compiled modules, as every installed program does.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAIRS = 21
BAR = 1.3

BARE = """
import json

import libusb_package
import usb.core
from serial.tools import list_ports

ports = [{"port": p.device, "vid": p.vid, "pid": p.pid} for p in list_ports.comports()]
try:
    found = usb.core.find(find_all=True, backend=libusb_package.get_libusb1_backend())
    bus = [{"vid": d.idVendor, "pid": d.idProduct, "path": d.port_numbers} for d in found]
except usb.core.USBError:
    bus = []
print(json.dumps({"ports": ports, "bus": bus}))
"""


def seconds(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT, check=True)
    return time.perf_counter() - began


def main() -> int:
    bare, kiosk = [], []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE, encoding="utf-8")
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        ours = [sys.executable, "-m", "kiosk", "devices", "--json"]
        for pair in range(PAIRS + 1):
            theirs_took = seconds([sys.executable, str(script)], environment)
            ours_took = seconds(ours, environment)
            if pair:  # the first pair warms the caches of both
                bare.append(theirs_took)
                kiosk.append(ours_took)
    ratio = statistics.median(kiosk) / statistics.median(bare)
    figure = {"bench": "devices", "value": round(ratio, 3), "unit": "x bare script", "bar": BAR, "holds": ratio <= BAR}
    print(json.dumps(figure))
    return 0 if figure["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
