"""What a card reader says of itself in its class descriptor: voltages, protocols, features; a pure reading of 54 bytes.

Source: CCID 1.1 table 5.1-1. The descriptor stands behind the interface descriptor in the configuration descriptor.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.errors import Garbled
from kiosk.model.finding import Measurement

LENGTH, TYPE = 54, 0x21
_LAYOUT = struct.Struct("<BBHBBIIIBIIBIIIIIBBHBB")

VOLTAGES: Mapping[int, str] = {0: "5 V", 1: "3 V", 2: "1.8 V"}
PROTOCOLS: Mapping[int, str] = {0: "T=0", 1: "T=1"}
SYNCHRONOUS: Mapping[int, str] = {0: "2-wire", 1: "3-wire", 2: "I2C"}
MECHANICAL: Mapping[int, str] = {0: "accepts", 1: "ejects", 2: "captures", 3: "locks"}
PIN: Mapping[int, str] = {0: "verify", 1: "modify"}
FEATURES: Mapping[int, str] = {
    1: "parameters_from_atr",
    2: "activates_on_insert",
    3: "chooses_voltage",
    4: "chooses_clock",
    5: "chooses_rate",
    6: "negotiates",
    7: "pps",
    8: "stops_clock",
    9: "nad",
    10: "ifsd",
    20: "wakes_pc",
}
_EXCHANGE = {0: "character", 1: "TPDU", 2: "short APDU", 4: "extended APDU"}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """The fields of table 5.1-1 under short names; clocks in kHz, rates in bit/s, lengths in bytes."""

    version: str
    slots: int
    voltages: tuple[str, ...]
    protocols: tuple[str, ...]
    clock: int
    clock_max: int
    rate: int
    rate_max: int
    ifsd: int
    synchronous: tuple[str, ...]
    mechanical: tuple[str, ...]
    features: tuple[str, ...]
    exchange: str
    message_length: int
    lcd: tuple[int, int]  # lines, characters a line
    pin: tuple[str, ...]
    busy_slots: int


def _bits(value: int, names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(name for bit, name in names.items() if value >> bit & 1)


def parse(data: bytes) -> Descriptor:
    """Raises `Garbled` where it is no CCID class descriptor."""
    if len(data) < LENGTH or data[0] != LENGTH or data[1] != TYPE:
        raise Garbled(
            "The reader's description of itself is none.", "Unplug the reader, plug it in again, check again."
        )
    f = _LAYOUT.unpack_from(data)
    return Descriptor(
        version=f"{f[2] >> 8:x}.{f[2] & 0xFF:02x}",
        slots=f[3] + 1,
        voltages=_bits(f[4], VOLTAGES),
        protocols=_bits(f[5], PROTOCOLS),
        clock=f[6],
        clock_max=f[7],
        rate=f[9],
        rate_max=f[10],
        ifsd=f[12],
        synchronous=_bits(f[13], SYNCHRONOUS),
        mechanical=_bits(f[14], MECHANICAL),
        features=_bits(f[15], FEATURES),
        exchange=_EXCHANGE.get(f[15] >> 16 & 7, "unknown"),
        message_length=f[16],
        lcd=(f[19] >> 8, f[19] & 0xFF),
        pin=_bits(f[20], PIN),
        busy_slots=f[21],
    )


def find(configuration: bytes) -> bytes | None:
    """The class descriptor in a configuration descriptor (USB 2.0 section 9.5), or None.

    A HID descriptor has the same type but nine bytes; a reader that is older than the class calls its own FF.
    """
    return next((d for d in _descriptors(configuration) if len(d) == LENGTH and d[1] in (TYPE, 0xFF)), None)


def _descriptors(data: bytes) -> Iterator[bytes]:
    offset = 0
    while offset + 2 <= len(data) and data[offset] >= 2:
        yield data[offset : offset + data[offset]]
        offset += data[offset]


def measurements(found: Descriptor) -> tuple[Measurement, ...]:
    """For technicians, in the order of the descriptor."""
    lists = {
        "voltages": found.voltages,
        "protocols": found.protocols,
        "synchronous": found.synchronous,
        "mechanical": found.mechanical,
        "features": found.features,
        "pin": found.pin,
    }
    lines, columns = found.lcd
    return (
        Measurement("ccid.version", found.version),
        Measurement("ccid.slots", found.slots),
        *(Measurement(f"ccid.{name}", ", ".join(words)) for name, words in lists.items()),
        Measurement("ccid.exchange", found.exchange),
        Measurement("ccid.clock", found.clock, "kHz"),
        Measurement("ccid.clock_max", found.clock_max, "kHz"),
        Measurement("ccid.rate", found.rate, "bit/s"),
        Measurement("ccid.rate_max", found.rate_max, "bit/s"),
        Measurement("ccid.ifsd", found.ifsd, "bytes"),
        Measurement("ccid.message_length", found.message_length, "bytes"),
        Measurement("ccid.display", f"{lines} x {columns}" if lines and columns else "none"),
    )
