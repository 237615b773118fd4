"""Files that the guest is known to read, on a disk image: over the shared folder each costs it many milliseconds.

What is not on the image the guest still finds in the shared folder. The image is made anew for every boot.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_PROGRAMS = ("bash", "/lib/systemd/systemd-udevd", "modprobe", "mount", "sed", "ip", "mkdir", "cp", "uname", "chmod")
_SPARE = 16  # MiB for the file system itself
_SHARED = ("/usr/", "/lib", "/bin", "/sbin", "/opt/")


def make(checkout: Path, lab: Path) -> Path:
    """An ext4 image of the files that a first run here opens; takes about two seconds."""
    folder, image = lab / "pack", lab / "pack.img"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "kiosk", "tests/lab"], cwd=checkout, check=True)
    for file in _wanted(checkout, lab):
        copy = folder / file.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) >> 20
    image.unlink(missing_ok=True)
    words = f"mke2fs -q -t ext4 -O ^has_journal -d {folder} {image} {size * 5 // 4 + _SPARE}M".split()
    subprocess.run(words, check=True, capture_output=True, env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"})
    return image


def _wanted(checkout: Path, lab: Path) -> set[Path]:
    """Real paths, for links are followed on the guest's side; nothing of a person's own is among them."""
    opened = subprocess.run(
        [sys.executable, "-c", _WATCHED], cwd=checkout, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    named: tuple[str | Path, ...] = (*opened, *_libraries(), *_udev(), *_modules(lab))
    found = {Path(name).resolve() for name in named}
    allowed = (*_SHARED, f"{checkout.resolve()}/", f"{Path(sys.prefix).resolve()}/")
    return {file for file in found if file.is_file() and str(file).startswith(allowed)}


def _libraries() -> list[str]:
    programs = [path for name in _PROGRAMS if (path := shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin"))]
    said = subprocess.run(["ldd", *programs], check=False, capture_output=True, text=True).stdout
    return [*programs, *(word for word in said.split() if word.startswith("/") and not word.endswith(":"))]


def _udev() -> Iterable[Path]:
    return (*Path("/usr/lib/udev/rules.d").glob("*"), Path("/usr/lib/udev/hwdb.bin"), Path("/etc/udev/udev.conf"))


def _modules(lab: Path) -> Iterable[Path]:
    """What `modprobe` looks into, and the drivers of USB."""
    modules = next((lab / "kernel" / "lib" / "modules").iterdir())
    return (*modules.glob("modules.*"), *(modules / "kernel/drivers/usb").rglob("*.ko"), *modules.rglob("*hid*.ko"))


_WATCHED = """
import sys
opened = set()
sys.addaudithook(lambda event, args: event == "open" and isinstance(args[0], str) and opened.add(args[0]))
from tests.lab import guest
guest.command.load()
sources = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
mapped = [line.split()[-1] for line in open("/proc/self/maps")]
print("\\n".join(sorted({name for name in (*opened, *sources, *mapped) if name and name.startswith("/")})))
"""
