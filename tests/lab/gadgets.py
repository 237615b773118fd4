"""USB devices of the guest's own making, by the kernel's configfs; plugs them in and out, and plays none of them.

Source: Linux Documentation/usb/gadget_configfs.rst, functionfs.rst and Documentation/ABI/testing/configfs-usb-gadget*.
"""

from __future__ import annotations

import itertools
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

CONFIG = Path("/sys/kernel/config/usb_gadget")
_ENGLISH = 0x409
_sockets = itertools.count()


@dataclass(slots=True)
class Gadget:
    """One device at a socket of its own; `function` is a name that the kernel knows, as "acm.till"."""

    name: str
    ids: str  # "vid:pid"
    words: tuple[str, str, str]  # maker, product, serial number
    function: str
    settings: dict[str, str] = field(default_factory=dict)  # of the function
    cls: int = 0
    socket: str = field(default_factory=lambda: f"dummy_udc.{next(_sockets)}")

    @property
    def folder(self) -> Path:
        return CONFIG / self.name

    def describe(self) -> None:
        """Tell the kernel what it is; it is not plugged in by that."""
        vid, pid = self.ids.split(":")
        words = self.folder / f"strings/{_ENGLISH:#x}"
        function, configuration = self.folder / "functions" / self.function, self.folder / "configs/c.1"
        for folder in (self.folder, words, function, configuration):
            folder.mkdir(exist_ok=True)
        self._set(idVendor=f"0x{vid}", idProduct=f"0x{pid}", bDeviceClass=hex(self.cls), max_speed="full-speed")
        for name, word in zip(("manufacturer", "product", "serialnumber"), self.words, strict=True):
            (words / name).write_text(word)
        for name, value in self.settings.items():
            (function / name).write_text(value)
        (configuration / self.function).symlink_to(function)

    def _set(self, **values: str) -> None:
        for name, value in values.items():
            (self.folder / name).write_text(value)

    def plug(self) -> None:
        self._set(UDC=self.socket)

    def unplug(self) -> None:
        self._set(UDC="\n")


def endpoints(name: str) -> Path:
    """Where a program plays the function `ffs.<name>`: one file for questions to the device, one an endpoint."""
    folder = Path("/dev/usb-played") / name
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "functionfs", name, str(folder)], check=True)
    return folder


def described(descriptors: bytes, count: int) -> bytes:
    """A full-speed device's `count` descriptors, with all questions to the device sent to us."""
    full_speed, all_questions = 1, 64
    head = struct.pack("<4I", 3, 16 + len(descriptors), full_speed | all_questions, count)
    return head + descriptors


NO_WORDS = struct.pack("<4I", 2, 16, 0, 0)
