"""Time-based one-time passwords (RFC 6238): made, shown once as a picture, and accepted once only."""

from __future__ import annotations

import hmac
import time

import pyotp
import segno

ISSUER = "Expert desk"
STEP = 30  # seconds
DRIFT = 1  # steps that the two clocks may differ


def new_secret() -> str:
    """160 bits, as RFC 4226 section 4 asks."""
    return pyotp.random_base32(32)


def address(secret: str, name: str) -> str:
    """What an app on a phone reads: `otpauth://totp/...`."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def picture(secret: str, name: str) -> str:
    """The address as a QR code: an `svg` element to stand in a page."""
    return segno.make(address(secret, name), error="m").svg_inline(scale=5, border=4, light="#fff", dark="#000")


def spoken(secret: str) -> str:
    """The secret in fours, for who cannot take a picture of it."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def accepted(secret: str, code: str, last: int, now: float | None = None) -> int | None:
    """The time step that a code belongs to, None if it is wrong or no newer than step `last` (RFC 6238, 5.2)."""
    digits = "".join(ch for ch in code if ch.isdigit())
    today = int(time.time() if now is None else now) // STEP
    found = None
    for step in range(today - DRIFT, today + DRIFT + 1):
        true = pyotp.TOTP(secret).at(step * STEP)
        if hmac.compare_digest(true, digits) and step > last:
            found = step
    return found
