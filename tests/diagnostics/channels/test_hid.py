"""The HID channel: a made-up hidapi, the guard on input reports, and a machine without any USB."""

from datetime import UTC, datetime

import pytest

from kiosk.diagnostics.channels import hid as channel_hid
from kiosk.diagnostics.channels.hid import HidChannel
from kiosk.diagnostics.channels.opening import is_hid, open_channel
from kiosk.diagnostics.runner import Plan, run
from kiosk.errors import DeviceError, Gone, NotPermitted
from kiosk.model.report import Facts, SeenPort
from kiosk.model.terminal import Kind, Level, Port, Terminal, Usb
from kiosk.protocols.conversation import Control, Line, NotReported
from kiosk.simulator.device import Setup
from kiosk.simulator.kinds import kinds
from tests.diagnostics.test_hid_interfaces import plug
from tests.fakes import hid_descriptors as made

USB = Usb("0acd", "4650", "T1", "1-4.2", "03")
GET, SET = Control(0xA1, 1, 0x300, 0, length=60), Control(0x21, 9, 0x300, 0, b"\0\1\0")


class Device:
    """hidapi's device; `answers` are reports or errors, `calls` what was asked of it."""

    def __init__(self, *answers, descriptor=b""):
        self.answers, self.calls, self.descriptor = list(answers), [], descriptor

    def _next(self, *call):
        self.calls.append(call)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def open_path(self, path):
        self.calls.append(("open", path))

    def close(self):
        self.calls.append(("close",))

    def get_report_descriptor(self):
        return list(self.descriptor)

    def write(self, data):
        return self._next("write", bytes(data))

    def read(self, limit, timeout):
        return self._next("read", limit, timeout)

    def send_feature_report(self, data):
        return self._next("set", bytes(data))

    def get_feature_report(self, number, limit):
        return self._next("get", number, limit)


class Backend:
    def __init__(self, device, listed=()):
        self._device, self.listed = device, listed

    def device(self):
        return self._device

    def enumerate(self, vid, pid):
        return [one for one in self.listed if (vid, pid) == (0x0ACD, 0x4650)]


@pytest.fixture
def attach(tmp_path, monkeypatch):
    """A device on Linux, with one interface for each descriptor."""

    def put(device, *descriptors, may=True):
        plug(tmp_path, "1-4.2", *descriptors)
        monkeypatch.setattr(channel_hid, "ON_LINUX", True)
        monkeypatch.setattr(channel_hid, "DEVICES", tmp_path)
        monkeypatch.setattr(channel_hid, "backend", lambda: Backend(device))
        monkeypatch.setattr(channel_hid.os, "access", lambda path, mode: may)
        return device

    return put


def test_the_class_of_the_device_says_which_channel():
    terminal = Terminal("1", Port("usb:1-4.2", usb=USB))
    assert is_hid(terminal)
    assert isinstance(open_channel(terminal), HidChannel)
    assert not is_hid(Terminal("1", Port("usb:1-4.2")))


def test_a_machine_without_that_device_or_any_usb_says_gone(tmp_path, monkeypatch):
    with pytest.raises(Gone), HidChannel("usb:9-9.9", USB):
        pass
    monkeypatch.setattr(channel_hid, "ON_LINUX", False)
    for usb in (None, Usb("ffff", "fffe")):
        with pytest.raises(Gone), HidChannel("usb:9-9.9", usb):
            pass


def test_reports_go_both_ways(attach):
    device = attach(Device(64, [1, 2, 3], []), made.KEYBOARD, made.VENDOR_READER)
    with HidChannel("usb:1-4.2", USB) as channel:
        assert channel.send(b"\x01" + bytes(127), 0.05) == 64
        assert channel.receive(10, 0.05) == b"\1\2\3"
        assert channel.receive(10, 0) == b""
        assert channel.lines() == NotReported("modem lines")
        assert channel.line(Line(9600, "8N1")) == NotReported("line speed")
    assert device.calls == [
        ("open", b"/dev/hidraw1"),
        ("write", b"\x01" + bytes(63)),
        ("read", 64, 50),
        ("read", 64, 1),
        ("close",),
    ]


@pytest.mark.parametrize("descriptor", [made.SWIPE_VENDOR, made.SWIPE_KEYBOARD, made.SWIPE_POS])
def test_a_swipe_reader_is_asked_by_feature_reports_and_its_input_is_never_read(attach, descriptor):
    device = attach(Device(25, [0, 0, 3, 49, 50, 51]), descriptor)
    with HidChannel("usb:1-4.2", USB) as channel:
        assert channel.control(SET, 0.05) is None
        assert channel.control(GET, 0.05) == b"\0\x03123"
        for reach in (lambda: channel.receive(64, 0.05), lambda: channel.send(b"\x01", 0.05)):
            with pytest.raises(NotPermitted, match="cards"):
                reach()
    assert device.calls == [("open", b"/dev/hidraw0"), ("set", b"\0\0\1\0"), ("get", 0, 61), ("close",)]


@pytest.mark.parametrize("descriptor", [made.KEYBOARD, made.SCANNER, made.READER_AND_KEYBOARD, b"", b"\xa1\x01"])
def test_a_device_that_only_gives_cards_or_keys_is_found_and_never_opened(attach, descriptor):
    device = attach(Device(), descriptor)
    with HidChannel("usb:1-4.2", USB) as channel:
        for reach in (
            lambda: channel.receive(64, 0.05),
            lambda: channel.send(b"\x01", 0.05),
            lambda: channel.control(GET, 0.05),
            lambda: channel.control(SET, 0.05),
        ):
            with pytest.raises(NotPermitted):
                reach()
    assert device.calls == []


