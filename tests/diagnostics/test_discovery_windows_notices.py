"""Windows' notifications, from events laid out as cfgmgr32.h documents them, with a stand-in for the library."""

import ctypes
import struct
import uuid
from contextlib import closing

import pytest

from kiosk.diagnostics.discovery import hotplug, uevents, windows_notices
from kiosk.diagnostics.discovery.uevents import Uevent
from kiosk.diagnostics.discovery.windows_notices import message, notices

USB, COM = "a5dcbf10-6530-11d2-901f-00c04fb951ed", "86e0d1e0-8089-11d0-9ce4-08003e301f73"
DISK = "53f56307-b6bf-11d0-94f2-00a0c91efb8b"
# The symbolic links of a PIN pad and its port, in the form of Windows 10 and 11.
PAD = r"\\?\USB#VID_11CA&PID_0220#A1B2#{a5dcbf10-6530-11d2-901f-00c04fb951ed}"
PORT = r"\\?\USB#VID_11CA&PID_0220&MI_00#7&1A2B&0&0000#{86e0d1e0-8089-11d0-9ce4-08003e301f73}"


def event(guid, link, kind=0):
    """CM_NOTIFY_EVENT_DATA: FilterType, Reserved, ClassGuid, SymbolicLink with its zero."""
    return struct.pack("<2I16s", kind, 0, uuid.UUID(guid).bytes_le) + f"{link}\0".encode("utf-16-le")


@pytest.mark.parametrize(
    ("action", "data", "told"),
    [
        (0, event(USB, PAD), Uevent("add", "usb", PAD)),
        (1, event(USB, PAD), Uevent("remove", "usb", PAD)),
        (0, event(COM, PORT), Uevent("add", "tty", PORT)),
        (0, event(DISK, PAD), None),
        (2, event(USB, PAD), None),  # CM_NOTIFY_ACTION_DEVICEQUERYREMOVE, of a handle
        (0, event(USB, PAD, kind=1), None),
        (0, b"\0" * 12, None),
    ],
)
def test_what_windows_tells(action, data, told):
    words = message(action, data)
    assert (words and uevents.parse(words)) == told


def test_the_filter_wants_interfaces_of_every_class():
    """CM_NOTIFY_FILTER: its size is 16 bytes and 200 characters; with all classes the GUID is empty."""
    size, flags, kind, reserved = struct.unpack_from("<4I", windows_notices.wanted())
    assert (size, flags, kind, reserved) == (416, 1, 0, 0)
    assert windows_notices.wanted()[16:] == bytes(400)


class Cfgmgr32:
    """Stands in for the library: keeps the call back, and is told when it ends."""

    def __init__(self, result=0):
        self.result, self.ended, self.callback = result, [], None

    def CM_Register_Notification(self, filter, context, callback, handle):
        self.callback = callback
        ctypes.cast(handle, ctypes.POINTER(ctypes.c_void_p))[0] = 4711
        return self.result

    def CM_Unregister_Notification(self, handle):
        self.ended.append(handle.value)
        return 0

    def tell(self, action, data):
        buffer = ctypes.create_string_buffer(data, len(data))
        return self.callback(None, None, action, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_char)), len(data))


def test_a_word_of_windows_wakes_who_waits_and_ends_when_it_is_closed():
    calls = Cfgmgr32()
    with closing(notices(calls)) as heard:
        assert not uevents.heard(heard)
        assert calls.tell(0, event(DISK, PAD)) == 0
        assert not uevents.heard(heard)
        assert calls.tell(0, event(USB, PAD)) == 0
        assert uevents.heard(heard)
        assert not uevents.heard(heard)
    assert calls.ended == [4711]
    heard.close()
    assert calls.ended == [4711], "once"


def test_a_flood_of_words_never_holds_up_windows():
    calls = Cfgmgr32()
    with closing(notices(calls)) as heard:
        assert {calls.tell(0, event(USB, PAD)) for _ in range(5000)} == {0}
        assert uevents.heard(heard)


@pytest.mark.parametrize("calls", [Cfgmgr32(result=0x1F), object()])
def test_where_it_may_not_be_had_polling_stays(calls):
    assert notices(calls) is None


def test_other_systems_have_none_and_the_watch_takes_what_there_is(monkeypatch):
    if not hasattr(ctypes, "WinDLL"):
        assert windows_notices.listen() is None
    with closing(notices(Cfgmgr32())) as spoken:
        monkeypatch.setattr(uevents, "listen", lambda: None)
        monkeypatch.setattr(windows_notices, "listen", lambda: spoken)
        assert hotplug.listen() is spoken
