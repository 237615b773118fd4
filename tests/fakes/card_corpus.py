# ruff: noqa: E501
"""Card data in every form it has been seen in, and things that look like it: seeded, made up, no real number."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ISSUERS = (
    ("4", 16), ("4", 19), ("51", 16), ("55", 16), ("2223", 16), ("2720", 16), ("34", 15), ("37", 15), ("36", 14),
    ("3530", 16), ("6011", 16), ("65", 16), ("62", 16), ("62", 19), ("6724", 19), ("6763", 19), ("5018", 16), ("6304", 19),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """`data[start:end]` is the card data with its surroundings left out; `hidden` must not be in the masked bytes."""

    form: str
    data: bytes
    hidden: bytes
    protocol: str | None = None
    framing: str | None = None


def number(rng: random.Random) -> str:
    """A made-up card number with a right check digit."""
    prefix, length = rng.choice(ISSUERS)
    body = prefix + "".join(str(rng.randrange(10)) for _ in range(length - len(prefix) - 1))
    return body + check_digit(body)


def check_digit(body: str) -> str:
    total = 0
    for i, c in enumerate(reversed(body)):
        d = int(c) * (2 if i % 2 == 0 else 1)
        total += d - 9 if d > 9 else d
    return str(-total % 10)


def packed(digits: str) -> bytes:
    return bytes.fromhex(digits + "F" * (len(digits) % 2))


def track_2(rng: random.Random, pan: str) -> str:
    return f"{pan}D{rng.randrange(25, 35)}{rng.randrange(1, 13):02}{rng.choice(('101', '201', '221'))}{rng.randrange(10**8):08}"


def crc(data: bytes) -> bytes:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


def stuffed(message: bytes) -> bytes:
    return b"\x10\x02" + message.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + crc(message + b"\x03")


def words(rng: random.Random) -> bytes:
    return b" ".join(rng.choice(WORDS) for _ in range(rng.randrange(2, 9)))


WORDS = (
    b"Kartenzahlung", b"EUR", b"12,90", b"Terminal-ID", b"60000012", b"approved", b"girocard", b"Beleg-Nr.", b"0042", b"status=ok",
    b"14:30:05", b"2026-03-12", b"thank", b"you", b"AID", b"A0000000041010", b"printer", b"ready", b"TA-Nr", b"000123",
)  # fmt: skip


def _noise(rng: random.Random) -> bytes:
    return bytes(rng.choice((0xFF, 0xFE, 0xA7, 0xC3, 0xDB, 0xAA, 0xEB)) for _ in range(rng.randrange(1, 12)))


def _grouped(pan: str) -> list[str]:
    return [pan[i : i + 4] for i in range(0, len(pan), 4)]


def _text(rng: random.Random, middle: str) -> bytes:
    return words(rng) + b" " + middle.encode() + b" " + words(rng)


def _ascii(rng: random.Random, pan: str) -> Case:
    return Case("ascii", _text(rng, pan), pan.encode())


def _spaced(rng: random.Random, pan: str) -> Case:
    middle = " ".join(_grouped(pan))
    return Case("spaced", _text(rng, "card: " + middle + "."), middle.encode())


def _dashed(rng: random.Random, pan: str) -> Case:
    middle = "-".join(_grouped(pan))
    return Case("dashed", _text(rng, f"({middle})"), middle.encode())


def _apart(rng: random.Random, pan: str) -> Case:
    return Case("one by one", _text(rng, f"No: {' '.join(pan)} end"), " ".join(pan).encode())


def _padded_f(rng: random.Random, pan: str) -> Case:
    body = packed(pan) if len(pan) % 2 else packed(pan) + b"\xff\xff"
    return Case("packed F", _noise(rng) + body + _noise(rng), packed(pan))


def _padded_d(rng: random.Random, pan: str) -> Case:
    body = packed(track_2(rng, pan))
    return Case("packed D", _noise(rng) + body + _noise(rng), packed(pan)[: len(pan) // 2])


def _tlv(tag: str, value: bytes) -> bytes:
    return bytes.fromhex(tag) + bytes([len(value)]) + value


def emv_chain(rng: random.Random, tag: str, value: bytes) -> bytes:
    before = _tlv("9F02", bytes(4) + bytes([rng.randrange(10) << 4, 0])) + _tlv("9F1A", b"\x02\x80")
    return before + _tlv(tag, value) + _tlv("9F36", rng.randbytes(2)) + _tlv("95", bytes(5))


def _emv(tag: str, make: Callable[[random.Random, str], bytes]) -> Callable[[random.Random, str], Case]:
    def case(rng: random.Random, pan: str) -> Case:
        value = make(rng, pan)
        return Case(f"emv {tag}", emv_chain(rng, tag, value), value)

    return case


def _name(rng: random.Random, _pan: str) -> bytes:
    return rng.choice((b"MUSTERMANN/ERIKA", b"DOE/JOHN A", b"O'NEIL/KIM", b"VAN DER BERG/P"))


def _track_1(rng: random.Random, pan: str) -> str:
    return f"B{pan}^{_name(rng, pan).decode()}^{rng.randrange(25, 35)}12{rng.randrange(10**9):09}"


def zvt_status(fields: bytes) -> bytes:
    return b"\x04\x0f" + bytes([len(fields)]) + fields


def status_fields(rng: random.Random, inner: bytes) -> bytes:
    return (
        b"\x27\x00\x04"
        + bytes.fromhex(f"{rng.randrange(10**12):012}")
        + b"\x49\x09\x78"
        + inner
        + b"\x29\x60\x00\x00\x12"
    )


def ll(value: bytes, digits: int = 2) -> bytes:
    return bytes(0xF0 | int(c) for c in f"{len(value):0{digits}}") + value


def _zvt_message(rng: random.Random, pan: str) -> tuple[str, bytes, bytes]:
    kind = rng.choice(("22", "23", "24", "2D", "06/1F09"))
    track = packed(track_2(rng, pan))
    if kind == "22":
        value = packed(pan)
        return kind, zvt_status(status_fields(rng, b"\x22" + ll(value))), value
    if kind == "23":
        return kind, zvt_status(status_fields(rng, b"\x23" + ll(track))), packed(pan)[: len(pan) // 2]
    if kind == "24":
        return kind, zvt_status(status_fields(rng, b"\x24" + ll(b"\x01" + track, 3))), packed(pan)[: len(pan) // 2]
    if kind == "2D":
        value = _track_1(rng, pan).encode()
        return kind, zvt_status(status_fields(rng, b"\x2d" + ll(value))), pan.encode()
    tlv = _tlv("1F09", track)
    return kind, zvt_status(status_fields(rng, b"\x06" + bytes([len(tlv)]) + tlv)), packed(pan)[: len(pan) // 2]


def _zvt_told(rng: random.Random, pan: str) -> Case:
    kind, message, hidden = _zvt_message(rng, pan)
    return Case(f"zvt {kind}", message, hidden, "zvt", "tcp")


def _zvt_found(rng: random.Random, pan: str) -> Case:
    kind, message, hidden = _zvt_message(rng, pan)
    return Case(f"zvt {kind}, not told", message, hidden)


def _zvt_serial(rng: random.Random, pan: str) -> Case:
    _, message, hidden = _zvt_message(rng, pan)
    return Case("zvt serial", b"\x06" + stuffed(message), hidden.replace(b"\x10", b"\x10\x10"), "zvt", "serial")


def _hex_text(rng: random.Random, pan: str) -> Case:
    data = rng.choice((pan.encode(), emv_chain(rng, "5A", packed(pan)), b"\xff" + packed(track_2(rng, pan))))
    sep = rng.choice(("", " ", ":", ", 0x", "\\x", "-"))
    text = sep.join(f"{b:02x}" for b in data)
    text = text.upper() if rng.random() < 0.5 and "x" not in sep else text
    hidden = sep.join(f"{b:02x}" for b in (pan.encode() if data == pan.encode() else packed(pan)[: len(pan) // 2]))
    return Case(
        "hex text",
        b"RX " + (b"0x" if "0x" in sep else b"\\x" if "x" in sep else b"") + text.encode() + b"\n",
        hidden.encode(),
    )


def _dump(rng: random.Random, pan: str) -> Case:
    data = rng.randbytes(rng.randrange(3, 14)).translate(bytes([0xFE]) * 256) + rng.choice(
        (b"PAN=" + pan.encode() + b";", emv_chain(rng, "5A", packed(pan)))
    )
    lines = []
    style = rng.randrange(3)
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        shown = "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in row)
        if style == 0:
            lines.append(
                f"{at:08x}: " + " ".join(row[i : i + 2].hex() for i in range(0, len(row), 2)).ljust(39) + "  " + shown
            )
        elif style == 1:
            half = row[:8].hex(" ") + "  " + row[8:].hex(" ")
            lines.append(f"{at:08x}  {half:<49} |{shown}|")
        else:
            lines.append(f"{at:04x}   {row.hex(' '):<47}   {shown}")
    return Case("dump", ("\n".join(lines) + "\n").encode(), pan[:12].encode())


def _base64(rng: random.Random, pan: str) -> Case:
    inner = rng.choice(
        (f'{{"pan":"{pan}"}}'.encode(), emv_chain(rng, "5A", packed(pan)), words(rng) + b" " + pan.encode())
    )
    coder = rng.choice((base64.b64encode, base64.urlsafe_b64encode))
    return Case("base64", b'{"payload":"' + coder(inner) + b'"}', b"")


def _list(rng: random.Random, pan: str) -> Case:
    inner = rng.choice((pan.encode(), emv_chain(rng, "57", packed(track_2(rng, pan)))))
    values = list(inner) if rng.random() < 0.5 else [b - 256 if b > 127 else b for b in inner]
    separators = rng.choice(((",", ":"), (", ", ": ")))
    return Case("number list", json.dumps({"data": values}, separators=separators).encode(), b"")


def _utf16(rng: random.Random, pan: str) -> Case:
    coding = rng.choice(("utf-16-le", "utf-16-be"))
    return Case("utf-16", f"Karte {pan} ok".encode(coding), pan.encode(coding))


def _first_track(rng: random.Random, pan: str) -> Case:
    return Case("track 1", b"swipe %" + _track_1(rng, pan).encode() + b"?\n", pan.encode())


def _second_track(rng: random.Random, pan: str) -> Case:
    return Case("track 2", b";" + track_2(rng, pan).replace("D", "=").encode() + b"?", pan.encode())


FORMS: tuple[Callable[[random.Random, str], Case], ...] = (
    _ascii, _spaced, _dashed, _apart, _padded_f, _padded_d, _zvt_told, _zvt_found, _zvt_serial, _hex_text, _dump, _base64,
    _list, _utf16, _first_track, _second_track,
    _emv("5A", lambda rng, pan: packed(pan)),
    _emv("57", lambda rng, pan: packed(track_2(rng, pan))),
    _emv("9F6B", lambda rng, pan: packed(track_2(rng, pan))),
    _emv("56", lambda rng, pan: _track_1(rng, pan).encode()),
    _emv("5F20", _name),
    _emv("5F24", lambda rng, pan: bytes((0x27, 0x12, 0x31))),
    _emv("9F1F", lambda rng, pan: f"{rng.randrange(10**12):012}".encode()),
    _emv("9F20", lambda rng, pan: packed(f"{rng.randrange(10**12):012}")),
    _emv("99", lambda rng, pan: rng.randbytes(8)),
)  # fmt: skip


def positives(seed: int, each: int) -> Iterator[Case]:
    rng = random.Random(seed)
    for form in FORMS:
        for _ in range(each):
            yield form(rng, number(rng))