def test_other_control_transfers_are_not_reported(attach):
    attach(Device(), made.SWIPE_VENDOR)
    with HidChannel("usb:1-4.2", USB) as channel:
        for wish in (
            Control(0xA1, 1, 0x100, 0, length=8),  # GET_REPORT of an input report: a card
            Control(0x21, 9, 0x200, 0, b"\0"),
            Control(0x80, 6, 0x300, 0, length=8),
        ):
            assert channel.control(wish, 0.05) == NotReported("control transfers")


def test_a_pulled_device_is_gone_and_a_forbidden_one_is_told(attach):
    attach(Device(OSError("read error"), -1, ValueError("not open")), made.VENDOR_READER)
    with HidChannel("usb:1-4.2", USB) as channel:
        for reach in (lambda: channel.receive(64, 0.05), lambda: channel.send(b"\x01", 0.05)):
            with pytest.raises(Gone):
                reach()
    attach(Device(), may=False)
    with pytest.raises(NotPermitted), HidChannel("usb:1-4.2", USB):
        pass


def test_a_device_that_does_not_open_is_an_error_of_ours(attach):
    device = attach(Device(), made.VENDOR_READER)
    device.open_path = lambda path: (_ for _ in ()).throw(OSError("open failed"))
    with pytest.raises(DeviceError), HidChannel("usb:1-4.2", USB):
        pass


def elsewhere(monkeypatch, device, page):
    """A system without sysfs: hidapi lists one collection."""
    listed = [{"path": b"\\\\?\\hid#1", "usage_page": page, "serial_number": "T1"}]
    monkeypatch.setattr(channel_hid, "ON_LINUX", False)
    monkeypatch.setattr(channel_hid, "backend", lambda: Backend(device, listed))


def test_without_sysfs_the_open_device_tells_what_may_be_read(monkeypatch):
    device = Device([7], descriptor=made.VENDOR_READER)
    elsewhere(monkeypatch, device, 0xFF00)
    with HidChannel("usb:1-4.2", USB) as channel:
        assert channel.receive(1, 0.05) == b"\7"
    swipe = Device(descriptor=made.SWIPE_VENDOR)
    elsewhere(monkeypatch, swipe, 0xFF00)
    with HidChannel("usb:1-4.2", USB) as channel, pytest.raises(NotPermitted):
        channel.receive(1, 0.05)
    assert swipe.calls == [("open", b"\\\\?\\hid#1"), ("close",)]


@pytest.mark.parametrize("page", [0x01, 0x8C, 0x8D, 0x8E])
def test_without_sysfs_a_collection_of_cards_or_keys_is_not_opened(monkeypatch, page):
    device = Device()
    elsewhere(monkeypatch, device, page)
    with HidChannel("usb:1-4.2", USB) as channel, pytest.raises(NotPermitted):
        channel.receive(1, 0.05)
    assert device.calls == []


def test_usage_pages_are_listed_without_opening(monkeypatch):
    device = Device()
    elsewhere(monkeypatch, device, 0x8E)
    assert channel_hid.usage_pages("0acd", "4650") == ("008e",)
    assert channel_hid.usage_pages("ffff", "fffe") == ()
    assert device.calls == []


def test_the_real_library_is_there_and_lists_nothing_for_no_ids():
    assert channel_hid.backend().enumerate(0xFFFF, 0xFFFE) == []


class Simulated(Device):
    """hidapi's face on a simulated reader: output reports in, input reports out, or feature reports set and got."""

    def __init__(self, device):
        super().__init__()
        self.device, self.line = device, b""

    def write(self, data):
        self.line += b"".join(reply.data for reply in self.device.feed(bytes(data)))
        return len(data)

    def read(self, limit, timeout):
        report, self.line = self.line[:64], self.line[64:]
        return list(report)

    def send_feature_report(self, data):
        self.line = b"".join(reply.data for reply in self.device.feed(bytes(data[1:])))
        return len(data)

    def get_feature_report(self, number, limit):
        return list((b"\0" + self.line)[:limit])


@pytest.mark.parametrize(
    ("protocol", "framing", "descriptor", "software"),
    [
        ("idtech", "hid", made.VENDOR_READER, "VP-Demo_2.01.074"),
        ("magtek", "feature", made.SWIPE_VENDOR, "21042812D01"),
    ],
)
def test_readers_are_checked_through_their_reports(attach, protocol, framing, descriptor, software):
    attach(Simulated(kinds()[protocol].build(Setup(framing=framing))), descriptor)
    terminal = Terminal("1", Port("usb:1-4.2", usb=USB), kind=Kind.CARD_READER, protocol=protocol)
    facts = Facts(datetime(2026, 1, 2, 12, 30, tzinfo=UTC), (SeenPort("usb:1-4.2", exists=True, usb=USB),))
    outcome = run(Plan((terminal,), Level.INTERNAL, 10.0, facts), emit=lambda event: None)
    (report,) = outcome.report.terminals
    assert (report.findings, report.health.software) == ((), software)
    assert outcome.broken == ()
