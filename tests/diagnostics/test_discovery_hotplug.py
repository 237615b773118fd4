"""Plugged in and out: what counts as a change, and the watch in a thread of its own."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest

from kiosk.diagnostics.discovery import hotplug
from kiosk.diagnostics.discovery.device import Device
from kiosk.diagnostics.discovery.hotplug import Change, HotPlug, change, names_in, system_names
from kiosk.model.terminal import Holder, Kind, Usb

PAD = Device("/dev/ttyACM0", Usb("11ca", "0220", "A", "1-2", "02"), Kind.TERMINAL)
CABLE = Device("/dev/ttyUSB0", Usb("0403", "6001", "B", "1-3", "ff"), Kind.SERIAL_ADAPTER)
NAMES = {"1-2": "7", "/dev/ttyACM0": ""}


def test_what_came_and_what_went():
    assert change(Change((PAD,)), (CABLE,), NAMES, {"1-3": "8"}) == Change((CABLE,), (CABLE,), (PAD,))
    assert change(Change((PAD,)), (PAD,), NAMES, NAMES) == Change((PAD,))


def test_out_and_in_again_between_two_looks_is_seen_by_the_number_of_the_device():
    assert change(Change((PAD,)), (PAD,), NAMES, NAMES | {"1-2": "9"}) == Change((PAD,), (PAD,), (PAD,))


def test_who_holds_a_port_or_serves_a_reader_is_no_change():
    held = Device(PAD.port, PAD.usb, PAD.kind, held_by=Holder(7, "till"))
    reader = Device(None, Usb("076b", "3021", None, "1-4", "0b"), Kind.SMART_CARD_READER)
    served = Device("pcsc:Reader 00 00", reader.usb, reader.kind)
    alone = Device("pcsc:Virtual 00 00", None, Kind.SMART_CARD_READER)
    now = change(Change((PAD, reader)), (held, served, alone), NAMES, NAMES)
    assert (now.arrived, now.gone) == ((), ())


def test_names_come_with_the_devices_number(tmp_path: Path):
    for path in ("usb/1-2", "usb/1-2:1.0", "usb/usb1", "tty/ttyACM0"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "usb/1-2/devnum").write_text("7\n")
    assert names_in(tmp_path / "usb", tmp_path / "tty") == {"1-2": "7", "usb1": "", "/dev/ttyACM0": ""}
    assert names_in(tmp_path / "none", tmp_path / "none") == {}


def test_names_of_this_system_are_stable():
    assert system_names() == system_names()


def test_without_sysfs_the_systems_lists_stand_in(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(hotplug, "_TTYS", tmp_path / "none")
    monkeypatch.setattr(hotplug.ports, "serial_ports", lambda: ("COM1",))
    monkeypatch.setattr(hotplug.ports, "usb_devices", tuple)
    assert system_names() == {"COM1": ""}


class World:
    """What is attached, changed by the test; what the watch tells comes out of `told`."""

    def __init__(self) -> None:
        self.devices: tuple[Device, ...] = ()
        self.told: queue.Queue[Change] = queue.Queue()
        self.looks = 0

    def look(self) -> tuple[Device, ...]:
        self.looks += 1
        return self.devices

    def names(self) -> dict[str, str]:
        return {str(d.port): "" for d in self.devices}


@contextmanager
def watched(world: World):
    watch = HotPlug(world.look, world.told.put, world.names, listen=lambda: None)
    lane = threading.Thread(target=watch.run)
    lane.start()
    try:
        yield watch
    finally:
        watch.stop()
        lane.join(5)
    assert not lane.is_alive()


def test_the_watch_tells_what_is_there_and_then_every_change_within_a_second():
    world = World()
    world.devices = (CABLE,)
    with watched(world):
        assert world.told.get(timeout=5) == Change((CABLE,))
        world.devices = (CABLE, PAD)
        assert world.told.get(timeout=1) == Change((CABLE, PAD), (PAD,))
        world.devices = (CABLE,)
        assert world.told.get(timeout=1) == Change((CABLE,), (), (PAD,))
    assert world.looks == 3, "devices are looked at only when a name changed"


def test_a_watch_that_is_stopped_before_it_runs_ends_at_once():
    world = World()
    watch = HotPlug(world.look, world.told.put, world.names, listen=lambda: None)
    watch.stop()
    watch.stop()
    watch.run()
    assert world.told.get_nowait() == Change(())


MOCKED = """
import queue, sys, threading
sys.path.append("/usr/lib/python3/dist-packages")
import gi
gi.require_version("UMockdev", "1.0")
from gi.repository import UMockdev
from kiosk.commands.devices import models
from kiosk.diagnostics.discovery import devices
from kiosk.diagnostics.discovery.hotplug import HotPlug

bed, told, known = UMockdev.Testbed.new(), queue.Queue(), models()
assert UMockdev.in_mock_environment()
watch = HotPlug(lambda: devices(known), told.put)
threading.Thread(target=watch.run).start()
try:
    assert not [d for d in told.get(timeout=20).attached if d.usb]
    bus = bed.add_device("usb", "usb1/1-2", None,
        ["idVendor", "11ca", "idProduct", "0220", "serial", "123-456", "bDeviceClass", "02", "devnum", "8"], [])
    face = bed.add_device("usb", "1-2:1.0", bus, ["bInterfaceClass", "02"], [])
    tty = bed.add_device("tty", "ttyACM0", face, [], ["DEVNAME", "/dev/ttyACM0"])
    (one,) = told.get(timeout=2).arrived
    print(one.kind, one.make, one.model, one.identity)
    for path in (tty, face, bus):
        bed.remove_device(path)
    print([gone.identity for gone in told.get(timeout=2).gone])
finally:
    watch.stop()
"""


@pytest.mark.skipif(which("umockdev-wrapper") is None, reason="umockdev is not installed")
def test_a_terminal_that_a_mocked_system_plugs_in_and_out_is_seen():
    try:
        run = subprocess.run(
            ["umockdev-wrapper", sys.executable, "-c", MOCKED], capture_output=True, text=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired as e:
        pytest.fail(f"no end: {e.stderr!r}")
    if "No module named 'gi'" in run.stderr or "Namespace UMockdev not available" in run.stderr:
        pytest.skip("python3-gi or gir1.2-umockdev-1.0 is not installed")
    assert run.stdout.splitlines() == ["terminal Verifone Vx805 123-456", "['123-456']"], run.stderr
