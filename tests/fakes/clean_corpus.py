# ruff: noqa: E501
"""What must come through redaction untouched, and a mixed corpus of it: seeded, made up."""

from __future__ import annotations

import base64
import json
import random
import uuid
import zlib
from collections.abc import Callable, Iterator

from tests.fakes.card_corpus import FORMS, WORDS, number, status_fields, stuffed, words, zvt_status


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
        f"2026-03-12 14:{i:02}:05,{rng.randrange(1000):03} INFO port /dev/ttyUSB{i % 4}: ".encode() + words(rng)
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
    return rng.choice(
        (zvt_status(status_fields(rng, b"\x0b\x00\x01\x23")), stuffed(zvt_status(status_fields(rng, b""))))
    )


def _umlauts(rng: random.Random) -> bytes:
    return "Prüfen Sie das Gerät – die Rückseite trägt ein Schild. Größe 4 × 12, 100 °C, „gut“.\n".encode() * 4


def _json(rng: random.Random) -> bytes:
    return json.dumps([
        {"id": rng.randrange(10**9), "at": 1_700_000_000 + i, "value": rng.random(), "ok": True, "name": f"till {i}", "row": [rng.randrange(100) for _ in range(8)]}
        for i in range(12)
    ]).encode()  # fmt: skip


def _compressed(rng: random.Random) -> bytes:
    return zlib.compress(b"".join(kind(rng) for kind in (_receipt, _log, _json)) * 3 + rng.randbytes(2000))


def _picture(rng: random.Random) -> bytes:
    rows = b"".join(b"\0" + bytes([rng.randrange(256)] * 120) + rng.randbytes(40) for _ in range(30))
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
        + rng.randbytes(17)
        + b"\0\0\x08\0IDAT"
        + zlib.compress(rows)
        + b"\0\0\0\0IEND\xaeB`\x82"
    )


def _table(rng: random.Random) -> bytes:
    return "\n".join(
        f"2026-03-{rng.randrange(1, 29):02} {rng.randrange(24):02}:{rng.randrange(60):02}:00;{rng.randrange(10**6)};{rng.random() * 100:.2f};{rng.randrange(10**8):08};OK"
        for _ in range(20)
    ).encode()


def _hashes(rng: random.Random) -> bytes:
    return "\n".join(f"{rng.randbytes(32).hex()}  usr/share/{rng.choice(WORDS).decode()}" for _ in range(8)).encode()


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    _firmware, _receipt, _safe_fields, _masked, _ids, _log, _clean_dump, _clean_base64, _clean_list, _clean_zvt, _umlauts,
    _json, _compressed, _picture, _table, _hashes,
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
