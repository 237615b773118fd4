"""A quick look at decoded bytes: whether a closer look may find something; must not miss any form of card data."""

import re
from collections.abc import Callable

Inner = Callable[[bytes], bytes]
"""Masks decoded bytes; the answer has the same length."""

_PAIR = b"[" + b"".join(re.escape(bytes([h << 4 | low])) for h in range(10) for low in range(10)) + b"]"
_GROUP = rb"\d{1,4}[^\w]{1,3}"

WORTH = re.compile(
    _PAIR + rb"{6}"  # packed digits, and digits as text
    rb"|" + _GROUP + _GROUP + _GROUP + rb"\d"
    rb"|\d\x00\d\x00\d"
    rb"|[\x20-\x7e]{20}"  # text: may be encoded once more
    rb"|\x5f\x20[\x02-\x1a]|\x9f\x1f[\x01-\x36]|\x99\x08|\x5f\x24\x03"
    rb"|[\xf0\xf1][\xf0-\xf9]|\x1f[\x09\x0a\x1a\x33\x75]|\x60.\x43"  # ZVT: LL lengths, card objects
)
