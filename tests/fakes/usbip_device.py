"""Simulated devices as USB devices over USB/IP's own messages, without a kernel, and pyusb's faces for them.

The device side (descriptors, control requests, endpoints) is the package `usbip`; bytes are the simulator's.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

import usb.core
import usbip

from kiosk.simulator.device import Device

READER, PRINTER = 0x0B, 0x07


class Played(usbip.Interface):
    """One interface of a simulated device; what it answers is counted, so that silence costs no wait."""

    bytes_out = usbip.Out(0x01)
    bytes_in = usbip.In(0x82)

    def __init__(self, device: Device, cls: int) -> None:
        self.bInterfaceClass = cls
        super().__init__()
        self.device = device
        self.waiting = 0
        self.asked: list[tuple[int, int, int]] = []

    def extra_descriptors(self) -> bytes:
        return self.device.description()[18:72] if self.bInterfaceClass == READER else b""  # type: ignore[attr-defined]

    def on_out(self, _endpoint: object, data: bytes) -> None:
        for reply in self.device.feed(data):
            self.waiting += 1
            self.bytes_in.write(reply.data)

    def on_control(self, setup: usbip.Setup, data: bytes = b"") -> bytes:
        self.asked.append((setup.bmRequestType, setup.bRequest, setup.wIndex))
        wish = SimpleNamespace(request_type=setup.bmRequestType, request=setup.bRequest)
        answer: bytes = self.device.control(wish)  # type: ignore[attr-defined]
        if not answer:
            raise usbip.Stall
        return answer[: setup.wLength]


@dataclass
class Endpoint:
    handle: usbip.Handle
    played: Played
    bEndpointAddress: int  # noqa: N815 - as pyusb names it
    bmAttributes: int  # noqa: N815
    wMaxPacketSize: int  # noqa: N815

    def write(self, data: bytes, timeout: int) -> int:
        sent: int = self.handle.bulk_out(self.bEndpointAddress, data)
        return sent

    def read(self, size: int, timeout: int) -> bytes:
        if not self.played.waiting:
            raise usb.core.USBError("nothing came", errno=errno.ETIMEDOUT)
        self.played.waiting -= 1
        data: bytes = self.handle.bulk_in(self.bEndpointAddress, size)
        return data


class Interface(list[Endpoint]):
    """An interface descriptor and its endpoints."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self.bInterfaceNumber, self.bAlternateSetting, self.bInterfaceClass = raw[2], raw[3], raw[5]


@dataclass
class Attached:
    """The device as pyusb would show it, its configuration read over the wire."""

    handle: usbip.Handle
    played: Played
    bus: int = 1
    port_numbers: tuple[int, ...] = (1,)
    ctx: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[list[Interface]]:
        raw = self.handle.control(0x80, 6, 0x0200, 0, 1024)
        found: list[Interface] = []
        place = 0
        while place < len(raw):
            one = raw[place : place + raw[place]]
            if one[1] == 4:
                found.append(Interface(one))
            elif one[1] == 5:
                size = int.from_bytes(one[4:6], "little")
                found[-1].append(Endpoint(self.handle, self.played, one[2], one[3], size))
            place += len(one)
        yield found

    def is_kernel_driver_active(self, number: int) -> bool:
        return False

    def ctrl_transfer(self, kind: int, request: int, value: int, index: int, what: int, timeout: int) -> bytes:
        try:
            data: bytes = self.handle.control(kind, request, value, index, what)
        except usbip.Stall as e:
            raise usb.core.USBError("stalled", errno=errno.EPIPE) from e
        return data


@contextmanager
def plugged(device: Device, cls: int) -> Iterator[Attached]:
    played = Played(device, cls)
    bus = usbip.Loopback()
    virtual = usbip.USBDevice(0x1209, 0x0001)
    virtual.add(played)
    with virtual.plug(via=bus), usbip.open(transport=bus) as handle:
        yield Attached(handle, played)
