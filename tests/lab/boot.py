"""Boots the guest under QEMU and hands on what it says, line by line; needs no rights, nothing of this machine changes.

The guest's root is this machine's own files, which QEMU lets it read and never write.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
LAB = CHECKOUT / "build" / "usb-lab"
SETUP = CHECKOUT / "tests" / "lab" / "kernel.sh"
MEMORY = 1024  # MiB, what the guest writes included


def command(only: str = "", checkout: Path = CHECKOUT, lab: Path = LAB) -> list[str]:
    """Emulated to the last instruction: it is slower than a virtual machine, and the same everywhere."""
    boot = f"console=ttyS0 quiet panic=-1 guest={checkout}/tests/lab/guest.sh checkout={checkout} lab={lab} only={only}"
    kernel = next((lab / "kernel" / "boot").glob("vmlinuz-*"))
    words = f"""
        qemu-system-x86_64 -machine q35 -accel tcg,thread=multi -cpu max -smp 2 -m {MEMORY}
        -nodefaults -no-user-config -no-reboot -display none -serial stdio
        -kernel {kernel} -initrd {lab / "start.gz"}
        -fsdev local,id=files,path=/,security_model=none,readonly=on,multidevs=remap
        -device virtio-9p-pci,fsdev=files,mount_tag=files
        -drive if=none,id=pack,file={lab / "pack.img"},format=raw,readonly=on -device virtio-blk-pci,drive=pack
        -device qemu-xhci,id=usb -device usb-hub,bus=usb.0,port=1 -device usb-kbd,bus=usb.0,port=1.1
        -chardev null,id=nowhere -device usb-serial,chardev=nowhere,always-plugged=on,bus=usb.0,port=1.2
    """
    return [*words.split(), "-append", boot]


def said(words: list[str], seconds: float) -> Iterator[str]:
    """Every line of the guest's console, until it switches itself off; after `seconds` it is switched off."""
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as guest:
        assert guest.stdout is not None
        late = threading.Timer(seconds, guest.kill)
        late.start()
        try:
            for line in guest.stdout:
                yield line.decode("utf-8", "replace").rstrip()
        finally:
            late.cancel()
            guest.kill()
