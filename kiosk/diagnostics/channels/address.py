"""What the words of an address mean; loads no channel and no protocol, for every command reads addresses."""

from __future__ import annotations


def kind_of(address: str) -> str:
    """ "tcp" (also for `tls://`), "usb", "pcsc" or "serial"."""
    scheme = address.partition(":")[0]
    if scheme == "tls":
        return "tcp"
    return scheme if scheme in ("tcp", "usb", "pcsc") else "serial"
