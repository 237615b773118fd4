"""A quick look at decoded bytes: whether a closer look may find something; must not miss any form of card data."""

import re
from collections.abc import Callable

from kiosk.evidence.redaction.shapes import kinds

Inner = Callable[[bytes], bytes]
"""Masks decoded bytes; the answer has the same length."""

# Packed digits, and digits as text; then text that may be encoded once more.
_PAIRS, _SIX_PAIRS = kinds({b"P": bytes(h << 4 | low for h in range(10) for low in range(10))}), b"P" * 6
_PRINTED, _MUCH_TEXT = kinds({b"t": bytes(range(0x20, 0x7F))}), b"t" * 20
_GROUP = rb"\W{1,3}\d{1,4}"
# The first byte stands by itself, so that most bytes are passed over without a try.
_SIGNS = re.compile(
    rb"[0-9_\x60\x9f\x99\x1f\xf0-\xf9]"
    rb"(?:(?<=\d)(?:\d{0,3}" + _GROUP + _GROUP + rb"\W{1,3}\d|\x00\d\x00\d)"
    rb"|(?<=\x5f)(?:\x20[\x02-\x1a]|\x24\x03)|(?<=\x9f)\x1f[\x01-\x36]|(?<=\x99)\x08"
    rb"|(?<=\x1f)[\x09\x0a\x1a\x33\x75]|(?<=\x60).\x43"  # ZVT: card objects
    rb"|(?<=[\xf0\xf1])[\xf0-\xf9])"  # ZVT: LL lengths
)


def is_worth(data: bytes) -> bool:
    return (
        _SIX_PAIRS in data.translate(_PAIRS)
        or _MUCH_TEXT in data.translate(_PRINTED)
        or _SIGNS.search(data) is not None
    )
