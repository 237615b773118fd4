# ruff: noqa: E501
"""Card data in many writings, each with the way back: what survived is judged by who wrote it. Seeded, made up."""

from __future__ import annotations

import base64
import codecs
import html
import json
import quopri
import random
import re
from ast import literal_eval
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from tests.fakes.card_corpus import check_digit, emv_chain, ll, packed, status_fields, stuffed, track_2, zvt_status
from tests.fakes.card_dumps import DUMPS, glued

SCHEMES = (
    ("4", 13), ("4", 16), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("305", 14), ("36", 14),
    ("38", 14), ("3528", 16), ("3589", 16), ("6011", 16), ("644", 16), ("65", 16), ("622126", 16), ("62", 17), ("62", 18), ("62", 19), ("50", 16),
    ("5018", 13), ("5020", 14), ("58", 16), ("6304", 16), ("67", 18), ("6759", 16), ("6761", 19), ("2200", 16), ("60", 16), ("8171", 16), ("9792", 16),
)  # fmt: skip
Write = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Written:
    """`read` takes masked bytes back to what was written; `number` is the card number in them."""

    form: str
    data: bytes
    number: str
    read: Write
    told: tuple[str | None, str | None] = (None, None)

    def survivors(self, masked: bytes) -> list[str]:
        """Runs of seven or more digits of the number that are still there: as text, spread, or packed at either half.

        Amounts and zeros around it may hold the same digits: those were there once more before.
        """
        runs = (self.number[i : i + 7] for i in range(len(self.number) - 6))
        both = list(zip(self._shown(self.data), self._shown(masked), strict=True))
        return [run for run in runs if any(0 < now.count(run) >= before.count(run) for before, now in both)]

    def _shown(self, data: bytes) -> tuple[str, str, str]:
        read = self.read(data)
        text = re.sub(rb"[ \-./_\t,:;|+]|\xc2\xa0|\xe2\x80.", b"", read).decode("latin-1")
        return text, data.decode("latin-1"), read.hex()


def card_number(rng: random.Random) -> str:
    prefix, length = rng.choice(SCHEMES)
    body = prefix + "".join(str(rng.randrange(10)) for _ in range(length - len(prefix) - 1))
    return body + check_digit(body)


def same(data: bytes) -> bytes:
    return data


def unstuffed(data: bytes) -> bytes:
    return data.replace(b"\x10\x10", b"\x10")


def _printed(number: str) -> list[str]:
    if len(number) in (14, 15):
        return [number[:4], number[4:10], number[10:]]
    return [number[i : i + 4] for i in range(0, len(number), 4)]


def _hex(data: bytes) -> bytes:
    return bytes(int(pair, 16) for pair in re.findall(rb"[0-9A-Fa-f]{2}", data.replace(b"0x", b"")))


def _each(before: str, between: str, after: str = "", form: str = "02x") -> Write:
    return lambda data: between.join(f"{before}{b:{form}}{after}" for b in data).encode()


def _xxd(data: bytes) -> bytes:
    rows = ((at, data[at : at + 16]) for at in range(0, len(data), 16))
    return "\n".join(f"{at:08x}: {row.hex(' ', -2):<39}  {_column(row)}" for at, row in rows).encode()


def _canonical(data: bytes) -> bytes:
    rows = ((at, data[at : at + 16]) for at in range(0, len(data), 16))
    return "\n".join(f"{at:08x}  {r[:8].hex(' '):<23}  {r[8:].hex(' '):<23}  |{_column(r)}|" for at, r in rows).encode()


def _column(row: bytes) -> str:
    return "".join(chr(b) if 0x20 <= b < 0x7F else "." for b in row)


def _of_dump(at: int, size: int) -> Write:
    return lambda text: b"".join(_hex(line[at : at + size]) for line in text.split(b"\n"))


def _log(data: bytes) -> bytes:
    return b"\n".join(b"14:30:05.%03d RX " % at + data[at : at + 8].hex(" ").encode() for at in range(0, len(data), 8))


def _of_log(text: bytes) -> bytes:
    return b"".join(_hex(line[16:]) for line in text.split(b"\n"))


def _json(data: bytes) -> bytes:
    return json.dumps({"body": data.decode("latin-1")}).encode()


