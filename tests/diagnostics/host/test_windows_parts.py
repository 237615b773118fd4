"""What Windows' answers mean. None was recorded: each is made from the documented structure named beside it."""

import struct
import sys

import pytest

from kiosk.diagnostics.host import windows_devices, windows_services
from kiosk.diagnostics.host.printing import Queue
from kiosk.model.terminal import Usb

# Instance ids as Microsoft Learn writes them: "Standard USB Identifiers"; a part of a device has MI_.
INSTANCES = (
    "USB\\VID_11CA&PID_0220\\123-456",
    "USB\\VID_11CA&PID_0220&MI_00\\7&1A2B",
    "USB\\VID_0B00&PID_0084\\5&2C3D&0&4",
    "USB\\ROOT_HUB30\\4&99&0&0",
)


@pytest.mark.parametrize(
    ("usb", "identity", "index"),
    [
        (Usb("11ca", "0220", "123-456"), "", 0),
        (None, "123-456", 0),
        (Usb("0b00", "0084"), "1-4", 2),
        (Usb("ffff", "0001"), "", None),
        (None, "", None),
    ],
)
def test_a_device_is_found_among_all_that_windows_knows(usb, identity, index):
    assert windows_devices.chosen(INSTANCES, usb, identity) == (None if index is None else INSTANCES[index])


def test_of_two_alike_none_is_chosen_without_a_serial_number():
    twins = ("USB\\VID_0B00&PID_0084\\A", "USB\\VID_0B00&PID_0084\\B")
    assert windows_devices.chosen(twins, Usb("0b00", "0084"), "") is None
    assert windows_devices.chosen(twins, Usb("0b00", "0084", "b"), "") == twins[1]


def test_a_list_of_instances_ends_in_two_zeros():
    """CM_Get_Device_ID_ListW: strings one after the other, each ended by a zero, the list by another."""
    assert windows_devices.instances_of("A\0B\0\0") == ("A", "B")
    assert windows_devices.instances_of("\0\0") == ()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((0, 0x0180_6400, 43), 43),  # DN_HAS_PROBLEM is 0x400
        ((0, 0x0180_200A, 0), 0),
        ((0, 0x0180_200A, 28), 0),  # without the bit the number means nothing
        ((0x0D, 0, 0), 45),  # CR_NO_SUCH_DEVNODE: known, not plugged in
        ((0x13, 0, 0), None),  # CR_FAILURE
    ],
)
def test_problem_codes(answer, problem):
    """CM_Get_DevNode_Status: result, status flags, problem number (cfgmgr32.h, cfg.h)."""
    assert windows_devices.problem_of(*answer) == problem


@pytest.mark.parametrize(
    ("parameters", "plan", "saves"),
    [
        ({"EnhancedPowerManagementEnabled": 1}, True, True),
        ({"SelectiveSuspendEnabled": b"\x00", "EnhancedPowerManagementEnabled": 0}, True, False),
        ({"SelectiveSuspendEnabled": b"\x01"}, True, True),
        ({"EnhancedPowerManagementEnabled": 1}, False, False),
        ({"EnhancedPowerManagementEnabled": 1}, None, None),
        ({}, True, None),
        ({}, None, None),
    ],
)
def test_power_saving_needs_the_device_and_the_plan(parameters, plan, saves):
    assert windows_devices.saving(parameters, plan) is saves


def test_the_state_of_a_service():
    """SERVICE_STATUS_PROCESS: nine double words, type first, then state; 4 is running, 1 stopped (winsvc.h)."""
    assert windows_services.runs(struct.pack("<9I", 0x10, 4, 5, 0, 0, 0, 0, 1234, 0)) is True
    assert windows_services.runs(struct.pack("<9I", 0x10, 1, 0, 0, 0, 0, 0, 0, 0)) is False
    assert windows_services.runs(b"") is None


def test_a_clock_that_nothing_sets():
    assert windows_services.synchronised("NTP", True) is True
    assert windows_services.synchronised("NoSync", True) is False
    assert windows_services.synchronised("NT5DS", False) is False
    assert windows_services.synchronised(None, True) is None
    assert windows_services.synchronised("NTP", None) is None


def test_queues_of_several_printers_are_one():
    assert windows_services.both(None, Queue(1, 0, 2)) == Queue(1, 0, 2)
    assert windows_services.both(Queue(1, 1, 2), Queue(2, 0, 9)) == Queue(3, 1, 9)


@pytest.mark.skipif(sys.platform == "win32", reason="what the other systems answer in Windows' place")
def test_elsewhere_nothing_is_reported():
    assert windows_devices.plugged(Usb("11ca", "0220", "1"), "1") is None
    assert windows_services.services() == {"card": None, "print": None}
    assert windows_services.print_queue() is None
    assert windows_services.clock_synchronised() is None
