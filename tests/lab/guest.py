"""The guest's main program: runs every scenario and prints one JSON line for each, then how many there were."""

from __future__ import annotations

import json
import re
import time
import traceback
from pathlib import Path

from tests.lab import command, hotplug, scenarios, world
from tests.lab.scenarios import Scenario
from tests.lab.world import World

SIGN = "LAB "
SCENARIOS = (*scenarios.SCENARIOS, *hotplug.SCENARIOS)


def main() -> None:
    began = time.monotonic()
    command.load()
    all_of_it = world.made()
    tell("ready", seconds=time.monotonic() - began)
    only = Path("/proc/cmdline").read_text(encoding="ascii").partition(" only=")[2].split()
    for one in chosen(only[0] if only else ""):
        tried(one, all_of_it)
    tell("end", seconds=time.monotonic() - began)


def chosen(only: str) -> tuple[Scenario, ...]:
    """Those with `only` in their name: a word, or words with | between."""
    return tuple(one for one in SCENARIOS if re.search(only, one.name))


def tried(one: Scenario, all_of_it: World) -> None:
    began = time.monotonic()
    try:
        got = one.found(all_of_it)
    except Exception as e:  # noqa: BLE001 - whatever it is, it is what came out
        traceback.print_exc()
        got = f"{type(e).__name__}: {e}"
    tell("scenario", name=one.name, expected=one.expected, got=got, seconds=time.monotonic() - began)


def tell(what: str, *, seconds: float, **more: str) -> None:
    print(SIGN + json.dumps({"what": what, **more, "seconds": round(seconds, 1)}), flush=True)


if __name__ == "__main__":
    main()
