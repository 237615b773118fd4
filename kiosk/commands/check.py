"""Runs the checks on a terminal, or on all that is attached, and says what is wrong."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands._confirm import asked
from kiosk.commands.devices import models
from kiosk.diagnostics import verdict
from kiosk.diagnostics.channels.opening import kind_of
from kiosk.diagnostics.check import checks
from kiosk.diagnostics.discovery import attached, gather, terminal_of
from kiosk.diagnostics.discovery.memory import keep, learned, recall, remembered
from kiosk.diagnostics.discovery.places import places, settled
from kiosk.diagnostics.runner import Outcome, Plan
from kiosk.diagnostics.runner import run as run_checks
from kiosk.errors import Usage
from kiosk.lessons import keep as keep_lessons
from kiosk.lessons import load as load_lessons
from kiosk.model.finding import Finding, Severity
from kiosk.model.learned import taught
from kiosk.model.report import Facts, Looking, Report, RunEvent, TerminalReport
from kiosk.model.siblings import incidents
from kiosk.model.terminal import Kind, Level, Port, Terminal
from kiosk.model.text import Catalogue, Text, text
from kiosk.protocols.protocol import protocols
from kiosk.resources import catalogue, findings
from kiosk.secure import doors
from kiosk.settings import Settings, data_folder, load

if TYPE_CHECKING:
    from kiosk.escalation.vault import Vault

LEVELS = tuple(Level)
CHECKABLE = {Kind.TERMINAL, Kind.PRINTER, Kind.SMART_CARD_READER, Kind.CARD_READER}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--level",
        choices=[str(level) for level in LEVELS],
        help="internal or more, if given, also says that nobody is paying; interactive: a person is here to help",
    )
    parser.add_argument(
        "--port", help="a device path, COM3, tcp://host:port, tls://host:port, usb:BUS-PATH or pcsc:READER"
    )
    parser.add_argument("--protocol", help="how the terminal talks, such as zvt or escpos")
    parser.add_argument(
        "--loopback", action="store_true", help="test a serial --port with a loopback plug in place of the terminal"
    )
    parser.add_argument("--deadline", type=float, default=30.0, metavar="S", help="seconds for everything (30)")
    parser.add_argument("--bundle", type=Path, metavar="FILE", help="seal what was found into a file")
    parser.add_argument(
        "--settings", type=Path, metavar="FILE", help="the store's tills (default: those of the window)"
    )
    parser.add_argument("--lang", default=os.environ.get("KIOSK_LANGUAGE") or "en", help="language of the answer (en)")
    parser.add_argument("--list", action="store_true", help="name the checks and protocols there are")


def run(args: argparse.Namespace) -> int:
    say = catalogue(args.lang)
    if args.list:
        print(listing(say, as_json=args.json))
        return 0
    require_sense(args)
    settings = load(args.settings or data_folder() / "settings.toml", os.environ)
    memory = recall(data_folder())
    tills = tuple(t for till in settings.tills() for t in till.terminals)
    listed = remembered(tills, memory)
    said = load_lessons(data_folder())
    terminals = tuple(taught(t, said) for t in wanted(args.port, args.protocol, listed))
    if args.loopback:
        terminals = tuple(bare(t) for t in terminals)
    free = cache(lambda: args.level is not None or nobody_pays(terminals, say))
    outcome, facts = looked(args, settings, terminals, listed, free)
    now = asked(outcome.report, said, say)
    if now != said:
        keep_lessons(data_folder(), now)
    if (confirmed := tuple(taught(t, now) for t in terminals)) != terminals:
        outcome, facts = looked(args, settings, confirmed, listed, free)
    if (known := learned(memory, tills, facts)) != memory:
        keep(data_folder(), known)
    report = outcome.report
    print(json.dumps(verdict.document(report, say), indent=2) if args.json else spoken(report, say))
    if args.bundle is not None:
        seal(outcome, args.bundle)  # after the answer: a full disk must not cost it
    return status(report)


def looked(
    args: argparse.Namespace,
    settings: Settings,
    terminals: tuple[Terminal, ...],
    listed: tuple[Terminal, ...],
    free: Callable[[], bool],
) -> tuple[Outcome, Facts]:
    """One run, and the facts that it rests on. `free` is asked, once the ports are there, whether nobody pays."""
    say, policy = catalogue(args.lang), settings.policy
    facts = gather(terminals, policy.pos_programs, policy.payment_hosts, datetime.now(UTC), listed, settings.desk.url)
    require_ports(args.port, facts)
    level = Level.INTERACTIVE if args.loopback else Level(args.level or Level.INTERNAL)
    plan = Plan(terminals, level, args.deadline, facts, may_act=free())
    with progress(say, aloud=level is Level.INTERACTIVE) as emit:
        return run_checks(plan, emit=emit, kinds=findings(), open_channel=doors(settings, _vault)), facts


def require_sense(args: argparse.Namespace) -> None:
    """Raises `Usage` on options that cannot be meant."""
    if not 0 < args.deadline <= 3600:
        raise Usage("The deadline is a number of seconds above 0.", "Write for example --deadline 30.")
    if args.loopback and (args.port is None or kind_of(args.port) != "serial"):
        raise Usage("The loopback test needs a serial port.", "Write for example --port /dev/ttyUSB0 --loopback.")


def _vault() -> Vault:
    from kiosk.escalation.vault import Vault

    return Vault(data_folder())


def status(report: Report) -> int:
    """0 where everything is fine, 1 where a finding is a warning or more, or a question was held back."""
    held = any(finding.id == "guard.refused" for one in report.terminals for finding in one.findings)
    return int(held or verdict.worst(report).rank >= Severity.WARNING.rank)


def nobody_pays(terminals: Iterable[Terminal], say: Catalogue) -> bool:
    """Ask whoever sits at the keyboard; where nobody does, nothing that may act is sent."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()) or not any(
        t.asks_first and t.takes_payments for t in terminals
    ):
        return False
    print(say(text("check.paying")), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in say(text("check.paying.no")).split()


def wanted(port: str | None, protocol: str | None, listed: Iterable[Terminal] = ()) -> tuple[Terminal, ...]:
    """The terminals to check: the one at `port`, else those listed and all that is attached. Raises `Usage`."""
    if protocol is not None and protocol not in protocols():
        raise Usage(f"There is no protocol {protocol}.", f"There are: {', '.join(protocols())}.")
    tills, found = tuple(listed), attached(models())
    here = settled(tills, places(tills, found))
    known = {t.port.address for t in here}
    all_known = (*here, *(terminal_of(d) for d in found if d.address and known.isdisjoint(d.names)))
    if port is None:
        chosen = tuple(t for t in all_known if t.kind in CHECKABLE)
    else:
        named = next((t for t in all_known if port in _names(t)), None)
        chosen = (named or Terminal(port, Port(address(port), port), asks_first=True),)
    return tuple(_talking(t, protocol) for t in chosen)


def bare(terminal: Terminal) -> Terminal:
    """The port alone: whatever the list says of a terminal there, a plug is in its place now."""
    import msgspec

    return msgspec.structs.replace(terminal, kind=Kind.SERIAL_ADAPTER, protocol=None, asks_first=False)


def _names(terminal: Terminal) -> tuple[str, ...]:
    """A reader that the card service holds is also known by its place on the bus."""
    usb = terminal.port.usb
    served = kind_of(terminal.port.address) == "pcsc" and usb is not None
    return (terminal.port.address, f"usb:{usb.path}") if served and usb else (terminal.port.address,)


def address(port: str) -> str:
    """A port as a person wrote it; raises `Usage` on a network address that is none."""
    if kind_of(port) == "tcp":
        from kiosk.diagnostics.channels.tcp import host_and_port

        host_and_port(port)
    return port


def _talking(terminal: Terminal, protocol: str | None) -> Terminal:
    import msgspec

    name = protocol or terminal.protocol
    if name is None or name not in protocols():
        return msgspec.structs.replace(terminal, protocol=None)
    kind = protocols()[name].kind if protocol else terminal.kind
    return msgspec.structs.replace(terminal, protocol=name, kind=kind)


def require_ports(port: str | None, facts: Facts) -> None:
    """A port that a person named and that is not there is a mistake of the call, not a finding."""
    for seen in facts.ports:
        if port is not None and not seen.exists:
            raise Usage(f"There is no port {seen.address}.", "`kiosk devices` names the ports there are.")


@contextmanager
def progress(say: Catalogue, *, aloud: bool = False) -> Iterator[Callable[[RunEvent], None]]:
    """What is being looked at, on standard error and only where that is a terminal.

    `aloud`: a person takes part and must read what to do, so a check that needs one is told in any case.
    """
    parts = {c.id for c in checks() if c.level is Level.INTERACTIVE} if aloud else set()

    def shown(show: Callable[[str], object], stays: Callable[[str], object]) -> Callable[[RunEvent], None]:
        """What a person must do stays on the screen, with the device it is about; all else may be written over."""

        def emit(event: RunEvent) -> None:
            if isinstance(event, Looking):
                words = say(Text(f"check.{event.check}"))
                show(words)
                if event.check in parts:
                    stays(f"{event.terminal}: {words}")

        return emit

    if not sys.stderr.isatty():
        yield shown(lambda _words: None, lambda words: print(words, file=sys.stderr, flush=True))
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    with console.status("") as line:
        yield shown(line.update, console.print)


def spoken(report: Report, say: Catalogue) -> str:
    """A report as short plain sentences."""
    if not report.terminals:
        return say(text("check.none_attached"))
    parts = ["\n".join(_lines(one, say)) for one in report.terminals]
    return "\n\n".join((*parts, *(verdict.common(one, say) for one in incidents(report.terminals))))


def _lines(one: TerminalReport, say: Catalogue) -> Iterator[str]:
    terminal, health = one.terminal, one.health
    name = f"{terminal.make or health.make or ''} {terminal.model or health.model or ''}".strip()
    yield say(text("check.head", name=name or terminal.id, port=terminal.port.address))
    for link in one.chain:
        hop, state = Text(f"check.hop.{link.hop}"), Text(f"check.state.{link.state}")
        yield f"  {say(text('check.link', hop=hop, state=state))}"
    for finding in one.findings:
        pid = finding.data.get("pid")
        process = f" {say(text('check.process', pid=pid))}" if isinstance(pid, int) else ""
        yield f"  - {verdict.says(finding, say)}{process}"
        if words := _problem(finding, say) or _code(finding, terminal.protocol, say):
            yield f"    {words}"
        if finding.id == "protocol.guessed":
            yield f"    {say(Text('check.confirm', dict(finding.data)))}"
    for label, value in (("software", health.software), ("serial", health.serial), ("clock", health.clock)):
        if value:
            yield f"  {say(text(f'check.fact.{label}', value=value))}"
    if terminal.kind is Kind.SERIAL_ADAPTER:
        return
    if terminal.protocol is None and all(finding.id != "protocol.guessed" for finding in one.findings):
        yield f"  {say(text('check.own_way' if talks_own_way(terminal) else 'check.no_protocol'))}"
    elif words := _silence(one, say):
        yield f"  {words}"


def talks_own_way(terminal: Terminal) -> bool:
    """A reader whose USB class is its maker's own (FF): what is known of readers does not fit it."""
    usb = terminal.port.usb
    return terminal.kind in (Kind.SMART_CARD_READER, Kind.CARD_READER) and usb is not None and usb.cls == "ff"


def _silence(one: TerminalReport, say: Catalogue) -> str:
    """What it may mean that a terminal of this protocol says nothing, where that is known."""
    name = one.terminal.protocol or ""
    asks = name not in protocols() or protocols()[name].asks
    silent = any(finding.id == "protocol.no_answer" for finding in one.findings)
    id = f"{name}.silent" if silent else f"{name}.connection" if not asks and not one.findings else ""
    return f"{say(Text(id))}." if say.has(id) else ""


def _problem(finding: Finding, say: Catalogue) -> str:
    """What Windows' problem code means and what cures it."""
    id = f"windows.problem.{finding.data.get('problem')}"
    return say(Text(id)) if say.has(id) else ""


_SOURCES = {"status": "status", "refusal": "error", "abort": "error", "lock": "lock"}


def _code(finding: Finding, protocol: str | None, say: Catalogue) -> str:
    """The terminal's own code in words and what cures it, where its protocol has words for both."""
    source, code, advice = (finding.data.get(key) for key in ("source", "code", "advice"))
    ids = (f"{protocol}.{_SOURCES.get(str(source))}.{code}", f"{protocol}.advice.{advice}")
    words = [say(Text(id)) for id in ids if say.has(id)]
    return f"{words[0]} ({code}). {' '.join(words[1:])}".strip() if words else ""


def listing(say: Catalogue, *, as_json: bool) -> str:
    """The checks in the order they run, and the protocols."""
    named = [
        {
            "id": c.id,
            "title": say(Text(f"check.{c.id}")),
            "hop": str(c.hop),
            "level": str(c.level),
            "needs": list(c.needs),
        }
        for c in checks()
    ]
    known = [{"id": p.id, "title": p.title} for p in protocols().values()]
    if as_json:
        return json.dumps({"schema": 1, "checks": named, "protocols": known}, indent=2)
    lines = [f"{c['id']:<18} {c['hop']:<9} {c['level']:<9} {c['title']}" for c in named]
    return "\n".join((*lines, "", *(f"{p['id']:<18} {p['title']}" for p in known)))


def seal(outcome: Outcome, file: Path) -> None:
    """Seal report and traces, redacted, with this kiosk's own keys. Raises `BundleError`."""
    from kiosk import __version__
    from kiosk.escalation.enrolment import pseudonym_key, secrets, signing_key
    from kiosk.evidence.bundle import Contents
    from kiosk.evidence.bundle import seal as seal_bundle

    vault = _vault()
    traces = tuple((trace.header, trace.entries) for trace in outcome.traces)
    log = tuple(broken.trace for broken in outcome.broken)
    seal_bundle(
        Contents(outcome.report, traces, log=log),
        file,
        key=signing_key(vault),
        pseudonym_key=pseudonym_key(vault),
        kiosk="",
        version=__version__,
        now=datetime.now(UTC),
        canaries=secrets(vault),
    )
