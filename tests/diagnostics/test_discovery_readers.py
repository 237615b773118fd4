"""Hundreds of real card readers, laid out as sysfs lays them out, among keyboards, hubs, modems and cameras."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
import tomllib
from pathlib import Path
from shutil import which

import pytest

from kiosk.diagnostics import discovery
from kiosk.diagnostics.discovery import devices, ports, sysfs
from kiosk.diagnostics.discovery.models import Models, parse
from kiosk.model.terminal import Kind
from kiosk.resources import root

DUMPS = Path(__file__).parents[2].parent / "shared" / "data" / "ccid_readers"
OTHERS = {  # around a till, and no terminal: place -> (ids, class of the device, classes of its interfaces)
    "9-1": ("046d:c31c", "00", ("03", "03")),  # keyboard
    "9-2": ("0bda:5411", "09", ("09",)),  # hub
    "9-3": ("0b00:5411", "09", ("09",)),  # the same hub, misread
    "9-4": ("12d1:1506", "00", ("ff", "ff", "08")),  # modem
    "9-5": ("046d:0825", "ef", ("0e", "0e", "01")),  # camera
    "9-6": ("0fd9:0060", "00", ("03",)),  # stream deck
    "9-7": ("1199:9071", "ef", ("02", "0a")),  # modem with a serial port
}


@pytest.fixture(scope="module")
def models() -> Models:
    return parse(tomllib.loads((root() / "terminals.toml").read_text(encoding="utf-8")))


def plug(tree: Path, path: str, ids: str, cls: str, interfaces: tuple[str, ...], **words: object) -> None:
    folder = tree / path
    folder.mkdir()
    vid, _, pid = ids.partition(":")
    for name, word in {"idVendor": vid, "idProduct": pid, "bDeviceClass": cls, **words}.items():
        (folder / name).write_bytes(word if isinstance(word, bytes) else f"{word}\n".encode())
    for number, its in enumerate(interfaces):
        (folder / f"{path}:1.{number}").mkdir()
        (folder / f"{path}:1.{number}" / "bInterfaceClass").write_text(f"{its}\n")


def word(name: str, text: str) -> str:
    """A dump leaves out the name of a reader that tells none."""
    found = re.search(rf"^ *{name}: *(?:0x)?(.*)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def dumped(tree: Path, number: int, file: Path, *, with_interfaces: bool) -> None:
    text = file.read_text(encoding="utf-8", errors="replace")
    classes = tuple(c.lower() for c in re.findall(r"bInterfaceClass: 0x(\w\w)", text))
    described = b"".join(
        struct.pack("9B", 9, 4, 0, 0, 2, int(c, 16), 0, 0, 0) + bytes([54, 0x21, *bytes(52)]) for c in classes
    )
    plug(
        tree,
        f"1-{number}",
        ":".join(word(name, text)[:4] for name in ("idVendor", "idProduct")).lower(),
        "00",
        classes if with_interfaces else (),
        manufacturer=word("iManufacturer", text),
        product=word("iProduct", text),
        descriptors=bytes([18, 1, *bytes(16)]) + described,
    )


@pytest.fixture
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """All readers and what is no terminal, a folder each; its parameter: whether interfaces have folders too."""
    for number, file in enumerate(readers(), 1):
        dumped(tmp_path, number, file, with_interfaces=request.param)
    for path, (ids, cls, interfaces) in OTHERS.items():
        plug(tmp_path, path, ids, cls, interfaces)
    return tmp_path


def readers() -> list[Path]:
    return sorted(DUMPS.glob("*.txt"))


def judge(found: dict[str, tuple[Kind, str]]) -> None:
    """By place on the bus: every reader is one and has a name, and nothing else is taken for a terminal."""
    assert len(readers()) > 300
    assert len(found) == len(readers()) + len(OTHERS)
    told = [(file.name, *found[f"1-{number}"]) for number, file in enumerate(readers(), 1)]
    assert not [one for one in told if one[1] is not Kind.SMART_CARD_READER or not one[2]]
    taken = {path: found[path][0] for path in OTHERS}
    assert not set(taken.values()) & {Kind.TERMINAL, Kind.SMART_CARD_READER, Kind.CARD_READER, Kind.PRINTER}, taken
    assert [taken["9-2"], taken["9-3"]] == [Kind.HUB, Kind.HUB]


@pytest.mark.skipif(not DUMPS.is_dir(), reason="the dumps of readers are not here")
@pytest.mark.parametrize("tree", [True, False], indirect=True)
def test_every_reader_is_a_named_reader_and_nothing_else_is_a_terminal(tree, monkeypatch, models):
    attached = sysfs.attached(tree)
    monkeypatch.setattr(sysfs, "attached", lambda: attached)
    monkeypatch.setattr(sysfs, "is_there", lambda: True)
    monkeypatch.setattr(ports, "ports_beside", lambda known: ())
    monkeypatch.setattr(discovery, "reader_names", tuple)
    judge({d.usb.path: (d.kind, d.model) for d in devices(models) if d.usb})


MOCKED = """
import json, sys
from pathlib import Path
sys.path.append("/usr/lib/python3/dist-packages")
import gi
gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev
from kiosk.commands.devices import models
from kiosk.diagnostics.discovery import devices

bed = UMockdev.Testbed.new()
assert UMockdev.in_mock_environment()
for folder in sorted(Path(sys.argv[1]).iterdir()):
    files = [f for f in folder.iterdir() if f.is_file() and f.name != "descriptors"]
    top = bed.add_device("usb", folder.name, None, [w for f in files for w in (f.name, f.read_text().strip())], [])
    if (folder / "descriptors").exists():
        bed.set_attribute_binary(top, "descriptors", (folder / "descriptors").read_bytes())
    for face in (f for f in folder.iterdir() if f.is_dir()):
        bed.add_device("usb", face.name, top, ["bInterfaceClass", (face / "bInterfaceClass").read_text().strip()], [])
print(json.dumps({d.usb.path: [d.kind, d.model] for d in devices(models()) if d.usb}))
"""


@pytest.mark.skipif(which("umockdev-wrapper") is None, reason="umockdev is not installed")
@pytest.mark.skipif(not DUMPS.is_dir(), reason="the dumps of readers are not here")
@pytest.mark.parametrize("tree", [True], indirect=True)
def test_a_mocked_system_with_all_of_them_lists_each(tree):
    command = ["umockdev-wrapper", sys.executable, "-c", MOCKED, str(tree)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if "No module named 'gi'" in run.stderr or "Namespace UMockdev not available" in run.stderr:
        pytest.skip("python3-gi or gir1.2-umockdev-1.0 is not installed")
    assert run.returncode == 0, run.stderr
    judge({path: (Kind(kind), model) for path, (kind, model) in json.loads(run.stdout).items()})
