"""What a HID report descriptor says a device does, and the one rule on what may be read of it; pure, opens nothing.

Source: USB-IF "Device Class Definition for HID" 1.11, section 6.2.2, and the HID Usage Tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DESKTOP, KEYS, SCANNER, SCALE, CARD_READER = 0x01, 0x07, 0x8C, 0x8D, 0x8E
KEYBOARDS = frozenset({(DESKTOP, 0x06), (DESKTOP, 0x07)})
VENDOR = 0xFF00
MOST_BYTES = 4096  # HID_MAX_DESCRIPTOR_SIZE of Linux
_CARDS_AND_KEYS = frozenset({KEYS, SCANNER, SCALE, CARD_READER})
_INPUT, _OUTPUT, _COLLECTION, _FEATURE, _END = 0x8, 0x9, 0xA, 0xB, 0xC
_MAIN, _GLOBAL, _LOCAL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Collection:
    """One top-level collection: its usage, and the usage pages of the reports in it, by their kind."""

    page: int
    usage: int
    inputs: frozenset[int] = frozenset()
    outputs: frozenset[int] = frozenset()
    features: frozenset[int] = frozenset()

    @property
    def vendor(self) -> bool:
        return self.page >= VENDOR


def may_read(collections: Iterable[Collection]) -> bool:
    """Whether input reports of this interface may be read: the one guard, for they may be cards and typed PINs.

    Only where every collection is the maker's own, nothing in it is a card reader, scanner, scale or keyboard, and each
    that gives reports also takes some: a reader that only gives (MagTek's own collection) gives cards.
    """
    own = tuple(collections)
    answering = [one for one in own if one.inputs]
    seen = {page for one in own for page in one.inputs | one.outputs}
    return (
        bool(answering)
        and all(one.vendor for one in own)
        and all(one.outputs for one in answering)
        and not seen & _CARDS_AND_KEYS
    )


def may_use_features(collections: Iterable[Collection]) -> bool:
    """Whether feature reports may be set and got: those of the maker's own pages alone, in whatever collection."""
    return any(page >= VENDOR for one in collections for page in one.features)


def gives_cards(collections: Iterable[Collection]) -> bool:
    """A card reader by its own words (usage page 8E)."""
    return any(one.page == CARD_READER or CARD_READER in one.inputs for one in collections)


def parse(descriptor: bytes) -> tuple[Collection, ...]:
    """The top-level collections. Never raises: what is cut off or nested wrongly ends the list."""
    state = _State()
    for kind, tag, value, size in _items(descriptor[:MOST_BYTES]):
        if not state.take(kind, tag, value, size):
            break
    return tuple(state.found)


def _items(descriptor: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Type, tag, value and size of each item; long items (FE) are stepped over."""
    at = 0
    while at < len(descriptor):
        prefix = descriptor[at]
        if prefix == 0xFE:
            at += 3 + (descriptor[at + 1] if at + 1 < len(descriptor) else 0)
            continue
        size = (0, 1, 2, 4)[prefix & 3]
        if at + 1 + size > len(descriptor):
            return
        yield prefix >> 2 & 3, prefix >> 4, int.from_bytes(descriptor[at + 1 : at + 1 + size], "little"), size
        at += 1 + size


class _State:
    """The parser's memory: the page in force, usages that wait for the next item, and the collection that is open."""

    def __init__(self) -> None:
        self.found: list[Collection] = []
        self._page = 0
        self._pages: list[int] = []  # Push and Pop
        self._usages: list[tuple[int, int]] = []
        self._depth = 0
        self._reports: dict[int, set[int]] = {}
        self._top = (0, 0)

    def take(self, kind: int, tag: int, value: int, size: int) -> bool:
        """False where the descriptor makes no sense any more."""
        if kind == _GLOBAL:
            return self._global(tag, value)
        if kind == _LOCAL and tag == 0:
            self._usages.append((value >> 16, value & 0xFFFF) if size == 4 else (self._page, value))
        if kind != _MAIN:
            return True
        went_on = self._main(tag)
        self._usages.clear()
        return went_on

    def _global(self, tag: int, value: int) -> bool:
        if tag == 0x0:
            self._page = value
        elif tag == 0xA and len(self._pages) < 16:
            self._pages.append(self._page)
        elif tag == 0xB and self._pages:
            self._page = self._pages.pop()
        return True

    def _main(self, tag: int) -> bool:
        if tag == _COLLECTION:
            if self._depth == 0:
                self._top, self._reports = self._usages[0] if self._usages else (self._page, 0), {}
            self._depth += 1
        elif tag == _END:
            self._depth -= 1
            if self._depth == 0:
                self.found.append(self._closed())
            return self._depth >= 0
        elif tag in (_INPUT, _OUTPUT, _FEATURE):
            pages = {page for page, _ in self._usages} or {self._page}
            self._reports.setdefault(tag, set()).update(pages)
        return True

    def _closed(self) -> Collection:
        inputs, outputs, features = (frozenset(self._reports.get(t, ())) for t in (_INPUT, _OUTPUT, _FEATURE))
        return Collection(*self._top, inputs, outputs, features)
