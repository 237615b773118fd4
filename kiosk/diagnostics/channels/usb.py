"""USB printers and card readers by bulk endpoints and control transfers; reads no HID report, is safe without USB.

A printer is an interface of class 07, a card reader one of class 0B with bulk endpoints (CCID 1.1 section 4).
"""

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

PRINTER_CLASS, READER_CLASS = 0x07, 0x0B
CLASSES = (PRINTER_CLASS, READER_CLASS)
_BULK, _TO_INTERFACE, _GET_DEVICE_ID = 0x02, 0x01, 0x00
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
    """The first interface of one of `classes`, claimed on entry and given back, with its driver, on exit."""

    kind = "usb"
    slice = SLICE

    def __init__(self, address: str, classes: tuple[int, ...] = CLASSES) -> None:
        self.address = address
        self._classes = classes
        self._device: Any = None
        self._interface: Any = None
        self._detached = False

    def __enter__(self) -> Self:
        self._device = find_device(self.address.removeprefix("usb:"))
        with self._errors():
            self._interface = _interface(self._device, self._classes)
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
                whole = -(-limit // endpoint.wMaxPacketSize) * endpoint.wMaxPacketSize  # less would overflow
                return bytes(endpoint.read(whole, _milliseconds(timeout)))
        except _SilenceError:
            return b""

    def control(self, wish: Control, timeout: float) -> bytes | NotReported | None:
        """A request to an interface goes to the claimed one; what the device refuses or leaves open is not reported."""
        what = wish.length or wish.data
        try:
            with self._errors():
                answer = self._device.ctrl_transfer(
                    wish.request_type, wish.request, wish.value, self._index(wish), what, _milliseconds(timeout)
                )
        except (_SilenceError, _RefusedError) as e:
            return NotReported(e.message)
        return bytes(answer) if wish.length else None

    def _index(self, wish: Control) -> int:
        """Interface number in the low byte; GET_DEVICE_ID wants it in the high one (USB printer class 1.1, 4.2.1)."""
        if wish.request_type & 0x1F != _TO_INTERFACE:
            return wish.index
        number = int(self._interface.bInterfaceNumber)
        if self._interface.bInterfaceClass == PRINTER_CLASS and wish.request == _GET_DEVICE_ID:
            return number << 8 | int(self._interface.bAlternateSetting)
        return number

    def lines(self) -> NotReported:
        return NotReported("modem lines")

    def line(self, wish: Line) -> NotReported:
        return NotReported("line speed")

    def _endpoint(self, direction: int) -> Any:
        found = usb.util.find_descriptor(
            self._interface,
            custom_match=lambda e: (
                usb.util.endpoint_direction(e.bEndpointAddress) == direction and e.bmAttributes & 3 == _BULK
            ),
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


class _RefusedError(DeviceError):
    """A request that the device stalls, for it does not know it."""


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
        case errno.EPIPE:
            return _RefusedError(f"The USB device at {address} does not know this request.")
        case _:
            return DeviceError(f"The USB device at {address} cannot be used.")


def _interface(device: Any, classes: tuple[int, ...]) -> Any:
    for configuration in device:
        for interface in configuration:
            if interface.bInterfaceClass in classes:
                return interface
    raise DeviceError(
        "The USB device is neither printer nor card reader by its interfaces.", "Name its serial port instead."
    )


def _milliseconds(seconds: float) -> int:
    """libusb takes 0 for "for ever", so the shortest wait is one."""
    return max(1, round(seconds * 1000))
