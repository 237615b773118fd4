"""Stable stand-ins for people, machines and addresses, by a key that stays in the store; must keep all else."""

import hmac
import re
from collections.abc import Iterable
from ipaddress import ip_address

from kiosk.model.ids import letters

_IPV4 = r"(?<![\w.])(?<!version )(?<!software )(?<!firmware )(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\.\d)(?!\w)"
_IPV6 = r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,6}(?![\w:])|(?<![\w:])fe80::[0-9A-Fa-f:]+"
_MAC = r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])"
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_HOME = r"(?<=/home/)[^/\s\"':]+|(?<=/Users/)[^/\s\"':]+|(?<=\\Users\\)[^\\\s\"':]+"
_PATTERNS = (("person", _EMAIL), ("machine", _MAC), ("address", _IPV6), ("address", _IPV4), ("user", _HOME))
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_TCP = re.compile(r"(?<=t(?:cp|ls)://)(\[[0-9A-Fa-f:.%]+\]|[^:/\s\"']+)")
_ADDRESS_LIKE = re.compile(r"[\d.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")  # versions and times look so too
_KEPT_HOSTS = ("localhost", "127.0.0.1", "::1")
_SHORTEST_NAME = 3


def pseudonym(kind: str, value: str, key: bytes) -> str:
    """`kind-` and ten letters, no digits; the same value gives the same letters in the same store only."""
    digest = hmac.digest(key, f"{kind}\0{value.casefold()}".encode(), "sha256")
    return f"{kind}-{letters(digest[:5])}"


def hide_names(text: str, key: bytes, names: Iterable[tuple[str, str]] = ()) -> str:
    """Replace addresses, home folders, e-mail addresses and the `names` given as (kind, name) in free text."""
    text = hide_host(text, key)
    for kind, pattern in _COMPILED:
        text = pattern.sub(lambda m, kind=kind: _stand_in(kind, m.group(), key), text)  # type: ignore[misc]
    for kind, name in names:
        if len(name) >= _SHORTEST_NAME:
            whole = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
            text = whole.sub(pseudonym(kind, name, key), text)
    return text


def hide_host(text: str, key: bytes) -> str:
    """Replace the host of `tcp://host:port` and `tls://host:port`, so that a port keeps one name in all of a bundle."""
    return _TCP.sub(lambda m: _stand_in("address", m.group().strip("[]"), key), text)


def _stand_in(kind: str, value: str, key: bytes) -> str:
    if value in _KEPT_HOSTS or value.startswith(("address-", "user-")):
        return value
    if kind == "address" and _ADDRESS_LIKE.fullmatch(value) and not _is_address(value):
        return value
    return pseudonym(kind, value, key)


def _is_address(value: str) -> bool:
    try:
        found = ip_address(value)
    except ValueError:
        return False
    return not found.is_loopback
