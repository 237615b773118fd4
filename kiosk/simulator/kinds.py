"""The kinds of simulated devices: every module of this folder that has a `KIND`; must not name one."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from kiosk.simulator.device import Kind


@cache
def kinds() -> Mapping[str, Kind]:
    package = import_module("kiosk.simulator")
    found = {}
    for info in iter_modules(package.__path__):
        kind = getattr(import_module(f"kiosk.simulator.{info.name}"), "KIND", None)
        if isinstance(kind, Kind):
            found[kind.id] = kind
    return dict(sorted(found.items()))
