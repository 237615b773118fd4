"""Linux's own word that a device came or went, from a netlink socket; only listens, and needs no rights.

A message is `ACTION@DEVPATH` and `KEY=value` words, each ended by a zero byte (Linux, lib/kobject_uevent.c).
"""

from __future__ import annotations

import socket

from msgspec import Struct

NETLINK_KOBJECT_UEVENT = 15  # include/uapi/linux/netlink.h
_KERNEL = 1  # the group in which the kernel itself speaks; group 2 is udev's
_MOST = 8192  # the kernel's own buffer has 2048 bytes
OURS = frozenset({"usb", "tty", "usbmisc", "hidraw"})


class Uevent(Struct, frozen=True):
    """One event: what happened ("add", "remove", "bind" ...), to a device of which subsystem, at which sysfs path."""

    action: str
    subsystem: str
    path: str
    name: str = ""  # below /dev, as "ttyACM0"


def parse(message: bytes) -> Uevent | None:
    """None for what is no kernel event, such as udev's own messages."""
    head, _, rest = message.partition(b"\0")
    words = dict(_pair(word) for word in rest.split(b"\0") if b"=" in word)
    action, path = words.get("ACTION", ""), words.get("DEVPATH", "")
    if not action or head.decode("utf-8", "replace") != f"{action}@{path}":
        return None
    return Uevent(action, words.get("SUBSYSTEM", ""), path, words.get("DEVNAME", ""))


def _pair(word: bytes) -> tuple[str, str]:
    key, _, value = word.decode("utf-8", "replace").partition("=")
    return key, value


def listen() -> socket.socket | None:
    """A socket that has something to read once the kernel speaks; None on other systems and where it may not be had."""
    family = getattr(socket, "AF_NETLINK", None)
    if family is None:
        return None
    opened = None
    try:
        opened = socket.socket(family, socket.SOCK_DGRAM, NETLINK_KOBJECT_UEVENT)
        opened.setblocking(False)
        opened.bind((0, _KERNEL))
    except OSError:
        if opened is not None:
            opened.close()
        return None
    return opened


def heard(opened: socket.socket) -> bool:
    """Empties the socket; whether the kernel spoke of a device that may be ours. A full buffer lost events: true.

    Nothing rests on a message but that somebody looks again, so who sent it does not matter.
    """
    ours = False
    while True:
        try:
            event = parse(opened.recv(_MOST))
        except BlockingIOError:
            return ours
        except OSError:
            return True
        ours = ours or (event is not None and event.subsystem in OURS)
