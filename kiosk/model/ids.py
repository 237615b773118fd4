"""Identifiers made from bytes and times that come in: UUIDv7, case numbers, digit-free words; no randomness here."""

import uuid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = "bcdfghjkmnpqrstv"  # 16 letters, no digit: one in ten 19-digit numbers passes Luhn


def uuid7(milliseconds: int, entropy: bytes) -> str:
    """RFC 9562 section 5.7 from a Unix time and 10 random bytes."""
    if len(entropy) < 10:
        raise ValueError("10 bytes of entropy are needed")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(entropy[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def case_number(case_id: str) -> str:
    """Six Crockford characters, a label for people: "7K4-QD9" is shown for "7K4QD9"."""
    value = uuid.UUID(case_id).int & (1 << 30) - 1
    return "".join(CROCKFORD[value >> shift & 31] for shift in range(25, -1, -5))


def shown_number(number: str) -> str:
    return f"{number[:3]}-{number[3:]}"


def letters(data: bytes) -> str:
    """Bytes in an alphabet without digits, two letters a byte."""
    return "".join(LETTERS[b >> 4] + LETTERS[b & 15] for b in data)
