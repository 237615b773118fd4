"""The code by which the security line clears a stop page: pure, the same at the kiosk and at the desk."""

import hashlib
import hmac

from kiosk.model.ids import CROCKFORD

LENGTH = 8  # characters of 5 bits
_AS_READ = str.maketrans("ILO", "110")


def spoken(code: str) -> str:
    """A code as it was meant, whatever was typed: upper case, no spaces and hyphens, I and L are 1, O is 0."""
    return "".join(code.upper().split()).replace("-", "").translate(_AS_READ)


def release_code(key: bytes, challenge: str) -> str:
    """Eight Crockford characters of HMAC-SHA256 of the challenge under the kiosk's release key (32 bytes)."""
    if len(key) < 32:
        raise ValueError("a release key has 32 bytes")
    digest = hmac.digest(key, spoken(challenge).encode(), hashlib.sha256)
    value = int.from_bytes(digest[:5], "big")
    return "".join(CROCKFORD[value >> shift & 31] for shift in range(35, -1, -5))


def matches(key: bytes, challenge: str, code: str) -> bool:
    """Whether a code answers the challenge; takes the same time whatever is wrong with it."""
    return hmac.compare_digest(release_code(key, challenge).encode(), spoken(code).encode())
