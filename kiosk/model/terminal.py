"""What is attached where: store, till, terminal, port."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kiosk.model.bounds import Few, Id, Short


class Kind(StrEnum):
    """What a device is, as `kiosk devices` names it."""

    TERMINAL = "terminal"
    SMART_CARD_READER = "smart_card_reader"
    PRINTER = "printer"
    CARD_READER = "card_reader"
    SERIAL_ADAPTER = "serial_adapter"
    HUB = "hub"
    OTHER = "other"


class Level(StrEnum):
    """UnifiedPOS health-check levels, and `passive` below them (no byte is sent)."""

    PASSIVE = "passive"
    INTERNAL = "internal"
    EXTERNAL = "external"
    INTERACTIVE = "interactive"

    def allows(self, needed: Level) -> bool:
        order = list(Level)
        return order.index(needed) <= order.index(self)


class Usb(Struct, frozen=True):
    """A USB device as the bus describes it; `vid` and `pid` as four hex digits, `cls` as two or more."""

    vid: Id
    pid: Id
    serial: Short | None = None
    path: Short = ""  # topology: "1-4.2"
    cls: Short = ""
    driver: Short | None = None
    maker: Short = ""
    product: Short = ""
    pages: Few[Id] = ()  # usage pages of a HID device, as four hex digits: "008e" is a card reader
    ccid: bool = False  # describes itself as a smart-card reader, whatever its class says


class Holder(Struct, frozen=True):
    """Who has a port open; `since` is ISO 8601."""

    pid: int
    name: Short
    since: Short | None = None


class Port(Struct, frozen=True):
    """Where a terminal is attached.

    `address` is a device path, `COM3`, `tcp://host:port`, `tls://host:port`, `usb:BUS-PATH` or `pcsc:READER`; it may
    change (names renumber), so a terminal is bound to `identity`: the serial number or the topology path.
    """

    address: Short
    identity: Short = ""
    usb: Usb | None = None


class Terminal(Struct, frozen=True):
    """A payment terminal, PIN pad, card reader or receipt printer, and what is known before it speaks."""

    id: Id
    port: Port
    kind: Kind = Kind.TERMINAL
    make: Short = ""
    model: Short = ""
    serial: Short = ""
    protocol: Short | None = None
    framing: Short | None = None
    baud: int | None = None
    certain: bool = False  # the till list or the USB id says so, not a guess
    till: Short = ""
    asks_first: bool = False  # a check may set something going: a person says first that nobody is paying

    @property
    def takes_payments(self) -> bool:
        """False for what nobody can pay at: there is no one to ask before it is checked."""
        return self.kind is not Kind.PRINTER

    @property
    def title(self) -> str:
        return f"{self.make} {self.model}".strip()


class Till(Struct, frozen=True):
    """A place of payment with one or more terminals, the one that takes payments first."""

    id: Id
    name: Short
    terminals: Few[Terminal] = ()


class Store(Struct, frozen=True):
    """A store as this kiosk knows it."""

    id: Id
    name: Short
    kiosk: Short = ""
    tills: Few[Till] = ()
    support_phone: Short = ""
    support_hours: Short = ""
    security_phone: Short = ""

    def terminal(self, id: str) -> Terminal | None:
        return next((t for till in self.tills for t in till.terminals if t.id == id), None)

    def till_of(self, terminal: str) -> Till | None:
        return next((till for till in self.tills for t in till.terminals if t.id == terminal), None)
