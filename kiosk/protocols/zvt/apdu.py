"""One ZVT message: two bytes that name it, a length, data (PA00P015 section 2); must not know how it travels."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.errors import Garbled

LONG = 0xFF
LIMIT = 5 + 0xFFFF
"""No message is longer: two bytes of name, FF lo hi, and 65535 of data."""


@dataclass(frozen=True, slots=True)
class Apdu:
    """`command` is class and instruction (0x0501); `header` is how many bytes stand before the data."""

    command: int
    data: bytes = b""
    header: int = 3

    @property
    def name(self) -> str:
        """The command as four hex digits."""
        return f"{self.command:04X}"

    @property
    def answer(self) -> bool:
        """True for `80 00` and `84 xx`: an acknowledgement, not a command."""
        return self.command >> 8 in (0x80, 0x84)


def encode(command: int, data: bytes = b"") -> bytes:
    """Bytes of a message; data up to 254 bytes takes a short length."""
    size = len(data)
    length = bytes([size]) if size < LONG else bytes([LONG, size & 0xFF, size >> 8])
    return command.to_bytes(2, "big") + length + data


def size_of(data: bytes) -> int | None:
    """Length of the message that begins here, or None while too few bytes are there to know."""
    if len(data) < 3:
        return None
    if data[2] != LONG:
        return 3 + data[2]
    return 5 + int.from_bytes(data[3:5], "little") if len(data) >= 5 else None


def parse(data: bytes) -> Apdu:
    """One whole message; raises `Garbled` if it is longer or shorter than it says."""
    if size_of(data) != len(data):
        raise Garbled("A message of the terminal has the wrong length.")
    header = 5 if data[2] == LONG else 3
    return Apdu(int.from_bytes(data[:2], "big"), data[header:], header)
