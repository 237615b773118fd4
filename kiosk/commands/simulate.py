"""A terminal that answers like a real one: prints its address, then takes orders on standard input.

Orders, one a line: `fault NAME on`, `fault NAME off`, `paper in`, `counts`, `quit`. Each is answered by one JSON line.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from kiosk.errors import Usage
from kiosk.simulator.device import Kind, Setup
from kiosk.simulator.kinds import kinds
from kiosk.simulator.wire import Place, Pty, Simulation, Tcp, recorder, serve


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--protocol", metavar="NAME", help="what to play; --list names what there is")
    parser.add_argument(
        "--fault", metavar="NAME", action="append", default=[], help="a fault to begin with; repeatable"
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--pty", action="store_true", help="on a pseudo-terminal, as a serial port")
    place.add_argument("--tcp", metavar="PORT", type=int, help="on a TCP port of this machine; 0 for any")
    parser.add_argument(
        "--tls", metavar="FILE", type=Path, help="with --tcp: over TLS; FILE gets the root certificate to trust"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="for serial numbers and noise")
    parser.add_argument("--latency", metavar="S", type=float, default=0.05, help="seconds to an answer")
    parser.add_argument("--name", metavar="TEXT", default="", help="maker and model that it tells")
    parser.add_argument("--serial", metavar="NUMBER", default="", help="serial number that it tells")
    parser.add_argument("--software", metavar="TEXT", default="", help="software version that it tells")
    parser.add_argument("--record", metavar="FILE", help="keep every byte that it receives")
    parser.add_argument("--list", action="store_true", help="name protocols and faults")
    parser.add_argument("--json", action="store_true", help="with --list: one JSON document")


def run(args: argparse.Namespace) -> int:
    if args.list:
        _list(args.json)
        return 0
    kind = _kind(args.protocol)
    if not args.pty and args.tcp is None:
        raise Usage("A simulated terminal needs a place.", "Say --pty or --tcp PORT.")
    if args.tls is not None and args.pty:
        raise Usage("TLS needs a network.", "Say --tcp PORT.")
    setup = _setup(args, kind)
    record = recorder(args.record) if args.record else None
    make = _maker(args)
    simulation = Simulation(kind, kind.build(setup), make, seed=args.seed, record=record)
    try:
        print(simulation.address or "unplugged", flush=True)
        serve(simulation, sys.stdin, sys.stdout)
    finally:
        simulation.close()
        if record:
            record.close()
    return 0


def _kind(name: str | None) -> Kind:
    known = kinds()
    if name is None or name not in known:
        raise Usage(f"There is no simulated {name or 'device without a name'}.", f"Known are: {', '.join(known)}.")
    return known[name]


def _setup(args: argparse.Namespace, kind: Kind) -> Setup:
    if args.serial and kind.id == "zvt" and not (args.serial.isascii() and args.serial.isdecimal()):
        raise Usage("The serial number of a ZVT terminal has digits only.", "Give digits.")
    if not (args.name + args.software + args.serial).isascii():
        raise Usage("Names and numbers that a device tells are plain ASCII.", "Leave out accents.")
    if args.latency < 0:
        raise Usage("Nobody answers before the question.", "Give --latency as seconds, 0 or more.")
    return Setup(
        name=args.name,
        serial=args.serial,
        software=args.software,
        framing="serial" if args.pty else "tcp",
        latency=args.latency,
        seed=args.seed,
        faults={kind.check(fault) for fault in args.fault},
        now=_now,
    )


def _now() -> tuple[int, int, int, int, int, int]:
    """What a clock in the shop shows: local time."""
    now = datetime.now().astimezone()
    return now.year, now.month, now.day, now.hour, now.minute, now.second


def _maker(args: argparse.Namespace) -> Callable[[], Place]:
    """A device that is plugged in again comes back on the port it had."""
    if args.pty:
        return Pty
    made: Callable[[int], Tcp] = Tcp
    if args.tls is not None:
        from kiosk.simulator.tls import Tls, shown

        made = partial(Tls, context=shown(args.tls))

    def place() -> Place:
        at = made(args.tcp)
        args.tcp = at.port
        return at

    return place


def _list(as_json: bool) -> None:
    if as_json:
        shown = [
            {"id": k.id, "title": k.title, "faults": [{"id": id, "title": t} for id, t in k.all_faults.items()]}
            for k in kinds().values()
        ]
        print(json.dumps({"schema": 1, "protocols": shown}, indent=2))
        return
    for kind in kinds().values():
        print(f"{kind.id}: {kind.title}")
        for id, title in kind.all_faults.items():
            print(f"  {id:20} {title}")
