"""Discovery: a made-up sysfs tree, the list of terminals as it ships, and a machine without any USB."""

import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import usb.core
from serial.tools import list_ports

from kiosk.diagnostics import discovery
from kiosk.diagnostics.discovery import devices, gather, merge, ports, shown, sysfs, terminal_of
from kiosk.diagnostics.discovery.device import Device
from kiosk.diagnostics.discovery.models import Models, identify, parse
from kiosk.diagnostics.discovery.sysfs import Attached
from kiosk.errors import ContentError
from kiosk.model.terminal import Holder, Kind, Port, Terminal, Usb
from kiosk.resources import root
from tests.fakes import hid_descriptors
from tests.fakes.peers import pty_peer, silent


@pytest.fixture(scope="module")
def models() -> Models:
    return parse(tomllib.loads((root() / "terminals.toml").read_text(encoding="utf-8")))


def plugged(tree: Path, path: str, vid: str, pid: str, *, cls="00", interfaces=(), **words):
    """A device of a made-up sysfs; an interface is (class, port or None, driver or None)."""
    folder = tree / path
    folder.mkdir(parents=True)
    for name, word in {"idVendor": vid, "idProduct": pid, "bDeviceClass": cls, **words}.items():
        (folder / name).write_text(f"{word}\n")
    for number, (icls, port, driver) in enumerate(interfaces):
        interface = folder / f"{path}:1.{number}"
        interface.mkdir()
        (interface / "bInterfaceClass").write_text(f"{icls}\n")
        if port:
            (interface / port).mkdir(parents=True)
        if driver:
            (tree / "drivers" / driver).mkdir(parents=True, exist_ok=True)
            (interface / "driver").symlink_to(tree / "drivers" / driver)
    return folder


def test_a_machine_without_any_usb_has_no_devices(tmp_path, monkeypatch):
    assert sysfs.attached(tmp_path / "none") == ()
    monkeypatch.setattr(sysfs, "DEVICES", tmp_path / "none")
    monkeypatch.setattr(ports, "ports_beside", lambda known: ())
    assert devices() == ()


def test_this_machine_whatever_it_has_is_listed_without_an_error(models):
    for device in devices(models):
        assert shown(device).keys() == {
            "port", "usb", "kind", "make", "model", "protocol", "certain", "held_by"
        }  # fmt: skip


def test_sysfs_gives_class_driver_serial_and_ports(tmp_path):
    plugged(
        tmp_path,
        "1-4.2",
        "11CA",
        "0220",
        cls="02",
        interfaces=[("02", "tty/ttyACM0", "cdc_acm"), ("0a", None, "cdc_acm")],
        serial="123-456",
        manufacturer="VeriFone",
        product="Vx805",
    )
    (one,) = sysfs.attached(tmp_path)
    assert one.usb == Usb("11ca", "0220", "123-456", "1-4.2", "02", "cdc_acm", "VeriFone", "Vx805")
    assert one.ports == ("/dev/ttyACM0",)


def test_a_class_that_stands_in_the_interface_counts(tmp_path):
    plugged(tmp_path, "1-1", "04b8", "9999", interfaces=[("07", "usbmisc/lp0", "usblp")])
    (one,) = sysfs.attached(tmp_path)
    assert (one.usb.cls, one.ports) == ("07", ("/dev/usb/lp0",))
    assert Device(one.ports[0], one.usb).address == "usb:1-1"


def test_bus_and_list_of_ports_become_one_by_topology():
    bus = Attached(Usb("0403", "6001", path="1-2", cls="ff", driver="ftdi_sio"), ())
    port = Attached(Usb("0403", "6001", "A1", "1-2", maker="FTDI"), ("/dev/ttyUSB0",))
    lonely = Attached(Usb("1a86", "7523", path="2-1"), ("COM7",))
    merged = merge([bus], [port, "/dev/ttyS0", lonely])
    assert merged == (
        Attached(Usb("0403", "6001", "A1", "1-2", "ff", "ftdi_sio", "FTDI"), ("/dev/ttyUSB0",)),
        lonely,
        "/dev/ttyS0",
    )


def test_the_list_of_terminals_holds_enough_and_a_source_for_each(models):
    assert len(models.model) >= 60
    assert all(m.source for m in models.model.values())
    assert all(m.source and m.make for m in models.model.values() if m.kind is Kind.TERMINAL)
    assert all(v.source for v in models.vendor.values())
    ids = [id.split(":") for id in models.model]
    assert all(len(part) == 4 and part == part.lower() and int(part, 16) >= 0 for id in ids for part in id)
    assert {"11ca", "0b00", "079b", "2fb8", "0acd", "0801", "0ca6", "1753", "04b8", "0519", "154f", "0dd4", "1d90"} <= (
        models.vendor.keys()
    )


