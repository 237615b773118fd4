"""Screens of Home, choosing, checking, verdict and stop: values only, words as text ids."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.guidance.model import Guide, Symptom
from kiosk.journey import cards, confirming, together
from kiosk.journey.casework import connected
from kiosk.journey.checking import till_to_fix, tills_asked, worst_terminal
from kiosk.journey.reading import found_tiles
from kiosk.journey.state import Journey, Seen, light_of, light_of_report, light_of_till, worst
from kiosk.journey.together import names
from kiosk.model.finding import Finding, HopState
from kiosk.model.health import Health
from kiosk.model.ids import case_number, shown_number
from kiosk.model.screen import (
    Ask,
    Banner,
    Checking,
    Choose,
    Connected,
    Due,
    Fact,
    Header,
    Home,
    Light,
    OpenCase,
    Option,
    Row,
    Stop,
    TerminalLine,
    Tile,
    TillCard,
    Verdict,
)
from kiosk.model.terminal import Kind, Terminal, Till
from kiosk.model.text import Text, literal, text

if TYPE_CHECKING:
    from kiosk.journey.knowledge import Knowledge


def header(journey: Journey, *, back: bool = True) -> Header:
    here = connected(journey)
    bar = Connected(here[1].name, here[1].words, here[0].at.isoformat()) if here else None
    return Header(journey.store.name, back, bar is None, bar, journey.demo)


def home(journey: Journey, dues: tuple[Due, ...] = ()) -> Home:
    fix = till_to_fix(journey)
    return Home(
        header(journey, back=False),
        _home_title(journey),
        tuple(card(journey, till) for till in journey.store.tills),
        fix,
        till_name(journey, fix),
        _banners(journey),
        _open_cases(journey),
        dues,
    )


def _banners(journey: Journey) -> tuple[Banner, ...]:
    """What went wrong here, and each cause that several tills share."""
    notice = (Banner(journey.notice),) if journey.notice else ()
    return (*notice, *(Banner(together.sentence(journey, one)) for one in together.now(journey)))


def _home_title(journey: Journey) -> Text:
    """One sentence: who needs help, or that all work, or that nobody knows yet."""
    lights = {t.name: light_of_till(journey, t.id) for t in journey.store.tills}
    troubled = [n for n, light in lights.items() if light in (Light.BROKEN, Light.NEEDS_YOU, Light.STOP)]
    if not lights:
        return text("home.nothing")
    if len(troubled) == 1:
        return text("home.one_needs", till=troubled[0])
    if troubled:
        return text("home.some_need", tills=names(tuple(troubled)))
    if all(light in (Light.WORKING, Light.IN_USE) for light in lights.values()):
        return text("home.all_work")
    return text("home.not_checked") if Light.NOT_CHECKED in set(lights.values()) else text("home.all_work")


def _open_cases(journey: Journey) -> tuple[OpenCase, ...]:
    case = journey.case
    if case is None or not case.opened or case.resolved:
        return ()
    number = shown_number(case_number(case.id))
    words = text("home.case_expert") if connected(journey) else text("home.case_waiting")
    return (OpenCase(case.id, number, words),)


def till_name(journey: Journey, id: str) -> str:
    return next((t.name for t in journey.store.tills if t.id == id), "")


def card(journey: Journey, till: Till) -> TillCard:
    light = light_of_till(journey, till.id)
    worst_one = worst_terminal(journey, till.id)
    lines = tuple(_line(journey, t) for t in till.terminals)
    return TillCard(till.id, till.name, light, words_of(journey, worst_one), _detail(journey, worst_one), lines)


def _line(journey: Journey, terminal: Terminal) -> TerminalLine:
    return TerminalLine(
        terminal.id,
        title_of(journey, terminal),
        terminal.kind,
        light_of(journey, terminal.id),
        words_of(journey, terminal.id),
    )


def title_of(journey: Journey, terminal: Terminal) -> Text:
    """Make and model as the terminal itself says, or as the list says, or what kind of thing it is."""
    seen = journey.seen.get(terminal.id)
    health = seen.report.health if seen else Health()
    told = f"{health.make or terminal.make} {health.model or terminal.model}".strip()
    return literal(told) if told else text(f"kind.{terminal.kind.value}")


def words_of(journey: Journey, terminal: str) -> Text:
    """The words beside the light: the finding's short text, or the light's own."""
    light = light_of(journey, terminal)
    halt = next((h for h in journey.halts if h.terminal == terminal), None)
    seen = journey.seen.get(terminal)
    finding = halt.finding if halt else worst(seen.report) if seen else None
    if light is Light.NOT_CHECKED and _is_guessed(journey, terminal):
        return text("guess.card")
    if finding is None or light is Light.NOT_CHECKED:
        return text(f"light.{light.value}")
    return Text(finding.id, _args(finding))


def _is_guessed(journey: Journey, terminal: str) -> bool:
    of = journey.store.terminal(terminal)
    asked = confirming.guess(journey, of.till) if of is not None else None
    return asked is not None and asked[0].id == terminal


def _args(finding: Finding) -> dict[str, str | int | float | Text]:
    return {k: v for k, v in finding.data.items() if not isinstance(v, bool)}


def _detail(journey: Journey, terminal: str) -> Text:
    seen = journey.seen.get(terminal)
    if seen is None:
        return text("seen.never")
    age = journey.now - seen.at
    if seen.stale or light_of(journey, terminal) is Light.NOT_CHECKED:
        return text("seen.since", time=f"{seen.at.astimezone():%H:%M}")
    if age < timedelta(minutes=1):
        return text("seen.now")
    return text("seen.minutes", n=int(age.total_seconds() // 60))


def choose(journey: Journey, k: Knowledge) -> Choose:
    """First the till where there are several, then what is wrong in tiles: all of them, or what fits own words."""
    if not journey.till and len(journey.store.tills) > 1:
        cards = tuple(card(journey, till) for till in journey.store.tills)
        return Choose(header(journey), text("choose.till"), cards)
    kinds = {t.kind for till in journey.store.tills if till.id == journey.till for t in till.terminals}
    tiles = {s.id: Tile(s.id, s.title, s.picture) for s in k.guide.symptoms.values() if _fits(s, kinds)}
    found = [f.id for f in k.index.find(journey.words, k.language, most=len(tiles)) if f.id in tiles][:MOST_FOUND]
    to_read = (replace(tile, title=text("choose.read", title=tile.title)) for tile in found_tiles(journey, k))
    fitting = (*(tiles[id] for id in found), *to_read)
    note = text("choose.found" if fitting else "choose.not_found") if journey.words else None
    note = note if tiles else text("choose.none")
    shown = fitting or _by_topic(journey, k.guide, tiles)
    title = text("choose.title", till=till_name(journey, journey.till))
    return Choose(header(journey), title, (), shown, search=True, words=journey.words, found=note)


def _by_topic(journey: Journey, guide: Guide, tiles: dict[str, Tile]) -> tuple[Tile, ...]:
    """The symptoms of the chosen topic; before, the topics, unless all symptoms together are few."""
    topics = {t.id: [s for s in t.symptoms if s in tiles] for t in guide.topics.values()}
    if journey.topic in topics:
        return tuple(tiles[id] for id in topics[journey.topic])
    if len(tiles) <= FEW or not topics:
        return tuple(tiles.values())
    return tuple(Tile("", guide.topics[id].title, guide.topics[id].picture, id) for id, own in topics.items() if own)


FEW = 12
"""Symptoms that are shown at once, without choosing a topic first."""


MOST_FOUND = 6
"""Tiles for own words: as many as fit on a screen without scrolling."""


PRINTER_FAMILIES = ("paper", "printer", "pc_not_seen", "port_busy")


def _fits(symptom: Symptom, kinds: set[Kind]) -> bool:
    """A till that only prints is not asked about cards, keys and screens."""
    if kinds == {Kind.PRINTER}:
        return symptom.family in PRINTER_FAMILIES or Kind.PRINTER.value in symptom.priors
    return not kinds or any(symptom.is_offered_at(kind) for kind in kinds)


def paying(journey: Journey) -> Ask:
    """Asked before anything is sent that may set something going in a terminal."""
    tills = tills_asked(journey)
    title = text("paying.title", tills=names(tills))
    options = (Option("nobody", text("paying.nobody")), Option("somebody", text("paying.somebody")))
    return Ask(header(journey), " · ".join(tills), title, text("paying.hint"), "", options)


PICTURES = {Kind.TERMINAL: "terminal", Kind.PRINTER: "printer"}
"""Of a device that is guessed; all others are readers."""


def confirm(journey: Journey, terminal: Terminal, guess: Finding) -> Ask:
    """We think this is a ...: is it?"""
    kind = next((kind for kind in Kind if kind == guess.data.get("kind")), terminal.kind)
    what = literal(terminal.title) if terminal.title else text(f"kind.{kind.value}")
    hint = text("guess.hint", protocol=str(guess.data.get("protocol", "")))
    options = tuple(Option(id, Text(f"guess.{id}")) for id in (confirming.YES, confirming.NO, confirming.UNKNOWN))
    title = text("guess.title", what=what)
    return Ask(header(journey), till_name(journey, terminal.till), title, hint, PICTURES.get(kind, "reader"), options)


def told(journey: Journey) -> Text | None:
    """What staff said of a device at the till looked at."""
    found = confirming.said(journey, journey.till)
    if found is None:
        return None
    terminal, known = found
    if not known.protocol:
        return text("guess.told_not")
    what = literal(terminal.title) if terminal.title else text(f"kind.{terminal.kind.value}")
    return text("guess.told", what=what, protocol=known.title)


def checking(journey: Journey) -> Checking:
    running = journey.running
    rows: list[Row] = []
    for id in running.terminals if running else ():
        terminal = journey.store.terminal(id)
        if terminal is not None:
            rows.append(_row(journey, terminal))
    shared = next((one for one in together.now(journey) if one.shared != "pc"), None)  # of a PC, once all are done
    words = together.sentence(journey, shared) if shared else None
    return Checking(header(journey, back=False), cards.title(journey), tuple(rows), words)


def _row(journey: Journey, terminal: Terminal) -> Row:
    running = journey.running
    done = running is None or terminal.id in running.done
    chain = running.chains.get(terminal.id, ()) if running else ()
    check = running.looking.get(terminal.id, "") if running else ""
    light = light_of(journey, terminal.id) if done else Light.NOT_CHECKED
    words = words_of(journey, terminal.id) if done else text(f"check.{check}") if check else text("checking.soon")
    name = till_name(journey, terminal.till)
    return Row(terminal.id, name, title_of(journey, terminal), terminal.kind, chain, words, light, not done)


def verdict(journey: Journey, minutes: int | None, likely: str) -> Verdict:
    """What is wrong at the till looked at, in one sentence, and what can be done about it."""
    id = worst_terminal(journey, journey.till)
    seen = journey.seen.get(id)
    name = till_name(journey, journey.till)
    if seen is None:
        return Verdict(header(journey), name, text("verdict.unknown"), text("seen.never"), (), Light.NOT_CHECKED)
    finding, shared = worst(seen.report), together.of_terminal(journey, id)
    return Verdict(
        header(journey),
        name,
        _verdict_title(name, seen, finding),
        _verdict_lead(seen, likely),
        seen.report.chain,
        light_of_report(seen.report),
        _others(journey),
        tuple(Text(f"{f.id}.says", _args(f)) for f in seen.report.findings),
        minutes if finding is not None else None,
        facts_of(seen.report.health),
        together.sentence(journey, shared) if shared else None,
        told(journey),
        bool(cards.reader(journey, journey.till)),
    )


def _verdict_title(till: str, seen: Seen, finding: Finding | None) -> Text:
    if finding is not None:
        return text("verdict.wrong", till=till, says=Text(f"{finding.id}.says", _args(finding)))
    if light_of_report(seen.report) is Light.WORKING:
        return text("verdict.works", till=till)
    if light_of_report(seen.report) is Light.IN_USE:
        return text("verdict.in_use", till=till)
    return text("verdict.unknown")


def _verdict_lead(seen: Seen, likely: str) -> Text:
    finding, tested = worst(seen.report), cards.outcome(seen.report)
    if tested is not None:
        return tested
    if finding is None:
        return text("verdict.fine") if light_of_report(seen.report) is Light.WORKING else text("verdict.not_judged")
    silent = finding.id == "protocol.no_answer"
    if silent and all(link.state is not HopState.BROKEN for link in seen.report.chain[:3]):
        return text("verdict.silence")
    return text("verdict.likely", cause=text(f"cause.{likely}")) if likely else text("verdict.look")


def _others(journey: Journey) -> Text | None:
    """Where to send customers: tills known to work now."""
    fine = [t.name for t in journey.store.tills if t.id != journey.till and _takes_payments(journey, t)]
    if not fine:
        return None
    if len(fine) == 1:
        return text("verdict.other_works", till=fine[0])
    return text("verdict.others_work", tills=names(tuple(fine)))


def _takes_payments(journey: Journey, till: Till) -> bool:
    payers = [t.id for t in till.terminals if t.kind is not Kind.PRINTER]
    return bool(payers) and all(light_of(journey, t) in (Light.WORKING, Light.IN_USE) for t in payers)


def facts_of(health: Health) -> tuple[Fact, ...]:
    told = {
        "make": f"{health.make or ''} {health.model or ''}".strip(),
        "software": health.software,
        "serial": health.serial,
        "clock": (health.clock or "").replace("T", " "),
    }
    return tuple(Fact(text(f"fact.{name}"), value) for name, value in told.items() if value)


def stop(journey: Journey, terminal: str, guide: Guide) -> Stop:
    """A hard stop: what to do, what never to do, whom to call; cleared by the security line alone."""
    halt = next(h for h in journey.halts if h.terminal == terminal)
    till = journey.store.till_of(terminal)
    page = guide.stops.get(halt.finding.id)
    return Stop(
        header(journey),
        till.name if till else "",
        page.title if page else Text(f"{halt.finding.id}.says"),
        page.todo_texts if page else (),
        page.never_texts if page else (),
        page.call_text if page else text("stop.call"),
        journey.store.security_phone,
        halt.challenge,
        halt.wrong,
    )
