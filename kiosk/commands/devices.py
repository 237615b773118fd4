"""What is attached: ports, USB ids, make, model, protocol, bound driver, and who holds a port."""

import argparse
import json
import tomllib
from functools import cache

from kiosk.diagnostics.discovery import Device, devices, shown
from kiosk.diagnostics.discovery.models import Models, parse
from kiosk.model.terminal import Kind
from kiosk.resources import root


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    found = devices(models())
    if args.json:
        print(json.dumps({"schema": 1, "devices": [shown(device) for device in found]}, indent=2))
    elif not found:
        print("No serial port and no USB device is attached.")
    else:
        for device in found:
            print(line(device))
    return 0


@cache
def models() -> Models:
    """The list of terminals as it ships, read once."""
    with (root() / "terminals.toml").open("rb") as file:
        return parse(tomllib.load(file))


def line(device: Device) -> str:
    """One device in one line for a person."""
    name = " ".join(filter(None, (device.make, device.model))) or "unknown device"
    ids = f"USB {device.usb.vid}:{device.usb.pid} at {device.usb.path}" if device.usb else ""
    guess = "" if device.certain or not device.make else "probably"
    held = f"in use by {device.held_by.name} (process {device.held_by.pid})" if device.held_by else ""
    kind = str(device.kind).replace("_", " ")
    talk = device.protocol or ("only listed: talks its maker's own way" if _has_own_way(device) else "")
    return "  ".join(filter(None, (device.address or "no port", kind, guess, name, talk, ids, held)))


def _has_own_way(device: Device) -> bool:
    """A card reader whose USB class is its maker's own (FF)."""
    is_reader = device.kind in (Kind.SMART_CARD_READER, Kind.CARD_READER)
    return is_reader and device.usb is not None and device.usb.cls == "ff"
