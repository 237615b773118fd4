"""What is tried in the guest, and what a person would expect to be told; each is one line of the lab's answer."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.lab import command
from tests.lab.command import NOBODY, Run, check, findings
from tests.lab.world import Attached, World, until


@dataclass(frozen=True, slots=True)
class Scenario:
    """`found` does it and says what came out, in the words of `expected`."""

    name: str
    expected: str
    found: Callable[[World], str]


SCENARIOS: list[Scenario] = []


def scenario(name: str, expected: str) -> Callable[[Callable[[World], str]], Callable[[World], str]]:
    def add(found: Callable[[World], str]) -> Callable[[World], str]:
        SCENARIOS.append(Scenario(name, expected, found))
        return found

    return add


_LISTED = (
    "terminal Verifone, terminal Ingenico, printer Epson, smart_card_reader Ingenico, "
    "modem: serial_adapter, FTDI cable: serial_adapter, hub with a terminal's vendor: hub, keyboard: other, hubs: hub"
)


@scenario("kiosk devices tells terminals from all else", _LISTED)
def listed(world: World) -> str:
    until(lambda: len([d for d in command.devices() if d["port"] and d["usb"]]) >= 6)
    found = [d for d in command.devices() if d["usb"]]
    known = {d["usb"]["serial"]: d for d in found}
    four = [known[one.gadget.words[2]] for one in (world.till, world.pad, world.printer, world.reader)]
    others = {
        "modem": known[world.modem.gadget.words[2]],
        "FTDI cable": _by(found, vid="0403"),
        "hub with a terminal's vendor": known[world.misread_hub.gadget.words[2]],
        "keyboard": _by(found, vid="0627"),
        "hubs": _by(found, cls="09"),
    }
    named = [f"{d['kind']} {d['make']}" for d in four]
    return ", ".join((*named, *(f"{name}: {d['kind']}" for name, d in others.items())))


def _by(found: list[dict[str, Any]], vid: str = "", cls: str = "") -> dict[str, Any]:
    return next(d for d in found if d["usb"]["vid"] == vid or d["usb"]["class"] == cls)


def zvt(one: Attached, *more: str, user: int = 0) -> str:
    return findings(check("--port", one.port, "--protocol", "zvt", *more, user=user)[0])


@scenario("CDC-ACM terminal that is well", "healthy")
def well(world: World) -> str:
    return zvt(world.till, "--level", "internal")


@scenario("CDC-ACM terminal that says nothing", "protocol.no_answer")
def silent(world: World) -> str:
    world.till.order("fault silent on")
    try:
        return zvt(world.till, "--level", "internal")
    finally:
        world.till.order("fault silent off")


@scenario("port held by another process", "port.busy, its name, its number, its time")
def held(world: World) -> str:
    port = world.till.port
    other = subprocess.Popen(["bash", "-c", f"exec 3<>{port} && exec sleep 600"])
    try:
        until(lambda: _holds(other.pid, port))
        terminal = check("--port", port, "--protocol", "zvt")[0]
    finally:
        other.kill()
        other.wait()
    return ", ".join((findings(terminal), *_holder(terminal, other.pid)))


def _holds(pid: int, port: str) -> bool:
    try:
        return str(Path(f"/proc/{pid}/fd/3").readlink()) == port
    except OSError:
        return False


def _holder(terminal: dict[str, Any], pid: int) -> list[str]:
    data: dict[str, Any] = next((one["data"] for one in terminal["findings"] if one["id"] == "port.busy"), {})
    since = data.get("since")
    age = abs(time.time() - datetime.fromisoformat(since).timestamp()) if since else 999
    told = {"name": data.get("name") == "sleep", "number": data.get("pid") == pid, "time": age < 60}
    return [f"its {what}" if is_right else f"{what} wrong: {data}" for what, is_right in told.items()]


@scenario("serial port of a user without rights", "port.no_permission, group dialout")
def forbidden(world: World) -> str:
    terminal = check("--port", world.till.port, "--protocol", "zvt", user=NOBODY)[0]
    return f"{findings(terminal)}, group {_group(terminal)}"


@scenario("USB printer of a user without rights", "port.no_permission, group plugdev")
def forbidden_usb(world: World) -> str:
    terminal = check("--port", world.printer.port, user=NOBODY)[0]
    return f"{findings(terminal)}, group {_group(terminal)}"


def _group(terminal: dict[str, Any]) -> str:
    groups = [one["data"].get("group") for one in terminal["findings"]]
    return next((str(group) for group in groups if group), "not named")


@scenario("terminal pulled out in the middle of a check", "link.unplugged")
def pulled(world: World) -> str:
    return _pulled(world.till, "--protocol", "zvt", "--level", "internal")


def _pulled(one: Attached, *argv: str) -> str:
    heard = one.heard
    one.order("fault silent on")
    before = heard.stat().st_size
    run = Run("check", "--json", "--port", one.port, *argv)
    try:
        until(lambda: heard.stat().st_size > before)
        one.gadget.unplug()
        return findings(command.terminals(run.result())[0])
    finally:
        one.order("fault silent off")


@scenario("and put back", "healthy")
def put_back(world: World) -> str:
    world.till.gadget.plug()
    return zvt(world.till, "--level", "internal")


@scenario("CP210x terminal, modem lines raised", "healthy, cts True, dsr True, cd True")
def raised(world: World) -> str:
    return _lines(world)


@scenario("CP210x terminal, modem lines lowered", "healthy, cts False, dsr False, cd False")
def lowered(world: World) -> str:
    world.pad.order("lines low")
    return _lines(world)


def _lines(world: World) -> str:
    terminal = check("--port", world.pad.port, "--protocol", "zvt", "--level", "internal")[0]
    told = {one["name"]: one["value"] for one in terminal["measurements"]}
    lines = (f"{name} {told.get(f'line.{name}')}" for name in ("cts", "dsr", "cd"))
    return ", ".join((findings(terminal), *lines))


@scenario("CP210x terminal with framing errors", "link.wrong_speed, errors counted")
def framing(world: World) -> str:
    world.pad.order("errors on")
    try:
        terminal = check("--port", world.pad.port, "--protocol", "zvt", "--level", "internal")[0]
    finally:
        world.pad.order("errors off")
    counts = [one["value"] for one in terminal["measurements"] if one["name"] == "line.frame_errors"]
    return f"{findings(terminal)}, errors {'counted' if any(counts) else f'not counted: {counts}'}"


@scenario("printer that is well", "healthy")
def prints(world: World) -> str:
    return findings(check("--port", world.printer.port)[0])


@scenario("printer without paper (ESC/POS)", "printer.no_paper")
def no_paper(world: World) -> str:
    world.printer.order("paper out")
    return findings(check("--port", world.printer.port)[0])


@scenario("printer without paper (printer class alone)", "printer.no_paper")
def no_paper_by_class(world: World) -> str:
    world.printer.order("status 38")  # paper empty, selected, no error
    return findings(check("--port", world.printer.port, "--protocol", "usb_printer")[0])


@scenario("its system driver has the printer back", "usblp")
def given_back(world: World) -> str:
    device = world.printer.device()
    return str(device and device["usb"]["driver"])


@scenario("card reader without card", "reader.no_card")
def no_card(world: World) -> str:
    world.reader.order("card out")
    return findings(check("--port", world.reader.port)[0])


@scenario("card reader with a card", "healthy")
def card(world: World) -> str:
    world.reader.order("card in")
    return findings(check("--port", world.reader.port)[0])


@scenario("card reader pulled out in the middle of a check", "link.unplugged")
def pulled_reader(world: World) -> str:
    return _pulled(world.reader)


@scenario("and put back into its socket", "healthy")
def reader_back(world: World) -> str:
    world.reader.gadget.plug()
    return findings(check("--port", world.reader.port)[0])
