"""Takes card data and names out of contents before they are sealed; keeps what the expert needs to know a terminal."""

from __future__ import annotations

import getpass
import platform
from collections import Counter
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from kiosk.evidence.admit import admit, admit_header
from kiosk.evidence.bundle.contents import Contents
from kiosk.evidence.pseudonym import hide_names, pseudonym
from kiosk.evidence.redaction import redact

Names = tuple[tuple[str, str], ...]
T = TypeVar("T")

# Fields whose words are ids, versions or serial numbers: kept as they are but for card numbers.
_KEPT_FIELDS = frozenset({
    "software", "model", "make", "serial", "terminal_id", "id", "raw", "started", "at", "began", "kind", "level",
    "protocol", "framing", "hop", "state", "severity", "vid", "pid", "cls", "driver", "maker", "product", "since",
    "clock", "restart_at", "unit", "name", "path", "payment_hosts", "pos_programs", "ran",
})  # fmt: skip
_NUMBERS_OF_TERMINALS = ("serial", "terminal_id")  # these may look like a card number
_NAMED_FACTS = {"hostname": "host", "host.name": "host", "user": "user", "user.name": "user", "username": "user"}


def local_names() -> Names:
    """The names of this PC and of who is signed in."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = ""
    return (("host", platform.node()), ("user", user))


def private(contents: Contents, key: bytes, names: Names, counts: Counter[str]) -> Contents:
    """The same contents with everything taken out that must not leave the store."""
    return Contents(
        report=_walked(contents.report, key, names, counts),
        traces=tuple(
            (admit_header(header, key), admit(entries, header, key, counts)) for header, entries in contents.traces
        ),
        guidance=_walked(contents.guidance, key, names, counts),
        log=tuple(hide_names(line, key, names) for line in _masked_lines(contents.log, counts)),
        screenshots=contents.screenshots,
    )


def _walked(value: T, key: bytes, names: Names, counts: Counter[str]) -> T:
    built = _hide(msgspec.to_builtins(value), "", key, names, counts)
    return msgspec.convert(built, type(value))


def _hide(value: object, field: str, key: bytes, names: Names, counts: Counter[str]) -> object:
    if isinstance(value, dict):
        named = _NAMED_FACTS.get(str(value.get("name", "")).lower())
        if named is not None and isinstance(value.get("value"), str):
            return {**value, "value": pseudonym(named, value["value"], key)}
        return {k: _hide(v, k, key, names, counts) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(v, field, key, names, counts) for v in value]
    if isinstance(value, str):
        if field in _NUMBERS_OF_TERMINALS:
            return value
        text = _masked(value, counts)
        return text if field in _KEPT_FIELDS else hide_names(text, key, names)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, counts)
    return value


def _number(value: int | float, counts: Counter[str]) -> int | float:
    """A card number held as a number cannot be masked in place: nought stands for it."""
    if isinstance(value, int) and redact(str(value).encode()).counts:
        counts["number"] += 1
        return 0
    return value


def _masked(text: str, counts: Counter[str]) -> str:
    result = redact(text.encode())
    counts.update(result.counts)
    return result.data.decode(errors="replace")


def _masked_lines(lines: tuple[str, ...], counts: Counter[str]) -> Iterator[str]:
    """All at once, for a long log is many lines; each keeps its length in bytes."""
    written = [line.encode() for line in lines]
    result = redact(b"\n".join(written))
    counts.update(result.counts)
    at = 0
    for line in written:
        yield result.data[at : at + len(line)].decode(errors="replace")
        at += len(line) + 1