def test_a_known_pair_is_certain_and_a_vendor_alone_is_a_guess(models):
    model, certain = identify(Usb("11ca", "0220", cls="02"), models)
    assert (model.make, model.model, model.kind, certain) == ("Verifone", "Vx805", Kind.TERMINAL, True)
    model, certain = identify(Usb("11ca", "7777", cls="02", product="New"), models)
    assert (model.make, model.model, model.kind, certain) == ("Verifone", "New", Kind.TERMINAL, False)
    model, _ = identify(Usb("11ca", "7777", cls="03"), models)
    assert model.kind is Kind.OTHER


@pytest.mark.parametrize(
    ("vid", "pid", "cls", "kind"),
    [
        ("11ca", "0204", "ff", Kind.SERIAL_ADAPTER),
        ("0b00", "1001", "03", Kind.OTHER),
        ("0b00", "1001", "02", Kind.OTHER),  # by its ids, though a terminal has this class too
        ("0b00", "7777", "03", Kind.OTHER),
        ("11ca", "0220", "09", Kind.HUB),  # a hub is a hub whatever its ids say
        ("0801", "0003", "03", Kind.CARD_READER),  # MagTek's insert reader, or the MSR605X clone
        ("0886", "0630", "ff", Kind.OTHER),  # a camera
        ("079b", "004a", "ff", Kind.OTHER),  # a radio card
        ("079b", "002f", "02", Kind.OTHER),  # a telephone
        ("2912", "0001", "02", Kind.OTHER),  # a fiscal printer
        ("0b00", "5411", "09", Kind.HUB),  # a Realtek hub whose vendor id was misread as Ingenico's
        ("0b00", "0409", "09", Kind.HUB),
        ("11ca", "0212", "ff", Kind.SERIAL_ADAPTER),  # a CP2102 module that calls itself Verifone
        ("0b00", "1000", "03", Kind.OTHER),
    ],
)
def test_false_friends_are_no_terminals_and_nothing_is_spoken_to_them(models, vid, pid, cls, kind):
    model, _ = identify(Usb(vid, pid, cls=cls), models)
    assert (model.kind, model.protocol) == (kind, None)


@pytest.mark.parametrize(("vid", "pid"), [("11ca", "0212"), ("11ca", "0204"), ("0801", "0003")])
def test_a_pair_that_others_carry_too_is_never_certain(models, vid, pid):
    assert identify(Usb(vid, pid, cls="ff"), models)[1] is False


def test_no_vendor_alone_makes_a_terminal_of_a_hub_keyboard_camera_or_store_of_files(models):
    for vid in models.vendor:
        for cls in ("09", "0e", "08", "01", "06"):
            kind = identify(Usb(vid, "fffe", cls=cls), models)[0].kind
            assert kind in (Kind.OTHER, Kind.HUB), (vid, cls)
        assert identify(Usb(vid, "fffe", cls="03"), models)[0].kind is not Kind.TERMINAL


@pytest.mark.parametrize(("cls", "kind"), [("0b", Kind.SMART_CARD_READER), ("07", Kind.PRINTER), ("03", Kind.OTHER)])
def test_an_unknown_device_is_told_by_its_class(models, cls, kind):
    model, certain = identify(Usb("ffff", "ffff", cls=cls, maker="Nobody", product="Thing"), models)
    assert (model.kind, model.make, model.model, certain) == (kind, "Nobody", "Thing", False)


@pytest.mark.parametrize(
    ("vid", "cls", "protocol"),
    [("ffff", "0b", "ccid"), ("ffff", "07", None), ("0519", "07", "usb_printer"), ("04b8", "07", "escpos")],
)
def test_a_class_tells_the_protocol_of_readers_and_of_printers_whose_maker_is_listed(models, vid, cls, protocol):
    assert identify(Usb(vid, "fffe", cls=cls), models)[0].protocol == protocol


def test_a_list_that_is_wrong_says_where():
    with pytest.raises(ContentError, match="model"):
        parse({"model": {"1:2": {"make": "X"}}})
    with pytest.raises(ContentError, match="status_safe"):
        parse({"model": {"1:2": {"make": "X", "source": "s", "status_safe": True}}})


