"""Which device a pair of USB ids means, after `terminals.toml`; must not open a file of resources by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from kiosk.errors import ContentError
from kiosk.model.terminal import Kind, Usb

# USB class codes, USB-IF "Defined Class Codes": 07 printer, 09 hub, 0b smart card.
_BY_CLASS = {"07": Kind.PRINTER, "09": Kind.HUB, "0b": Kind.SMART_CARD_READER}
_HUB = "09"
# What a device of a class speaks where no list names it. A printer is asked only if a list calls its maker's receipt
# printers; every card reader may be asked how it is.
_CLASS_PROTOCOLS = {("07", Kind.PRINTER): "usb_printer", ("0b", Kind.SMART_CARD_READER): "ccid"}
CARD_READER = "008e"  # USB-IF "HID Usage Tables": magnetic stripe readers


class Model(Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the list. `source` says where the ids were read; `status_safe` needs a source of its own.

    `certain` is false where other devices are known to carry the same ids.
    """

    make: str
    source: str
    model: str = ""
    kind: Kind = Kind.TERMINAL
    protocol: str | None = None
    baud: int | None = None
    certain: bool = True
    status_safe: bool = False
    status_safe_source: str = ""


class Vendor(Struct, frozen=True, forbid_unknown_fields=True):
    """A maker by vendor id: only a guess, and only for devices of the classes that its terminals have."""

    make: str
    source: str
    kind: Kind = Kind.TERMINAL
    classes: tuple[str, ...] = ("02", "0a", "ff", "00", "ef")
    protocol: str | None = None


class Models(Struct, frozen=True, forbid_unknown_fields=True):
    """`terminals.toml`: models by "vid:pid", vendors by "vid"."""

    model: dict[str, Model] = {}
    vendor: dict[str, Vendor] = {}


NO_MODELS = Models()


def parse(table: Mapping[str, Any]) -> Models:
    """Raises `ContentError` that says where the list is wrong."""
    try:
        models = msgspec.convert(dict(table), Models)
    except msgspec.ValidationError as e:
        raise ContentError(f"The list of terminals cannot be used: {e}.") from e
    for id, model in models.model.items():
        if model.status_safe and not model.status_safe_source:
            raise ContentError(f"{id} is marked status_safe without a source.", "Write status_safe_source.")
    return models


def identify(usb: Usb, models: Models) -> tuple[Model, bool]:
    """What a device is, and whether that is certain.

    Vendor and product together decide; the vendor alone is a guess. A hub is a hub whatever its ids say: a
    misread Realtek hub shows up with Ingenico's vendor id.
    """
    if usb.cls.startswith(_HUB):
        return Model("", "USB class", usb.product, Kind.HUB), True
    exact = models.model.get(f"{usb.vid}:{usb.pid}")
    if exact is not None:
        return _speaking(exact, usb), exact.certain
    if usb.ccid:
        return _speaking(Model(usb.maker, "USB descriptor", usb.product, Kind.SMART_CARD_READER), usb), False
    vendor = models.vendor.get(usb.vid)
    if vendor is not None and usb.cls[:2] in vendor.classes:
        return _speaking(Model(vendor.make, vendor.source, usb.product, vendor.kind, vendor.protocol), usb), False
    kind = Kind.CARD_READER if CARD_READER in usb.pages else _BY_CLASS.get(usb.cls[:2], Kind.OTHER)
    model = Model(usb.maker, "USB descriptor", usb.product, kind)
    return (model if kind is Kind.PRINTER else _speaking(model, usb)), False


def _speaking(model: Model, usb: Usb) -> Model:
    """With the protocol of its class, where none is named."""
    protocol = model.protocol or _CLASS_PROTOCOLS.get((usb.cls[:2], model.kind))
    return msgspec.structs.replace(model, protocol=protocol)
