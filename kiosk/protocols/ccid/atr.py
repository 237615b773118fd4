"""What a card says first (answer to reset): its structure and its protocols; what it says of itself is never read.

Source: ISO/IEC 7816-3:2006 section 8.2. Historical bytes may hold data of the card and its holder, so only their number
is kept; once masked they are EE, and so is the check byte if it was right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from kiosk.protocols.protocol import Value

LONGEST = 33  # TS and at most 32 characters
MASK = 0xEE
CONVENTIONS: Mapping[int, str] = {0x3B: "direct", 0x3F: "inverse"}
_INTERFACE = ("TA", "TB", "TC", "TD")
# ISO/IEC 7816-3:2006 tables 7 and 8; None is reserved.
_FI = (372, 372, 558, 744, 1116, 1488, 1860, None, None, 512, 768, 1024, 1536, 2048, None, None)
_DI = (None, 1, 2, 4, 8, 16, 32, 64, 12, 20, None, None, None, None, None, None)
_CLASSES = {0: "5 V", 1: "3 V", 2: "1.8 V"}  # section 8.3, first TA behind T=15


@dataclass(frozen=True, slots=True)
class Atr:
    """One answer to reset. `check` is None where the card sends no check byte, else whether it is right."""

    convention: str
    protocols: tuple[int, ...]
    interface: Mapping[str, int]
    historical: tuple[int, int]  # where they begin, and how many there are
    check: bool | None
    length: int

    @property
    def good(self) -> bool:
        return self.check is not False


def parse(data: bytes) -> Atr | None:
    """The answer to reset that fills `data`; None where it is none: wrong start, cut off, too long, odd order."""
    if not 2 <= len(data) <= LONGEST or data[0] not in CONVENTIONS:
        return None
    read = _interface(data)
    if read is None:
        return None
    interface, protocols, place = read
    count = data[1] & 15
    has_check = any(protocol != 0 for protocol in protocols)
    if place + count + has_check != len(data):
        return None
    check = _check(data, place, count) if has_check else None
    return Atr(CONVENTIONS[data[0]], protocols or (0,), interface, (place, count), check, len(data))


def _interface(data: bytes) -> tuple[dict[str, int], tuple[int, ...], int] | None:
    """Interface bytes by name, the protocols told, and where the historical bytes begin."""
    interface: dict[str, int] = {}
    protocols: list[int] = []
    place, follows, number = 2, data[1] >> 4, 1
    while follows:
        for bit, letters in enumerate(_INTERFACE):
            if follows >> bit & 1:
                if place >= len(data):
                    return None
                interface[f"{letters}{number}"] = data[place]
                place += 1
        last = interface.get(f"TD{number}")
        if last is None:
            break
        if protocols and last & 15 < protocols[-1]:
            return None  # section 8.2.3: protocols come in ascending order
        protocols.append(last & 15)
        follows, number = last >> 4, number + 1
    return interface, tuple(dict.fromkeys(protocols)), place


def _check(data: bytes, place: int, count: int) -> bool:
    """The exclusive or of all from T0 is 0 (section 8.2.5); of a masked one the mask itself says that it was."""
    historical = data[place : place + count]
    if count and historical.count(MASK) == count:
        return data[-1] == MASK
    return reduce(lambda one, other: one ^ other, data[1:]) == 0


# What kind of card says so, by the protocols that it offers.
_NAMES: Mapping[tuple[int, ...], str] = {
    (0,): "contact card, character by character (T=0)",
    (1,): "contact card, in blocks (T=1)",
    (0, 1): "contact card, in characters or blocks (T=0, T=1)",
}


def name_of(atr: Atr) -> str:
    """A card's kind in words, of its structure alone."""
    if is_contactless(atr):
        return "contactless card"
    spoken = tuple(protocol for protocol in atr.protocols if protocol != 15)
    return _NAMES.get(spoken or (0,), "contact card of another protocol")


def words(atr: Atr) -> dict[str, Value]:
    """What a technician reads: structure only."""
    told = [f"T={protocol}" for protocol in atr.protocols if protocol != 15]
    said: dict[str, Value] = {
        "name": name_of(atr),
        "convention": atr.convention,
        "protocols": [*told] or ["T=0"],
        "interface": " ".join(f"{name}={value:02X}" for name, value in atr.interface.items()),
        "historical_bytes": atr.historical[1],
    }
    if speed := speed_of(atr):
        said["speed"] = speed
    if voltages := voltages_of(atr):
        said["voltages"] = [*voltages]
    if atr.check is not None:
        said["check_byte"] = "right" if atr.check else "wrong"
    return said


def speed_of(atr: Atr) -> str:
    """Clock cycles a bit, from TA1 (section 8.3); "" where it is not told or reserved."""
    told = atr.interface.get("TA1")
    if told is None:
        return ""
    fi, di = _FI[told >> 4], _DI[told & 15]
    return f"{fi}/{di}" if fi and di else ""


def voltages_of(atr: Atr) -> tuple[str, ...]:
    """Classes of operating conditions: the first TA behind a TD that says T=15."""
    for name, value in atr.interface.items():
        if name.startswith("TD") and value & 15 == 15:
            classes = atr.interface.get(f"TA{int(name[2:]) + 1}")
            return tuple(word for bit, word in _CLASSES.items() if classes is not None and classes >> bit & 1)
    return ()


def is_contactless(atr: Atr) -> bool:
    """Readers make up this form for cards without contacts: `3B 8n 80 01` (PC/SC part 3, section 3.1.3.2.3)."""
    return atr.interface == {"TD1": 0x80, "TD2": 0x01} and atr.convention == "direct"
