"""Messages of a card reader as the USB packets of a made-up bus, for Wireshark's own dissector; must not write files.

Link type 220 (LINKTYPE_USB_LINUX_MMAPPED): 64 bytes as Linux's usbmon writes them (Documentation/usb/usbmon.rst), then
the data. The dissector of CCID attaches to endpoints of an interface of class 0B, so the reader's description comes
first: the one that the reader gave, if the trace holds it, else the smallest that is true of every such reader.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

from kiosk.model.trace import Entry, What

LINK_TYPE = 220
_HEADER = struct.Struct("<QBBBBHBBqiiII8sIIII")
_SUBMIT, _COMPLETE = ord("S"), ord("C")
_INTERRUPT, _CONTROL, _BULK = 1, 2, 3  # usbmon's numbers
_HAS, _NONE = 0, ord("-")
_IN, _IN_PROGRESS = 0x80, -115
_NOTICES = (0x50, 0x51)  # CCID 1.1 section 6.3: these come over the interrupt endpoint
# Configuration, interface of class 0B, bulk out 01, bulk in 82, interrupt in 83 (USB 2.0 section 9.6).
_SMALLEST = bytes.fromhex("0902270001010080 32 0904000003 0b0000 00 0705010240 0000 0705820240 0000 0705830308 00ff")
_ASKED = struct.Struct("<BBHHH")  # USB 2.0 section 9.4.3, GET_DESCRIPTOR

Message = tuple[float, str, bytes, str]
"""Seconds, direction, bytes, remark."""


def packets(messages: Iterable[Message], entries: Sequence[Entry], began: int, device: int) -> Iterator[Message]:
    """The same messages with usbmon's header, behind two packets that describe the reader.

    `began` is in microseconds since 1970; `device` is a number on the bus, 1 to 127.
    """
    description = _description(entries)
    bus = _Bus(began, device, _endpoints(description))
    first = entries[0].at if entries else 0.0
    yield first, "out", bus.ask(first, len(description)), "made up: the reader's description"
    yield first, "in", bus.described(first, description), ""
    for at, direction, payload, note in messages:
        yield at, direction, bus.carried(at, direction, payload), note


def _description(entries: Sequence[Entry]) -> bytes:
    told = (e.data for e in entries if e.what is What.CONTROL_IN and e.data[1:2] == b"\x02")
    return next((data for data in told if set(_endpoints(data)) >= {_BULK, _BULK | _IN}), _SMALLEST)


def _endpoints(description: bytes) -> dict[int, int]:
    """Addresses of the endpoints behind the interface of class 0B, by kind; bulk in is `_BULK | _IN`."""
    found: dict[int, int] = {}
    place, inside = 0, False
    while place + 2 <= len(description) and description[place] >= 2:
        one = description[place : place + description[place]]
        if one[1] == 4:
            inside = len(one) >= 9 and one[5] == 0x0B
        elif one[1] == 5 and inside and len(one) >= 7:
            kind = {2: _BULK, 3: _INTERRUPT}.get(one[3] & 3, 0)
            found.setdefault(kind | (one[2] & _IN), one[2])
        place += len(one)
    return found


class _Bus:
    """Writes headers; every packet has a number of its own, a question and its answer the same."""

    def __init__(self, began: int, device: int, endpoints: dict[int, int]) -> None:
        self._began, self._device, self._endpoints = began, device, endpoints
        self._number = device << 32

    def ask(self, at: float, size: int) -> bytes:
        self._number += 1
        setup = _ASKED.pack(_IN, 6, 0x0200, 0, size)
        return self._packet(at, _SUBMIT, _CONTROL, _IN, b"", asks=size, setup=setup)

    def described(self, at: float, description: bytes) -> bytes:
        return self._packet(at, _COMPLETE, _CONTROL, _IN, description)

    def carried(self, at: float, direction: str, payload: bytes) -> bytes:
        self._number += 1
        if direction == "out":
            return self._packet(at, _SUBMIT, _BULK, self._endpoints[_BULK], payload)
        notice = self._endpoints.get(_INTERRUPT | _IN) if payload[:1] and payload[0] in _NOTICES else None
        if notice is not None:
            return self._packet(at, _COMPLETE, _INTERRUPT, notice, payload)
        return self._packet(at, _COMPLETE, _BULK, self._endpoints[_BULK | _IN], payload)

    def _packet(
        self, at: float, event: int, kind: int, endpoint: int, data: bytes, *, asks: int = 0, setup: bytes = b""
    ) -> bytes:
        seconds, microseconds = divmod(self._began + round(at * 1e6), 1_000_000)
        has_setup, has_data = (_HAS if setup else _NONE), (_HAS if data else _NONE)
        status = _IN_PROGRESS if event == _SUBMIT else 0
        head = _HEADER.pack(
            *(self._number, event, kind, endpoint, self._device, 1, has_setup, has_data, seconds, microseconds),
            *(status, asks or len(data), len(data), setup, 0, 0, 0, 0),
        )
        return head + data
