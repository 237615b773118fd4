"""What ABECS answers hold: the result, blocks of data, and the fields of GIN and GIX; pure, bounded, strict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.errors import Garbled
from kiosk.protocols.framing import printable

OK = "000"

COMMANDS: Mapping[str, str] = {
    "OPN": "Open",
    "GIN": "General information",
    "GIX": "Extended information",
    "CLO": "Close",
    "CLX": "Close, extended",
    "DSP": "Show a text",
    "DEX": "Show a text, extended",
    "ERR": "Unknown command",
    "NTM": "Notice for the till",
}
"""Messages that never hold card data. All others are refused and never kept."""


@dataclass(frozen=True, slots=True)
class Result:
    """`words` is the end of the text id `abecs.result.<words>`; `finding` is "" where nothing is wrong."""

    words: str
    finding: str = "protocol.refused"


RESULTS: Mapping[str, Result] = {
    "000": Result("ok", ""),
    "003": Result("no_secure_link"),
    "009": Result("secure_link_only"),
    "010": Result("wrong_moment"),
    "011": Result("wrong_parameter"),
    "012": Result("timeout"),
    "013": Result("cancelled"),
    "019": Result("parameter_missing"),
    "020": Result("tables_differ", "terminal.not_initialised"),
    "021": Result("tables_error", "terminal.memory_full"),
    "040": Result("internal", "terminal.out_of_order"),
    "041": Result("swipe_failed"),
    "042": Result("key_missing", "terminal.keys_missing"),
    "044": Result("pin_pause", "terminal.busy"),
    "045": Result("too_long"),
    "046": Result("crypto", "terminal.out_of_order"),
}
"""Section 3.1.1; results of card commands are left out, for none is sent."""


def result(code: str) -> Result:
    """A code that is not listed is told as such."""
    return RESULTS.get(code, Result("other"))


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: the name of its command, the result's three digits, and its data blocks in order."""

    command: str
    code: str
    blocks: tuple[bytes, ...] = ()


def parse(body: bytes) -> Answer:
    """Raises `Garbled` on what is no answer (section 2.3.2): an answer with an error holds no data."""
    command, code, rest = body[:3], body[3:6], body[6:]
    if not (command.isalpha() and command.isupper() and code.isdigit() and len(code) == 3 and command.isascii()):
        raise Garbled("The PIN pad sends a message that is no answer.")
    if code != b"000" and rest:
        raise Garbled("The PIN pad sends an error with data behind it.")
    return Answer(command.decode(), code.decode(), tuple(_blocks(rest)))


def _blocks(rest: bytes) -> list[bytes]:
    blocks = []
    while rest:
        size = rest[:3]
        if len(size) < 3 or not size.isdigit() or len(rest) < 3 + int(size):
            raise Garbled("A block of the PIN pad is shorter than it says.")
        blocks.append(rest[3 : 3 + int(size)])
        rest = rest[3 + int(size) :]
    return blocks


# GIN for index 00 (section 3.2.3): name, width.
_GENERAL = (
    ("make", 20),
    ("model", 19),
    ("contactless", 1),
    ("system", 20),
    ("specification", 4),
    ("manager", 16),
    ("serial", 20),
)
# GIX (section 3.1.3.2).
TAGS: Mapping[int, str] = {
    0x8001: "serial",
    0x8002: "part",
    0x8003: "model",
    0x8004: "make",
    0x8005: "capabilities",
    0x8006: "system",
    0x8007: "specification",
    0x8008: "manager",
    0x8009: "application",
    0x800A: "extension",
    0x8010: "kernel",
    0x8011: "contactless_kernel",
}
KEYS = (0x8032, 0x8033, 0x8035, 0x8036)
"""A hundred characters each: 0 no key, 1 a key, 2 no such place."""


def general(answer: Answer) -> dict[str, str]:
    """The fields of GIN, index 00. Raises `Garbled` if its one block has another size than the 100 bytes it must."""
    if len(answer.blocks) != 1 or len(answer.blocks[0]) != sum(width for _, width in _GENERAL):
        raise Garbled("The PIN pad tells about itself in a form that is not known.")
    fields, at = {}, 0
    for name, width in _GENERAL:
        fields[name] = _text(answer.blocks[0][at : at + width])
        at += width
    return {name: text for name, text in fields.items() if text}


def extended(answer: Answer) -> tuple[dict[str, str], tuple[str, ...]]:
    """The named fields of GIX, and its key maps. Raises `Garbled` where a length runs over its block."""
    fields: dict[str, str] = {}
    maps: list[str] = []
    for block in answer.blocks:
        for tag, value in _objects(block):
            if tag in TAGS and (text := _text(value)):
                fields[TAGS[tag]] = text
            if tag in KEYS and not value.translate(None, b"012"):
                maps.append(value.decode("ascii"))
    return fields, tuple(maps)


def _objects(block: bytes) -> list[tuple[int, bytes]]:
    """Two bytes of tag, two of length (section 3.1.3.1)."""
    found, at = [], 0
    while at < len(block):
        size = int.from_bytes(block[at + 2 : at + 4], "big")
        if at + 4 + size > len(block):
            raise Garbled("A field of the PIN pad is longer than what holds it.")
        found.append((int.from_bytes(block[at : at + 2], "big"), block[at + 4 : at + 4 + size]))
        at += 4 + size
    return found


def _text(value: bytes) -> str:
    return printable(value, "latin-1")[:100]
