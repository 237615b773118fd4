"""What a USB device's own descriptors say of its interfaces; pure, reads bytes that the system keeps.

A run of descriptors, each with its length and type in front (USB 2.0 section 9.5); the system has read them already.
"""

from __future__ import annotations

from collections.abc import Iterator

_INTERFACE, _FUNCTIONAL = 0x04, 0x21
_INTERFACE_LENGTH, _CCID_LENGTH = 9, 0x36  # CCID 1.1 section 5.1: 54 bytes; HID's descriptor 21h has 9
MOST_BYTES = 65536


def classes(data: bytes) -> tuple[str, ...]:
    """The class of every interface, as two hex digits, in the order they stand."""
    return tuple(f"{d[5]:02x}" for d in _descriptors(data) if d[1] == _INTERFACE and len(d) >= _INTERFACE_LENGTH)


def has_reader(data: bytes) -> bool:
    """Whether an interface describes a smart-card reader, also where its class is the maker's own (FF)."""
    return any(d[1] == _FUNCTIONAL and len(d) == _CCID_LENGTH for d in _descriptors(data))


def _descriptors(data: bytes) -> Iterator[bytes]:
    """Stops where a length cannot be: what follows would be guessed."""
    at = 0
    while at + 2 <= len(data) and 2 <= data[at] <= len(data) - at:
        yield data[at : at + data[at]]
        at += data[at]
