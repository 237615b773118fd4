"""What every USB printer says without a word of its own language: id and port state; shared, and no protocol itself.

Source: USB Device Class Definition for Printing Devices 1.1, section 4.2; IEEE 1284-2000 section 7.6 for the id.
GET_DEVICE_ID and GET_PORT_STATUS read and change nothing; SOFT_RESET is never sent.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.model.finding import Measurement
from kiosk.protocols.conversation import Control, Wish
from kiosk.protocols.framing import printable

# The channel writes the number of the interface that it claimed into the index (section 4.2.1).
DEVICE_ID = Control(0xA1, 0, 0, 0, length=1023)
PORT_STATUS = Control(0xA1, 1, 0, 0, length=1)
ASKS = frozenset({DEVICE_ID, PORT_STATUS})

_KEYS = {
    "make": ("MFG", "MANUFACTURER"),
    "model": ("MDL", "MODEL"),
    "serial": ("SN", "SERN", "SERIALNUMBER"),
    "commands": ("CMD", "COMMAND SET"),
}
_LONGEST = 120
PAPER_EMPTY, SELECTED, NO_ERROR = 0x20, 0x10, 0x08


@dataclass(frozen=True, slots=True)
class Told:
    """`id` holds make, model, serial and commands, as far as they were told; `status` is None where none came."""

    id: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """What is wrong, in the words of ESC/POS."""
        if self.status is None:
            return ()
        wrong = {
            "paper_end": bool(self.status & PAPER_EMPTY),
            "offline": not self.status & SELECTED,
            "error": not self.status & NO_ERROR,
        }
        return tuple(name for name, is_so in wrong.items() if is_so)


def ask() -> Generator[Wish, Any, Told]:
    """Both, in two control transfers; where the way to the printer has none, nothing is told."""
    id = yield DEVICE_ID
    status = yield PORT_STATUS
    return Told(
        device_id(id) if isinstance(id, bytes) else {},
        status[0] if isinstance(status, bytes) and len(status) == 1 and is_status(status[0]) else None,
    )


def is_status(byte: int) -> bool:
    """Only bits 3, 4 and 5 are in use, the others are 0 (section 4.2.2)."""
    return byte & 0xC7 == 0


def device_id(data: bytes) -> dict[str, str]:
    """`MFG:..;MDL:..;` behind two bytes of length (either order is met, so the bytes that came decide)."""
    pairs = (part.partition(":") for part in printable(data[2:]).split(";"))
    found = {key.strip().upper(): value.strip()[:_LONGEST] for key, colon, value in pairs if colon}
    told = {name: next((found[key] for key in keys if found.get(key)), "") for name, keys in _KEYS.items()}
    return {name: value for name, value in told.items() if value}


def measurements(told: Told) -> tuple[Measurement, ...]:
    """For technicians; nothing where nothing was told."""
    measured = []
    if told.status is not None:
        words = ", ".join(told.flags) or "ready"
        measured.append(Measurement("usb_printer.status", words, raw=f"{told.status:02X}"))
    if told.id:
        measured.append(Measurement("usb_printer.commands", told.id.get("commands", "")))
    return tuple(measured)
