"""Windows' own word that a device came or went, by `CM_Register_Notification`; only listens, and needs no rights.

It is handed on in the form that the kernel of Linux uses, so that who waits for it need not know the system. The call
needs Windows; what it tells is read anywhere.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
import uuid
from contextlib import suppress
from typing import Any

# CM_NOTIFY_ACTION of an interface, cfgmgr32.h
_ACTIONS = {0: "add", 1: "remove"}
_INTERFACE = 0  # CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE
_ALL_CLASSES = 0x1  # CM_NOTIFY_FILTER_FLAG_ALL_INTERFACE_CLASSES
_FILTER = struct.Struct("<4I400s")  # CM_NOTIFY_FILTER: size, flags, type, reserved, a union as long as an instance id
_EVENT = struct.Struct("<2I16s")  # CM_NOTIFY_EVENT_DATA: type, reserved, class GUID; the symbolic link follows
_SUBSYSTEMS = {
    "a5dcbf10-6530-11d2-901f-00c04fb951ed": "usb",  # GUID_DEVINTERFACE_USB_DEVICE
    "86e0d1e0-8089-11d0-9ce4-08003e301f73": "tty",  # GUID_DEVINTERFACE_COMPORT
    "4d1e55b2-f16f-11cf-88cb-001111000030": "hidraw",  # GUID_DEVINTERFACE_HID
    "28d78fad-5a12-11d1-ae5b-0000f803a8c2": "usbmisc",  # GUID_DEVINTERFACE_USBPRINT
    "50dd5230-ba8a-11d1-bf5d-0000f805f530": "usb",  # GUID_DEVINTERFACE_SMARTCARD_READER
}
_MOST = 2048  # bytes of an event

_Function = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)
CALLBACK = _Function(
    ctypes.c_ulong, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_char), ctypes.c_ulong
)


def message(action: int, event: bytes) -> bytes | None:
    """A notification as `uevents.parse` reads it; None where it is about no interface, or about another kind of one."""
    if action not in _ACTIONS or len(event) < _EVENT.size:
        return None
    kind, _, guid = _EVENT.unpack_from(event)
    subsystem = _SUBSYSTEMS.get(str(uuid.UUID(bytes_le=guid)))
    if kind != _INTERFACE or subsystem is None:
        return None
    link = event[_EVENT.size :].decode("utf-16-le", "replace").partition("\0")[0]
    words = (f"{_ACTIONS[action]}@{link}", f"ACTION={_ACTIONS[action]}", f"DEVPATH={link}", f"SUBSYSTEM={subsystem}")
    return "\0".join((*words, "")).encode()


def wanted() -> bytes:
    """The filter: interfaces of every class, for which the class GUID must be empty."""
    return _FILTER.pack(_FILTER.size, _ALL_CLASSES, _INTERFACE, 0, b"")


class Notices(socket.socket):
    """Has something to read once Windows spoke; closing it ends the notification."""

    _calls: Any
    _handle: ctypes.c_void_p
    _callback: Any
    _out: socket.socket

    def close(self) -> None:
        handle, self._handle = getattr(self, "_handle", None), ctypes.c_void_p()
        if handle:
            self._calls.CM_Unregister_Notification(handle)
            self._out.close()
        super().close()


def notices(calls: Any) -> Notices | None:
    """Registers with `calls`, which is cfgmgr32; None where Windows refuses, as before Windows 8."""
    ours, out = socket.socketpair()
    out.setblocking(False)

    def told(_handle: object, _context: object, action: int, event: Any, size: int) -> int:
        if words := message(action, event[: min(size, _MOST)]):
            with suppress(OSError):  # a full buffer has something to read already
                out.send(words)
        return 0

    callback, handle = CALLBACK(told), ctypes.c_void_p()
    try:
        refused = calls.CM_Register_Notification(wanted(), None, callback, ctypes.byref(handle))
    except (OSError, AttributeError):
        refused = 1
    if refused:
        ours.close()
        out.close()
        return None
    kept = Notices(ours.family, ours.type, ours.proto, fileno=ours.detach())
    kept.setblocking(False)
    kept._calls, kept._handle, kept._callback, kept._out = calls, handle, callback, out
    return kept


def listen() -> socket.socket | None:
    """None on other systems and where it may not be had; then names are looked at again and again."""
    if sys.platform == "win32":
        return notices(ctypes.WinDLL("cfgmgr32"))
    return None
