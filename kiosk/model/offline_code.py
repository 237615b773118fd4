"""The offline code: what an expert needs first, in 20 characters read over the phone; pure, for kiosk and desk.

100 bits, most significant first: verdict 12, model 12, hop 3, version 12, kiosk 24, time 20, checksum 17 (CRC-17 of
CAN FD, ISO 11898-1, over the 83 bits before it: finds every wrong character and every swapped pair of neighbours).
Verdict, model and kiosk are tags of names: the desk knows all names and finds which have the tag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct

from kiosk.model.finding import Hop
from kiosk.model.ids import CROCKFORD
from kiosk.model.release import spoken

CHARACTERS = 20
VERDICT, MODEL, HOP, VERSION, KIOSK, TIME, CHECKSUM = 12, 12, 3, 12, 24, 20, 17
_POLYNOMIAL = 0x1685B
_MINUTE = 60
NO_HOP = 7


class OfflineCode(Struct, frozen=True):
    """The fields as they travel; `time` is minutes since 1970 modulo 2**20 (two years)."""

    verdict: int
    model: int
    hop: int
    version: int
    kiosk: int
    time: int


class Mistyped(ValueError):
    """The characters are no offline code; says what is wrong in a plain sentence."""


_WIDTHS = (("verdict", VERDICT), ("model", MODEL), ("hop", HOP), ("version", VERSION), ("kiosk", KIOSK), ("time", TIME))
_HOPS = tuple(Hop)


def tag(name: str, bits: int) -> int:
    """A short number that stands for a name: the first bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 64 - bits


def tagged(value: int, bits: int, names: Iterable[str]) -> tuple[str, ...]:
    """Which of these names a tag may stand for; mostly one, for they are few."""
    return tuple(name for name in names if tag(name, bits) == value)


def offline_code(verdict: str, model: str, hop: Hop | None, version: str, kiosk: str, at: datetime) -> str:
    """The code of a case, as `K7M2-9QXA-...`: finding id, make and model, first broken hop,
    program version, kiosk id.
    """
    fields = OfflineCode(
        tag(verdict, VERDICT),
        tag(model, MODEL),
        NO_HOP if hop is None else _HOPS.index(hop),
        _version(version),
        tag(kiosk, KIOSK),
        int(at.timestamp()) // _MINUTE % (1 << TIME),
    )
    return encode(fields)


def encode(fields: OfflineCode) -> str:
    """Raises `ValueError` if a field does not fit its bits."""
    value = 0
    for name, width in _WIDTHS:
        field = getattr(fields, name)
        if not 0 <= field < 1 << width:
            raise ValueError(f"{name} does not fit {width} bits")
        value = value << width | field
    value = value << CHECKSUM | _checksum(value)
    text = "".join(CROCKFORD[value >> 5 * place & 31] for place in reversed(range(CHARACTERS)))
    return "-".join(text[i : i + 4] for i in range(0, CHARACTERS, 4))


def decode(code: str) -> OfflineCode:
    """The fields of a code as typed; raises `Mistyped`."""
    text = spoken(code)
    if len(text) != CHARACTERS:
        raise Mistyped(f"An offline code has {CHARACTERS} characters; these are {len(text)}.")
    value = 0
    for place, character in enumerate(text):
        if character not in CROCKFORD:
            raise Mistyped(f"Character {place + 1} cannot be in an offline code.")
        value = value << 5 | CROCKFORD.index(character)
    value, checksum = value >> CHECKSUM, value & (1 << CHECKSUM) - 1
    if _checksum(value) != checksum:
        raise Mistyped("One or more characters are wrong. Read the code again.")
    fields = {}
    for name, width in reversed(_WIDTHS):
        fields[name] = value & (1 << width) - 1
        value >>= width
    return OfflineCode(**fields)


def hop_of(fields: OfflineCode) -> Hop | None:
    return _HOPS[fields.hop] if fields.hop < len(_HOPS) else None


def time_of(fields: OfflineCode, now: datetime) -> datetime:
    """When the code was made: the latest such time that is not more than a day after `now`."""
    latest = int(now.timestamp()) // _MINUTE + 24 * 60
    return datetime.fromtimestamp((latest - (latest - fields.time) % (1 << TIME)) * _MINUTE, UTC)


def version_of(fields: OfflineCode) -> str:
    return f"{fields.version >> 8}.{fields.version >> 3 & 31}.{fields.version & 7}"


def _version(version: str) -> int:
    """Major 4 bits, minor 5, patch 3; what is larger is shown as the largest that fits."""
    parts = [int(p) if p.isdecimal() else 0 for p in [*version.split("."), "0", "0"][:3]]
    major, minor, patch = (min(p, top) for p, top in zip(parts, (15, 31, 7), strict=True))
    return major << 8 | minor << 3 | patch


def _checksum(value: int) -> int:
    """CRC-17/CAN-FD, bit by bit over the 83 bits, begun with all ones so that leading zeros count."""
    register = (1 << CHECKSUM) - 1
    for place in reversed(range(5 * CHARACTERS - CHECKSUM)):
        top = register >> CHECKSUM - 1 ^ value >> place & 1
        register = register << 1 & (1 << CHECKSUM) - 1
        register ^= _POLYNOMIAL if top else 0
    return register
