"""Which channel an address means; opens nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.diagnostics.channels.address import kind_of
from kiosk.diagnostics.channels.channel import Channel
from kiosk.errors import Usage
from kiosk.model.terminal import Terminal
from kiosk.protocols.protocol import protocols

if TYPE_CHECKING:
    from kiosk.diagnostics.channels.sealed import SharedKey
    from kiosk.diagnostics.channels.tls import Trust

__all__ = ["Doors", "is_hid", "kind_of", "open_channel"]


def is_hid(terminal: Terminal) -> bool:
    """Whether the device's class says that it talks by reports (USB class 03)."""
    return terminal.port.usb is not None and terminal.port.usb.cls[:2] == "03"


@dataclass(frozen=True, slots=True)
class Doors:
    """What it takes to open ports, besides their addresses: by terminal, and kept out of reports and traces.

    A terminal that is not named in `trusts` must show a certificate that this PC's own roots vouch for.
    """

    trusts: Mapping[str, Trust] = field(default_factory=dict)
    keys: Mapping[str, SharedKey] = field(default_factory=dict, repr=False)

    def __call__(self, terminal: Terminal) -> Channel:
        channel = open_channel(terminal, self.trusts.get(terminal.id))
        key = self.keys.get(terminal.id)
        if key is None or terminal.protocol != key.protocol:
            return channel
        from kiosk.diagnostics.channels.sealed import SealedChannel

        return SealedChannel(channel, key)


def open_channel(terminal: Terminal, trust: Trust | None = None) -> Channel:
    """The channel of a terminal's port, not yet open; raises `Usage` on an address that is none."""
    address = terminal.port.address
    if not address:
        raise Usage(
            "A port needs an address.",
            "Write a device path, COM3, tcp://host:port, tls://host:port, usb:BUS-PATH or pcsc:READER.",
        )
    kind = kind_of(address)
    if kind == "tcp":
        return _on_network(address, trust)
    if kind == "pcsc":
        from kiosk.diagnostics.channels.pcsc import PcscChannel

        return PcscChannel(address)
    if kind == "usb" and is_hid(terminal) and terminal.protocol != "ccid":
        from kiosk.diagnostics.channels.hid import HidChannel

        return HidChannel(address, terminal.port.usb)
    if kind == "usb":
        from kiosk.diagnostics.channels.usb import CLASSES, READER_CLASS, UsbChannel

        return UsbChannel(address, (READER_CLASS,) if terminal.protocol == "ccid" else CLASSES)
    from kiosk.diagnostics.channels.serial import SerialChannel

    protocol = protocols().get(terminal.protocol or "")
    usual = protocol.bauds[0] if protocol else 9600
    return SerialChannel(address, terminal.baud or usual, protocol.line if protocol else "8N1")


def _on_network(address: str, trust: Trust | None) -> Channel:
    if address.startswith("tls:"):
        from kiosk.diagnostics.channels.tls import TlsChannel, Trust

        return TlsChannel(address, trust or Trust())
    from kiosk.diagnostics.channels.tcp import TcpChannel

    return TcpChannel(address)
