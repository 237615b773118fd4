# ruff: noqa: E501
"""Card data in every form it has been seen in, and things that look like it: seeded, made up, no real number."""

from __future__ import annotations

import base64
import json
import random
import uuid
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


def _words(rng: random.Random) -> bytes:
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
    return _words(rng) + b" " + middle.encode() + b" " + _words(rng)


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


def _chain(rng: random.Random, tag: str, value: bytes) -> bytes:
    before = _tlv("9F02", bytes(4) + bytes([rng.randrange(10) << 4, 0])) + _tlv("9F1A", b"\x02\x80")
    return before + _tlv(tag, value) + _tlv("9F36", rng.randbytes(2)) + _tlv("95", bytes(5))


def _emv(tag: str, make: Callable[[random.Random, str], bytes]) -> Callable[[random.Random, str], Case]:
    def case(rng: random.Random, pan: str) -> Case:
        value = make(rng, pan)
        return Case(f"emv {tag}", _chain(rng, tag, value), value)

    return case


def _name(rng: random.Random, _pan: str) -> bytes:
    return rng.choice((b"MUSTERMANN/ERIKA", b"DOE/JOHN A", b"O'NEIL/KIM", b"VAN DER BERG/P"))


def _track_1(rng: random.Random, pan: str) -> str:
    return f"B{pan}^{_name(rng, pan).decode()}^{rng.randrange(25, 35)}12{rng.randrange(10**9):09}"


def _zvt_status(fields: bytes) -> bytes:
    return b"\x04\x0f" + bytes([len(fields)]) + fields


def _fields(rng: random.Random, inner: bytes) -> bytes:
    return (
        b"\x27\x00\x04"
        + bytes.fromhex(f"{rng.randrange(10**12):012}")
        + b"\x49\x09\x78"
        + inner
        + b"\x29\x60\x00\x00\x12"
    )


def _ll(value: bytes, digits: int = 2) -> bytes:
    return bytes(0xF0 | int(c) for c in f"{len(value):0{digits}}") + value


