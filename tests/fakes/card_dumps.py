"""Card data as machines print or store it: dumps of od and hexdump, images of memory, base32, EBCDIC, fields glued
together; each with the way back. Seeded, made up."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable, Iterator

Write = Callable[[bytes], bytes]


def _rows(data: bytes, size: int = 16) -> Iterator[tuple[int, bytes]]:
    yield from ((at, data[at : at + size]) for at in range(0, len(data), size))


def _dump(cell: Callable[[bytes], str], size: int, offset: str = "07o") -> Write:
    """Rows of sixteen bytes; a cell holds `size` of them."""

    def write(data: bytes) -> bytes:
        padded = data + bytes(-len(data) % size)
        lines = [
            f"{at:{offset}} " + " ".join(cell(row[i : i + size]) for i in range(0, len(row), size))
            for at, row in _rows(padded)
        ]
        return "\n".join([*lines, f"{len(data):{offset}}", ""]).encode()

    return write


def _of_dump(byte: Callable[[str], bytes]) -> Write:
    """What another reading masked by chance is no cell any more."""

    def of_cell(cell: str) -> bytes:
        try:
            return byte(cell)
        except ValueError:
            return b"?"

    return lambda text: b"".join(of_cell(cell) for line in text.decode().splitlines() for cell in line.split()[1:])


def _character(byte: bytes) -> str:
    known = {0: r" \0", 7: r" \a", 8: r" \b", 9: r" \t", 10: r" \n", 11: r" \v", 12: r" \f", 13: r" \r"}
    return known.get(byte[0]) or (f"  {byte.decode()}" if 0x20 <= byte[0] < 0x7F else f"{byte[0]:03o}")


def _of_characters(text: bytes) -> bytes:
    named = {rb"\0": 0, rb"\a": 7, rb"\b": 8, rb"\t": 9, rb"\n": 10, rb"\v": 11, rb"\f": 12, rb"\r": 13}
    cells = [line[at : at + 3].lstrip() or b" " for line in text.splitlines() for at in range(8, len(line), 4)]
    named |= {f"{b:03o}".encode(): b for b in range(256)}
    return bytes(named[c] if c in named else c[0] for c in cells)


def _intel(data: bytes) -> bytes:
    lines = []
    for at, row in _rows(data):
        body = bytes((len(row), at >> 8, at & 255, 0)) + row
        lines.append(":" + (body + bytes((-sum(body) & 255,))).hex().upper())
    return "\n".join([*lines, ":00000001FF", ""]).encode()


def _of_intel(text: bytes) -> bytes:
    return b"".join(_pairs(line[9:-2]) for line in text.splitlines())


def _pairs(text: bytes) -> bytes:
    """What another reading masked by chance is no byte any more."""
    return bytes(
        int(text[i : i + 2], 16) if re.match(rb"[0-9A-F]{2}", text[i:]) else 0x3F for i in range(0, len(text), 2)
    )


def _motorola(data: bytes) -> bytes:
    lines = []
    for at, row in _rows(data):
        body = bytes((len(row) + 3, at >> 8, at & 255)) + row
        lines.append("S1" + (body + bytes((~sum(body) & 255,))).hex().upper())
    return "\n".join(["S0030000FC", *lines, "S9030000FC", ""]).encode()


def _of_motorola(text: bytes) -> bytes:
    return b"".join(_pairs(line[8:-2]) for line in text.splitlines() if line.startswith(b"S1"))


def _octal_list(data: bytes) -> bytes:
    return b"RX " + " ".join(f"{b:03o}" for b in data).encode() + b" end"


DUMPS: dict[str, tuple[Write, Write]] = {
    "od -b": (_dump(lambda b: f"{b[0]:03o}", 1), _of_dump(lambda c: bytes((int(c, 8),)))),
    "od -c": (_dump(_character, 1), _of_characters),
    "od": (
        _dump(lambda b: f"{int.from_bytes(b, 'little'):06o}", 2),
        _of_dump(lambda c: int(c, 8).to_bytes(2, "little")),
    ),
    "hexdump": (
        _dump(lambda b: f"{int.from_bytes(b, 'little'):04x}", 2, "07x"),
        _of_dump(lambda c: int(c, 16).to_bytes(2, "little")),
    ),
    "octal list": (_octal_list, lambda t: bytes(int(c, 8) for c in re.findall(rb"[0-7]{3}", t))),
    "intel hex": (_intel, _of_intel),
    "s-record": (_motorola, _of_motorola),
    "base32": (lambda d: b'x="' + base64.b32encode(b"\xfe\xff" + d) + b'"', lambda t: base64.b32decode(t[3:-1])[2:]),
    "base32 small": (
        lambda d: base64.b32encode(b"\xfe\xff" + d).lower(),
        lambda t: base64.b32decode(t.upper())[2:],
    ),
}


def _same(data: bytes) -> bytes:
    return data


def _of_ebcdic(data: bytes) -> bytes:
    return data.decode("cp037").encode("latin-1", "replace")


def _of_values(data: bytes) -> bytes:
    return bytes(b + 48 if b < 10 else b for b in data)


def _raw(number: str) -> bytes:
    """Packed without any padding but a nought in front."""
    return bytes.fromhex(number.rjust(len(number) + len(number) % 2, "0"))


def glued(rng: random.Random, number: str) -> Iterator[tuple[str, bytes, Write]]:
    """The number beside other things without a sign between; bytes that could all be letters are no number."""
    amount = f"{rng.randrange(1, 10**5):012}"
    expiry = f"{rng.randrange(25, 35)}{rng.randrange(1, 13):02}"
    noise = bytes(rng.choice((0xFF, 0xFE, 0xA7, 0xC3, 0xDB)) for _ in range(rng.randrange(2, 18)))
    yield "glued: amount", f"{number}{amount}".encode(), _same
    yield "glued: expiry, amount", f"{number}{expiry}{amount}".encode(), _same
    yield "glued: question, amount", f"x={number}000000{amount};".encode(), _same
    yield "glued: amount in front", f"{amount}{number}".encode(), _same
    yield "ebcdic", noise + f"PAN={number} ok".encode("cp037") + noise, _of_ebcdic
    spaced = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    yield "ebcdic spaced", noise + f"PAN {spaced} ok".encode("cp037") + noise, _of_ebcdic
    yield (
        "one digit a byte",
        rng.randbytes(600) + b"\xff" + bytes(map(int, number)) + noise + rng.randbytes(900),
        _of_values,
    )
    if any(byte not in range(0x20, 0x7F) and byte for byte in _raw(number)):
        yield "packed alone", noise + b"\xff" * 6 + _raw(number) + b"\xfe" * 6 + noise, _same
        line = b"14:30:05 card " + _raw(number) + rng.choice((b" ok", b"", b": read"))
        yield (
            "packed in a line",
            b"\n".join((*[b"14:30:04 all is well"] * rng.randrange(60), line, b"14:30:06 done")),
            _same,
        )