def test_a_terminal_is_bound_to_its_serial_number_or_its_place_never_to_the_ports_name():
    usb = Usb("11ca", "0220", "123", "1-4")
    named = terminal_of(Device("/dev/ttyACM0", usb, Kind.TERMINAL, "Verifone", "Vx805", "zvt", True, None, 115200))
    assert (named.id, named.port.identity, named.port.address) == ("123", "123", "/dev/ttyACM0")
    assert (named.asks_first, named.certain, named.baud, named.serial) == (True, True, 115200, "123")
    placed = terminal_of(Device("/dev/ttyACM0", Usb("11ca", "0220", None, "1-4"), status_safe=True))
    assert (placed.id, placed.asks_first) == ("1-4", False)


def test_the_shape_of_a_device_is_the_promised_one():
    device = Device("/dev/x", Usb("11ca", "0220", "1", "1-4", "02", "cdc_acm"), held_by=Holder(7, "till", "2026"))
    told = shown(device)
    assert told["usb"] == {
        "vid": "11ca", "pid": "0220", "serial": "1", "path": "1-4", "class": "02", "driver": "cdc_acm"
    }  # fmt: skip
    assert told["held_by"] == {"pid": 7, "name": "till", "since": "2026"}
    assert shown(Device("/dev/x"))["usb"] is None


def test_facts_of_ports_that_are_there_and_that_are_not():
    now = datetime.now(UTC)
    with pty_peer(silent) as peer:
        terminals = tuple(
            Terminal(a, Port(a)) for a in (peer.address, "/dev/no-such-port", "tcp://127.0.0.1:9", "usb:9-9.9")
        )
        facts = gather(terminals, ("till",), (), now)
    assert [p.exists for p in facts.ports] == [True, False, True, False]
    assert facts.port(peer.address).held_by is None
    assert facts.pos_programs == ("till",)
    assert facts.at == now
    assert facts.at.utcoffset() == now.astimezone().utcoffset()
    assert {"os", "disk_free", "restart_pending"} <= {f.name for f in facts.host}


def test_a_usb_devices_own_file_tells_who_may_use_it(tmp_path):
    plugged(tmp_path, "3-1", "04b8", "0e27", busnum="3", devnum="12")
    assert sysfs.node(Usb("04b8", "0e27", path="3-1"), tmp_path) == "/dev/bus/usb/003/012"
    assert sysfs.node(Usb("04b8", "0e27", path="3-2"), tmp_path) is None
    assert sysfs.node(Usb("04b8", "0e27"), tmp_path) is None


def test_the_right_to_a_usb_device_is_a_fact_and_of_a_hid_device_only_opening_tells(monkeypatch):
    printer, reader = (Usb("04b8", "0e27", path="3-1", cls=cls) for cls in ("07", "03"))
    monkeypatch.setattr(sysfs, "node", lambda usb: "/dev/bus/usb/003/012")
    monkeypatch.setattr(discovery.system, "access", lambda node: (False, "plugdev"))
    for one, told in ((printer, (False, "plugdev")), (reader, (None, None))):
        monkeypatch.setattr(discovery, "attached", lambda models=None, one=one: (Device(usb=one),))
        (seen,) = gather((Terminal("t", Port("usb:3-1", "3-1")),), (), (), datetime.now(UTC)).ports
        assert (seen.exists, seen.readable, seen.group) == (True, *told)


def test_devices_that_libusb_lists_stand_in_where_there_is_no_sysfs(monkeypatch):
    class Seen(list):
        idVendor, idProduct, bDeviceClass, bus, port_numbers = 0x04B8, 0x0202, 0, 1, (4, 2)  # noqa: N815

    class Unreadable(Seen):
        def __iter__(self):
            raise usb.core.USBError("no right", errno=13)

    class Printer:
        bInterfaceClass = 7  # noqa: N815

    hub = Seen()
    hub.bDeviceClass = 9
    seen = [Seen(), Seen([[Printer()]]), Unreadable(), hub]
    monkeypatch.setattr("kiosk.diagnostics.channels.usb.all_devices", lambda: seen)
    assert [one.usb.cls for one in ports.usb_devices()] == ["00", "07", "00", "09"]
    assert ports.usb_devices()[0] == Attached(Usb("04b8", "0202", path="1-4.2", cls="00"))


class Listed(list):
    """pyusb's face of a device: a list of configurations, each a list of interfaces."""

    idVendor, idProduct, bDeviceClass, bus, port_numbers = 0x0ACD, 0x4650, 0xEF, 1, (3,)  # noqa: N815


class Reports:
    bInterfaceClass = 0x03  # noqa: N815


def test_without_sysfs_the_interface_says_the_class_and_hidapi_the_usage_pages(monkeypatch, models):
    monkeypatch.setattr("kiosk.diagnostics.channels.usb.all_devices", lambda: [Listed([[Reports]])])
    monkeypatch.setattr("kiosk.diagnostics.channels.hid.usage_pages", lambda vid, pid: ("008e", "ff00"))
    (one,) = ports.usb_devices()
    assert one.usb == Usb("0acd", "4650", path="1-3", cls="03", pages=("008e", "ff00"))
    model, _ = identify(one.usb, models)
    assert (model.make, model.kind) == ("ID TECH", Kind.CARD_READER)