def _zvt_message(rng: random.Random, pan: str) -> tuple[str, bytes, bytes]:
    kind = rng.choice(("22", "23", "24", "2D", "06/1F09"))
    track = packed(track_2(rng, pan))
    if kind == "22":
        value = packed(pan)
        return kind, _zvt_status(_fields(rng, b"\x22" + _ll(value))), value
    if kind == "23":
        return kind, _zvt_status(_fields(rng, b"\x23" + _ll(track))), packed(pan)[: len(pan) // 2]
    if kind == "24":
        return kind, _zvt_status(_fields(rng, b"\x24" + _ll(b"\x01" + track, 3))), packed(pan)[: len(pan) // 2]
    if kind == "2D":
        value = _track_1(rng, pan).encode()
        return kind, _zvt_status(_fields(rng, b"\x2d" + _ll(value))), pan.encode()
    tlv = _tlv("1F09", track)
    return kind, _zvt_status(_fields(rng, b"\x06" + bytes([len(tlv)]) + tlv)), packed(pan)[: len(pan) // 2]


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
    data = rng.choice((pan.encode(), _chain(rng, "5A", packed(pan)), b"\xff" + packed(track_2(rng, pan))))
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
        (b"PAN=" + pan.encode() + b";", _chain(rng, "5A", packed(pan)))
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
        (f'{{"pan":"{pan}"}}'.encode(), _chain(rng, "5A", packed(pan)), _words(rng) + b" " + pan.encode())
    )
    coder = rng.choice((base64.b64encode, base64.urlsafe_b64encode))
    return Case("base64", b'{"payload":"' + coder(inner) + b'"}', b"")


def _list(rng: random.Random, pan: str) -> Case:
    inner = rng.choice((pan.encode(), _chain(rng, "57", packed(track_2(rng, pan)))))
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


# --- what must come through untouched ------------------------------------------------------------------------------


def _firmware(rng: random.Random) -> bytes:
    parts = []
    for _ in range(6):
        parts += [
            rng.randbytes(900),
            bytes(rng.randrange(400)),
            b"\xff" * rng.randrange(200),
            b"firmware v2.14.15 (c) ACME GmbH\0",
        ]
        parts += [
            b"".join(rng.choice((b"READY\0", b"PAPER\0", b"STATUS\0", b"%08x\0", b"TAX REP\0")) for _ in range(20))
        ]
        parts += [bytes(rng.randrange(100) // 10 << 4 | rng.randrange(10) for _ in range(5)) + b"\xf3"]
    return b"".join(parts)


def _receipt(rng: random.Random) -> bytes:
    return (
        f"  K U N D E N B E L E G\nMustermarkt Nord\nTerminal-ID {rng.randrange(10**8):08}\nTA-Nr {rng.randrange(10**6):06} BNr {rng.randrange(10**4):04}\n"
        f"Kartenzahlung girocard\nEUR {rng.randrange(99)},{rng.randrange(99):02}\n################{rng.randrange(10**4):04} 0\n"
        f"Datum 12.03.26 14:30 Uhr\nVU-Nr. {rng.randrange(10**10):010}\nGenehmigungs-Nr. {rng.randrange(10**6):06}\n"
        f"AID A0000000041010 EMV 0000008000/E800/00/02/3F00\nIBAN DE89 3704 0044 0532 0130 00\n** Zahlung erfolgt **\n"
    ).encode("cp437")


def _safe_fields(rng: random.Random) -> bytes:
    pan = number(rng)
    field = rng.choice(
        ("serial", "serial_number", "imei", "ean", "trace_id", "transaction_id", "timestamp_ns", "order_no")
    )
    return rng.choice((f'{{"{field}": "{pan}"}}', f"{field}={pan}", f"{field}: {pan}")).encode()


def _masked(rng: random.Random) -> bytes:
    last = f"{rng.randrange(10**4):04}"
    return rng.choice((
        f"xxxxxxxxxxxx{last}".encode(),
        b"\x04\x0f\x12\x27\x00\x22\xf0\xf8" + bytes.fromhex(f"559883EEEEEE{last}") + b"\x49\x09\x78\x0b\x00",
        f"4111 11** **** {last}".encode(),
        f"**** **** **** {last}".encode(),
    ))  # fmt: skip


def _ids(rng: random.Random) -> bytes:
    return " ".join((
        str(uuid.UUID(int=rng.getrandbits(128))),
        f"2026-03-12T14:{rng.randrange(60):02}:{rng.randrange(60):02}.{rng.randrange(10**6):06}Z",
        str(1_700_000_000_000_000_000 + rng.randrange(10**17)), str(1_700_000_000_000 + rng.randrange(10**11)),
        f"202603{rng.randrange(1, 29):02}{rng.randrange(24):02}{rng.randrange(60):02}05{rng.randrange(1000):03}",
        repr(rng.random()), rng.randbytes(32).hex(), f"+49151{rng.randrange(10**8):08}",
    )).encode()  # fmt: skip


def _log(rng: random.Random) -> bytes:
    return b"\n".join(
        f"2026-03-12 14:{i:02}:05,{rng.randrange(1000):03} INFO port /dev/ttyUSB{i % 4}: ".encode() + _words(rng)
        for i in range(20)
    )


def _clean_dump(rng: random.Random) -> bytes:
    data = rng.randbytes(256)
    return "\n".join(
        f"{at:08x}  {data[at : at + 16].hex(' ')}  |................|" for at in range(0, 256, 16)
    ).encode()


def _clean_base64(rng: random.Random) -> bytes:
    return b'{"certificate": "' + base64.b64encode(rng.randbytes(700)) + b'"}'


def _clean_list(rng: random.Random) -> bytes:
    return json.dumps({"values": [rng.randrange(256) for _ in range(200)]}).encode()


def _clean_zvt(rng: random.Random) -> bytes:
    return rng.choice((_zvt_status(_fields(rng, b"\x0b\x00\x01\x23")), stuffed(_zvt_status(_fields(rng, b"")))))


def _umlauts(rng: random.Random) -> bytes:
    return "Prüfen Sie das Gerät – die Rückseite trägt ein Schild. Größe 4 × 12, 100 °C, „gut“.\n".encode() * 4


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    _firmware, _receipt, _safe_fields, _masked, _ids, _log, _clean_dump, _clean_base64, _clean_list, _clean_zvt, _umlauts,
)  # fmt: skip


def negatives(seed: int, each: int) -> Iterator[tuple[str, bytes]]:
    rng = random.Random(seed)
    for kind in KINDS:
        for _ in range(each):
            yield kind.__name__.strip("_"), kind(rng)


def mixed(seed: int, size: int, *, dirty: float = 0.0) -> bytes:
    """Clean data of all kinds up to `size` bytes; a share `dirty` of its pieces holds card data."""
    rng = random.Random(seed)
    parts, total = [], 0
    while total < size:
        part = rng.choice(FORMS)(rng, number(rng)).data if rng.random() < dirty else rng.choice(KINDS)(rng)
        parts.append(part + b"\n")
        total += len(part) + 1
    return b"".join(parts)[:size]