WRITINGS: dict[str, tuple[Write, Write]] = {
    "bytes": (same, same),
    "hex": (lambda d: d.hex().encode(), _hex), "HEX": (lambda d: b"RX " + d.hex(" ").upper().encode(), lambda t: _hex(t[3:])),
    "hex :": (_each("", ":"), _hex), "hex -": (_each("", "-"), _hex), "hex 0x": (_each("0x", ", "), _hex), "hex h": (_each("", " ", "h"), _hex),
    "hex []": (_each("[", "", "]"), _hex), "hex \\x": (_each("\\x", ""), lambda t: _hex(t.replace(b"\\x", b""))), "hex twos": (lambda d: d.hex(" ", -2).encode(), _hex),
    "hex log": (_log, _of_log), "xxd": (_xxd, _of_dump(10, 40)), "hexdump -C": (_canonical, _of_dump(10, 49)),
    "base64": (base64.b64encode, base64.b64decode), "base64 url": (lambda d: base64.urlsafe_b64encode(b"\xff\xfe" + d), lambda t: base64.urlsafe_b64decode(t)[2:]),
    "base64 lines": (lambda d: base64.encodebytes(b"H" * 50 + d), base64.b64decode), "base64 twice": (lambda d: base64.b64encode(base64.b64encode(d)), lambda t: base64.b64decode(base64.b64decode(t))),
    "hex in base64": (lambda d: base64.b64encode(d.hex(" ").encode()), lambda t: _hex(base64.b64decode(t))),
    "base64 in list": (lambda d: json.dumps(list(base64.b64encode(d))).encode(), lambda t: base64.b64decode(bytes(json.loads(t)) + b"==")),
    "list": (lambda d: json.dumps(list(d)).encode(), lambda t: bytes(json.loads(t))),
    "list signed": (lambda d: json.dumps([b - 256 if b > 127 else b for b in d]).encode(), lambda t: bytes(b & 255 for b in json.loads(t))),
    "list below": (lambda d: json.dumps({"data": list(d)}, indent=4).encode(), lambda t: bytes(json.loads(t)["data"])),
    "escapes": (lambda d: quote(d).encode() if b"=" in d else _each("%", "")(d), unquote_to_bytes),
    "json": (_json, lambda t: json.loads(t)["body"].encode("latin-1")), "entities": (_each("&#x", "", ";"), lambda t: html.unescape(t.decode()).encode("latin-1", "replace")),
    "quoted": (_each("=", "", "", "02X"), quopri.decodestring), "octal": (_each("\\", "", "", "03o"), lambda t: codecs.escape_decode(t)[0]),  # type: ignore[attr-defined]
    "python": (lambda d: b"rx=" + repr(d).encode() + b"\n", lambda t: literal_eval(t[3:].decode())),
    "utf-16": (lambda d: d.decode().encode("utf-16-le"), lambda t: t.decode("utf-16-le").encode("latin-1", "replace")),
    "utf-16 be": (lambda d: d.decode().encode("utf-16-be"), lambda t: t.decode("utf-16-be").encode("latin-1", "replace")),
    **DUMPS,
}  # fmt: skip
_FOR_TEXT = frozenset({"utf-16", "utf-16 be", "entities"})

_TEXTS: tuple[Callable[[str], str], ...] = (
    lambda n: f"pan={n};", lambda n: f"card {' '.join(_printed(n))} 12/29", lambda n: f"({'-'.join(_printed(n))})", lambda n: f"<PAN>{n}</PAN>", lambda n: f'"2026","{n}","EUR"',
    lambda n: f"No {' '.join(n)} end", lambda n: f"%B{n}^DOE/JOHN^2912101?", lambda n: f";{n}=29121010000000000?", lambda n: f"x;{n};12,90\r\n", lambda n: "\u00a0".join(_printed(n)),
)  # fmt: skip


def _chain(rng: random.Random, number: str) -> bytes:
    tag, value = rng.choice((("5A", packed(number)), ("57", packed(track_2(rng, number)))))
    return emv_chain(rng, tag, value)


def _payloads(rng: random.Random, number: str) -> Iterator[tuple[str, bytes]]:
    yield "text", rng.choice(_TEXTS)(number).encode()
    yield "emv", _chain(rng, number)
    yield "track 2", b"\xfe\xff" + packed(track_2(rng, number)) + b"\xfe"
    yield "zvt", zvt_status(status_fields(rng, b"\x22" + ll(packed(number))))


def written(seed: int, each: int) -> Iterator[Written]:
    """`each` times every writing of every payload, what is glued to other things, and ZVT frames as told."""
    rng = random.Random(seed)
    for _ in range(each):
        for name, (write, read) in WRITINGS.items():
            number = card_number(rng)
            for kind, data in _payloads(rng, number):
                if kind == "text" or name not in _FOR_TEXT:
                    yield Written(f"{name}: {kind}", write(data), number, read)
        number = card_number(rng)
        for kind, data, read in glued(rng, number):
            yield Written(kind, data, number, read)
        message = zvt_status(status_fields(rng, b"\x23" + ll(packed(track_2(rng, number)))))
        yield Written("zvt serial, told", b"\x06" + stuffed(message), number, unstuffed, ("zvt", "serial"))
        yield Written("zvt serial", stuffed(message), number, unstuffed)
        yield Written("zvt tcp, told", b"\x80\x00\x00" + message, number, same, ("zvt", "tcp"))