def test_pyserials_ports_come_with_their_usb_side(monkeypatch):
    class Info:
        device, vid, pid, serial_number = "/dev/ttyUSB0", 0x0403, 0x6001, "A1"
        location, manufacturer, product = "1-2:1.0", "FTDI", None

    class Bare:
        device, vid = "/dev/ttyS0", None

    monkeypatch.setattr(list_ports, "comports", lambda: [Info, Bare])
    bare, usb = ports.serial_ports()
    assert bare == "/dev/ttyS0"
    assert usb == Attached(Usb("0403", "6001", "A1", "1-2", maker="FTDI"), ("/dev/ttyUSB0",))


def of_linux(tree: Path, **buses: str) -> Path:
    """`/sys/class/tty` with ports on these buses."""
    for name, bus in buses.items():
        (tree / name / "device").mkdir(parents=True)
        (tree / name / "device" / "subsystem").symlink_to(f"../../bus/{bus}")
    return tree


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_linux_ports_beside_those_of_usb_are_told_by_a_glance(tmp_path, monkeypatch):
    monkeypatch.setattr(ports, "serial_ports", lambda: pytest.fail("looked into every device again"))
    ttys = of_linux(tmp_path, ttyS0="pnp", ttyS1="platform", ttyAMA0="amba", ttyACM0="usb", tty1="virtual")
    (ttys / "rfcomm0").mkdir()
    assert ports.ports_beside({"/dev/ttyACM0"}, ttys, dev=ttys) == ("/dev/rfcomm0", "/dev/ttyAMA0", "/dev/ttyS0")
    assert ports.ports_beside((), ttys, dev=tmp_path / "none") == ()


@pytest.mark.skipif(sys.platform == "win32", reason="links")
@pytest.mark.parametrize("bus", ["usb", "usb-serial"])
def test_a_usb_port_that_sysfs_did_not_tell_is_told_by_pyserial(tmp_path, monkeypatch, bus):
    found = Attached(Usb("0403", "6001", path="1-2"), ("/dev/ttyUSB0",))
    monkeypatch.setattr(ports, "serial_ports", lambda: (found,))
    ttys = of_linux(tmp_path, ttyUSB0=bus)
    assert ports.ports_beside((), ttys, dev=ttys) == (found,)


@pytest.mark.skipif(sys.platform == "win32", reason="links")
def test_a_link_to_a_port_is_followed_by_pyserial(tmp_path, monkeypatch):
    monkeypatch.setattr(ports, "serial_ports", lambda: ("/dev/ttyUSB_till",))
    (tmp_path / "ttyUSB_till").symlink_to("ttyUSB0")
    assert ports.ports_beside((), tmp_path / "none", dev=tmp_path) == ("/dev/ttyUSB_till",)


def test_all_that_is_merged_is_identified(models, tmp_path, monkeypatch):
    plugged(tmp_path, "1-1", "0403", "6001", interfaces=[("ff", "ttyUSB0", "ftdi_sio")])
    plugged(tmp_path, "1-2", "04b8", "0e03", interfaces=[("07", None, None)])
    monkeypatch.setattr(discovery.sysfs, "attached", lambda: sysfs_of(tmp_path))
    monkeypatch.setattr(ports, "ports_beside", lambda known: ())
    monkeypatch.setattr(discovery, "reader_names", tuple)
    adapter, printer = devices(models)
    assert (adapter.kind, adapter.port, adapter.certain) == (Kind.SERIAL_ADAPTER, "/dev/ttyUSB0", False)
    assert (printer.kind, printer.address, printer.protocol) == (Kind.PRINTER, "usb:1-2", "escpos")


def sysfs_of(tree, attached=sysfs.attached):
    return attached(tree)


def test_a_card_reader_is_known_by_its_descriptor_and_not_opened(tmp_path, models):
    plugged(tmp_path, "1-3", "ffff", "0001", interfaces=[("03", None, "usbhid")])
    folder = tmp_path / "1-3" / "1-3:1.0" / "0003:FFFF:0001.0001"
    folder.mkdir()
    (folder / "report_descriptor").write_bytes(hid_descriptors.SWIPE_POS)
    (one,) = sysfs.attached(tmp_path)
    assert (one.usb.cls, one.usb.pages) == ("03", ("008e",))
    model, certain = identify(one.usb, models)
    assert (model.kind, certain) == (Kind.CARD_READER, False)
