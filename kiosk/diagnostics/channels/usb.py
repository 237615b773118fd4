"""A USB printer by its bulk endpoints and control transfers; never reads a HID report, and is safe without any USB."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self

import usb.core
import usb.util

from kiosk.diagnostics.channels.channel import SLICE
from kiosk.errors import Busy, DeviceError, Gone, NotPermitted
from kiosk.protocols.conversation import Control, Line, NotReported

PRINTER_CLASS = 0x07
_SILENT = {errno.ETIMEDOUT, 10060, 110}


def find_device(path: str) -> Any:
    """The device at a topology path such as "1-4.2"; raises `Gone` where there is none, or no USB at all."""
    for device in all_devices():
        if topology(device) == path:
            return device
    raise Gone(f"There is no USB device at {path}.")


def all_devices() -> list[Any]:
    """Every USB device that libusb sees; empty where the machine has no USB or no libusb."""
    try:
        import libusb_package

        return list(usb.core.find(find_all=True, backend=libusb_package.get_libusb1_backend()) or ())
    except (ImportError, usb.core.USBError, usb.core.NoBackendError, ValueError, OSError):
        return []


def topology(device: Any) -> str:
    """Bus and port numbers the way Linux writes them: "1-4.2"; a root hub is "usb1"."""
    ports = device.port_numbers or ()
    return f"{device.bus}-{'.'.join(str(p) for p in ports)}" if ports else f"usb{device.bus}"


class UsbChannel:
    """A printer-class interface, claimed on entry and given back, with its driver, on exit."""

    kind = "usb"
    slice = SLICE

    def __init__(self, address: str) -> None:
        self.address = address
        self._device: Any = None
        self._interface: Any = None
        self._detached = False

    def __enter__(self) -> Self:
        self._device = find_device(self.address.removeprefix("usb:"))
        with self._errors():
            self._interface = _printer_interface(self._device)
            self._detach()
            usb.util.claim_interface(self._device, self._interface.bInterfaceNumber)
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._device is None or self._interface is None:
            return
        number = self._interface.bInterfaceNumber
        with suppress(usb.core.USBError, NotImplementedError):
            usb.util.release_interface(self._device, number)
        with suppress(usb.core.USBError, NotImplementedError):
            if self._detached:
                self._device.attach_kernel_driver(number)
        usb.util.dispose_resources(self._device)
        self._device = self._interface = None

    def send(self, data: bytes, timeout: float) -> int:
        try:
            with self._errors():
                return int(self._endpoint(usb.util.ENDPOINT_OUT).write(data, _milliseconds(timeout)))
        except _SilenceError:
            return 0

    def receive(self, limit: int, timeout: float) -> bytes:
        try:
            with self._errors():
                endpoint = self._endpoint(usb.util.ENDPOINT_IN)
                return bytes(endpoint.read(max(limit, endpoint.wMaxPacketSize), _milliseconds(timeout)))
        except _SilenceError:
            return b""

    def control(self, wish: Control, timeout: float) -> bytes | None:
        with self._errors():
            what = wish.length or wish.data
            answer = self._device.ctrl_transfer(
                wish.request_type, wish.request, wish.value, wish.index, what, _milliseconds(timeout)
            )
        return bytes(answer) if wish.length else None

    def lines(self) -> NotReported:
        return NotReported("modem lines")

    def line(self, wish: Line) -> NotReported:
        return NotReported("line speed")

    def _endpoint(self, direction: int) -> Any:
        found = usb.util.find_descriptor(
            self._interface,
            custom_match=lambda e: usb.util.endpoint_direction(e.bEndpointAddress) == direction,
        )
        if found is None:
            raise DeviceError(f"The device at {self.address} cannot be talked to in both directions.")
        return found

    def _detach(self) -> None:
        """Linux binds usblp to printers; it gets them back on exit."""
        with suppress(NotImplementedError):
            if self._device.is_kernel_driver_active(self._interface.bInterfaceNumber):
                self._device.detach_kernel_driver(self._interface.bInterfaceNumber)
                self._detached = True

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except usb.core.USBError as e:
            raise device_error(e, self.address) from e


class _SilenceError(DeviceError):
    """A transfer whose time was up: no failure, but silence."""


def device_error(e: usb.core.USBError, address: str) -> DeviceError:
    match e.errno:
        case errno.EACCES | errno.EPERM:
            return NotPermitted(f"This user may not use the USB device at {address}.")
        case errno.EBUSY:
            return Busy(f"The USB device at {address} is in use by another program.")
        case errno.ENODEV | errno.EIO | errno.ENOENT:
            return Gone(f"The USB device at {address} is not there any more.")
        case number if number in _SILENT:
            return _SilenceError("Nothing came.")
        case _:
            return DeviceError(f"The USB device at {address} cannot be used.")


def _printer_interface(device: Any) -> Any:
    for configuration in device:
        for interface in configuration:
            if interface.bInterfaceClass == PRINTER_CLASS:
                return interface
    raise DeviceError("The USB device has no printer interface.", "Name its serial port instead.")


def _milliseconds(seconds: float) -> int:
    """libusb takes 0 for "for ever", so the shortest wait is one."""
    return max(1, round(seconds * 1000))
