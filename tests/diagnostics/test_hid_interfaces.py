"""HID interfaces in a made-up sysfs."""

from kiosk.diagnostics.hid_collections import may_read
from kiosk.diagnostics.hid_interfaces import interfaces
from tests.fakes import hid_descriptors as made


def plug(tree, path, *descriptors):
    """A device whose interfaces have these report descriptors; hidraw numbers count from 0."""
    device = tree / path
    for number, descriptor in enumerate(descriptors):
        folder = device / f"{path}:1.{number}" / f"0003:0ACD:4650.{number + 1:04X}"
        (folder / "hidraw" / f"hidraw{number}").mkdir(parents=True)
        (folder / "report_descriptor").write_bytes(descriptor)
    return device


def test_each_interface_has_its_node_and_its_collections(tmp_path):
    device = plug(tmp_path, "1-4.2", made.KEYBOARD, made.VENDOR_READER)
    first, second = interfaces(device)
    assert (first.path, second.path) == ("/dev/hidraw0", "/dev/hidraw1")
    assert [may_read(one.collections or ()) for one in (first, second)] == [False, True]


def test_a_machine_without_usb_has_none(tmp_path):
    assert interfaces(tmp_path / "1-1") == ()


def test_an_interface_without_a_node_or_descriptor_is_no_mistake(tmp_path):
    device = plug(tmp_path, "1-1", b"")
    (device / "1-1:1.0" / "0003:0ACD:4650.0001" / "hidraw" / "hidraw0").rmdir()
    (only,) = interfaces(device)
    assert (only.path, only.collections) == ("", ())
