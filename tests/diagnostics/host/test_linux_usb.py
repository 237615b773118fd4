"""Driver and power of a device, from a made-up /sys laid out as the kernel documents it (ABI/testing/sysfs-bus-usb)."""

import pytest

from kiosk.diagnostics.host.linux_usb import plugged
from kiosk.model.terminal import Usb


def device(root, name, *, serial="", driver=None, interfaces=1, **files):
    folder = root / name
    (folder / "power").mkdir(parents=True)
    (folder / "idVendor").write_text("11ca\n")
    (folder / "serial").write_text(serial + "\n")
    (folder / "port").mkdir()
    places = {"control": folder / "power" / "control", "over_current_count": folder / "port" / "over_current_count"}
    for key, value in files.items():
        (places.get(key) or folder / key).write_text(f"{value}\n")
    for number in range(interfaces):
        interface = folder / f"{name}:1.{number}"
        interface.mkdir()
        if driver:
            (interface / "driver").mkdir()
    return folder


def usb(path="", serial=None):
    return Usb("11ca", "0220", serial, path)


def test_a_device_with_driver_and_power_saving(tmp_path):
    device(tmp_path, "1-4", driver="cdc_acm", control="auto", over_current_count="3", bMaxPower="500mA")
    told = plugged(usb("1-4"), "", tmp_path)
    assert (told.driver_bound, told.power_saving, told.over_current, told.draws) == (True, True, 3, 500)
    assert (told.problem, told.hub_gives, told.hub_draws) == (None, None, None)


def test_a_device_without_a_driver_and_one_without_a_configuration(tmp_path):
    device(tmp_path, "1-4", control="on")
    device(tmp_path, "1-5", interfaces=0)
    assert plugged(usb("1-4"), "", tmp_path).driver_bound is False
    assert plugged(usb("1-4"), "", tmp_path).power_saving is False
    unset = plugged(usb("1-5"), "", tmp_path)
    assert (unset.driver_bound, unset.power_saving, unset.over_current, unset.draws) == (None, None, None, None)


def test_a_device_is_found_by_its_serial_number_where_its_port_is_gone(tmp_path):
    device(tmp_path, "1-4", serial="A1", bMaxPower="100mA")
    assert plugged(None, "A1", tmp_path).draws == 100
    assert plugged(None, "1-4", tmp_path).draws == 100
    assert plugged(usb("9-9", "A1"), "", tmp_path).draws == 100
    assert plugged(None, "B2", tmp_path) is None
    assert plugged(None, "", tmp_path) is None
    assert plugged(None, "../1-4", tmp_path) is None
    assert plugged(None, "A1", tmp_path / "none") is None


@pytest.mark.parametrize(
    ("attributes", "speed", "gives", "draws"),
    [("80", "480", 400, 600), ("80", "5000", 750, 600), ("e0", "480", None, None), ("", "480", None, None)],
)
def test_the_budget_of_a_hub_that_lives_on_the_pcs_power(tmp_path, attributes, speed, gives, draws):
    device(tmp_path, "1-4", bmAttributes=attributes, speed=speed, bMaxPower="100mA")
    device(tmp_path, "1-4.1", bMaxPower="500mA")
    device(tmp_path, "1-4.2", bMaxPower="100mA")
    device(tmp_path, "1-4.2.1", bMaxPower="500mA")  # of the next hub
    told = plugged(usb("1-4.1"), "", tmp_path)
    assert (told.hub_gives, told.hub_draws) == (gives, draws)
