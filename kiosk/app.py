"""The composition root: builds every object and hands it on; owns the journey in the GUI thread; knows all parts."""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import resources, settings
from kiosk.errors import KioskError
from kiosk.model.screen import Banner, Header, Home, Light, Screen, TerminalLine, TillCard
from kiosk.model.terminal import Store, Terminal
from kiosk.model.text import Catalogue, literal, text
from kiosk.model.wire import NOT_READABLE
from kiosk.settings import Settings, load

if TYPE_CHECKING:
    from concurrent.futures import Future

    from kiosk.carrier import Carrier, Parts
    from kiosk.journey.knowledge import Knowledge
    from kiosk.journey.state import Journey
    from kiosk.journey.turns import What
    from kiosk.model.act import Act
    from kiosk.ui.bridge import Bridge
    from kiosk.ui.header import Languages
    from kiosk.ui.window import Window

TICK_MS = 10_000
COLLECT_MS = 30_000


@dataclass(frozen=True, slots=True)
class Options:
    """How the window is started; see `kiosk app --help`."""

    data: Path | None = None
    settings: Path | None = None
    demo: bool = False
    screenshots: Path | None = None
    fullscreen: bool = False
    mark_first_paint: bool = False
    before: Callable[[Path], Settings] | None = None  # runs in a lane after the first paint and gives the settings


def data_folder(options: Options) -> Path:
    """Where this kiosk keeps outbox, keys and its place in the journey."""
    if options.data is not None:
        return options.data
    if options.demo:
        import tempfile

        return Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    return settings.data_folder()


def opening(store: Store, *, demo: bool) -> Home:
    """The first picture: the tills that are set up, and nothing claimed about any of them."""
    unknown = text("light.not_checked")
    cards = (
        TillCard(till.id, till.name, Light.NOT_CHECKED, unknown, literal(""), tuple(map(_unseen, till.terminals)))
        for till in store.tills
    )
    return Home(Header(store.name, demo=demo), text("home.opening"), tuple(cards), opening=True)


def broken(store: Store, error: KioskError) -> Home:
    """Where the program cannot go on: what is wrong, and nothing to press."""
    from msgspec.structs import replace

    home = opening(store, demo=False)
    return replace(home, title=text("damaged.program"), banners=(Banner(literal(str(error))),))


def _unseen(terminal: Terminal) -> TerminalLine:
    title = literal(terminal.title) if terminal.title else text(f"kind.{terminal.kind.value}")
    return TerminalLine(terminal.id, title, terminal.kind, Light.NOT_CHECKED, text("light.not_checked"))


def first_journey(folder: Path, store: Store, *, demo: bool) -> Journey:
    """Where the last run stopped, or the start; a saved place that this version cannot read is left behind."""
    import msgspec

    from kiosk.journey.journey import with_store
    from kiosk.journey.state import Journey, restored

    now = datetime.now(UTC)
    try:
        journey = restored((folder / "journey.json").read_bytes())
    except (OSError, msgspec.ValidationError):
        return Journey(store, now, demo=demo)
    except NOT_READABLE:
        return Journey(store, now, demo=demo, notice=text("damaged.anew", file="journey.json"))
    return msgspec.structs.replace(
        with_store(journey, store), now=now, online=False, percent=None, demo=demo, notice=None
    )


class Kiosk:
    """Owns the journey, in the GUI thread: every turn goes through `turn`, which draws and passes wishes on."""

    def __init__(self, window: Window, journey: Journey, knowledge: Knowledge, pictures: Path | None = None) -> None:
        """`pictures`: a folder for a picture of every screen drawn."""
        self.window = window
        self.journey = journey
        self.knowledge = knowledge
        self.carrier: Carrier | None = None
        self._pictures = pictures
        self._kept = 0
        self._drawn: Screen | None = None

    def turn(self, what: What) -> None:
        """Something happened. The screen moves at once; saving and wishes go on in lanes."""
        from kiosk.journey.journey import step
        from kiosk.journey.state import saved
        from kiosk.journey.turns import Tick, Turn

        turn = Turn(datetime.now(UTC), os.urandom(16), what)
        self.journey, wishes = step(self.journey, turn, self.knowledge)
        self.draw()
        if self.carrier is None:
            return
        if not isinstance(what, Tick):
            self.carrier.save(saved(self.journey))
        for wish in wishes:
            self.carrier.carry(wish)

    def draw(self) -> None:
        from kiosk.journey.screens import screen

        drawn = screen(self.journey, self.knowledge)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.window.draw(drawn)
        if self._pictures is not None:
            self._keep_picture(self._pictures)

    def speak(self, language: str) -> None:
        """Staff chose another language; cases opened from now on say so."""
        self.knowledge = dataclasses.replace(self.knowledge, language=language)
        if self.carrier is not None:
            self.carrier.speak(language)

    def _keep_picture(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._kept += 1
        self.window.grab().save(str(folder / f"{self._kept:03}-{type(self._drawn).__name__.lower()}.png"))


OWN_NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pl": "Polski", "pt": "Português"}


def named(codes: Iterable[str]) -> Languages:
    """Languages to choose from, each by its own name, in the order of these names."""
    return tuple(sorted(((code, OWN_NAMES.get(code, code)) for code in codes), key=lambda pair: pair[1]))


class Running:
    """The program from its first paint to its end. `kiosk` is None until all of it is built."""

    def __init__(self, options: Options) -> None:
        """Shows the first page. Raises `KioskError` if settings or resources cannot be used."""
        from kiosk.ui.start import first_window

        self._options = options
        self._folder = data_folder(options)
        self._settings = load(options.settings or self._folder / "settings.toml", os.environ)
        self.kiosk: Kiosk | None = None
        self._bridge: Bridge | None = None
        self._over: Path | None = None  # texts of a pack of guidance
        languages = resources.languages()
        language = self._settings.language if self._settings.language in languages else languages[0]
        self.app, self.window = first_window(
            resources.root(),
            self._catalogue,
            named(languages),
            language,
            opening(self._settings.as_store(), demo=options.demo),
            self._act,
            on_language=self._speak,
            on_close=self._closed,
            on_first_paint=self._painted,
            dark=self._settings.dark,
            fullscreen=options.fullscreen or self._settings.policy.fullscreen,
        )

    def _catalogue(self, language: str) -> Catalogue:
        return resources.readable_catalogue(language, over=self._over)

    def _act(self, act: Act) -> None:
        if self.kiosk is not None:
            self.kiosk.turn(act)

    def _closed(self) -> None:
        self.app.quit()

    def _speak(self, language: str) -> None:
        if self.kiosk is not None:
            self.kiosk.speak(language)

    def _painted(self) -> None:
        """The window is there: now everything that reads, opens and listens, in a lane."""
        if self._options.mark_first_paint:
            print(f"FIRST-PAINT {_resident_kib()}", flush=True)  # noqa: T201 - asked for on the command line
        from kiosk.ui.bridge import Bridge

        self._bridge = Bridge()
        self._bridge.run("start", self._build, self._built)

    def _build(self) -> tuple[Parts, Journey]:
        import msgspec

        from kiosk.carrier import build_parts

        before = self._options.before
        settings = before(self._folder) if before is not None else self._settings
        parts = build_parts(self._folder, settings, self.window.language)
        journey = first_journey(self._folder, settings.as_store(), demo=self._options.demo)
        return parts, msgspec.structs.replace(journey, lessons=dict(parts.lessons))

    def _built(self, future: Future[tuple[Parts, Journey]]) -> None:
        from kiosk.carrier import Carrier
        from kiosk.journey.fitting import fitted
        from kiosk.journey.turns import Noticed, StoreKnown, Tick
        from kiosk.ui.clock import every

        try:
            parts, journey = future.result()
        except KioskError as e:
            self.window.draw(broken(self._settings.as_store(), e))
            return
        if self._bridge is None:
            return
        journey = fitted(journey, parts.knowledge)
        kiosk = Kiosk(self.window, journey, parts.knowledge, self._options.screenshots)
        kiosk.carrier = carrier = Carrier(parts, self._folder, self._bridge, kiosk.turn)
        if parts.over is not None:
            self._over = parts.over
            self.window.speak(self.window.language)
        kiosk.turn(StoreKnown(carrier.store))
        if parts.trouble is not None:
            kiosk.turn(Noticed(parts.trouble))
        case = journey.case.id if journey.case else ""
        carrier.do("outbox", lambda: carrier.connect(case))
        if not self._options.demo:
            carrier.watch()
        every(self.window, TICK_MS, lambda: kiosk.turn(Tick()))
        gc.disable()  # a lane must not collect: a widget that dies in another thread takes the program with it
        every(self.window, COLLECT_MS, _collect)
        self.kiosk = kiosk

    def stop(self) -> None:
        """Everything ends: lanes and the talk with the desk; what was put into the outbox is kept."""
        if self.kiosk is not None and self.kiosk.carrier is not None:
            self.kiosk.carrier.stop()
        if self._bridge is not None:
            self._bridge.close()


def _collect() -> None:
    gc.collect()


def open_window(options: Options) -> int:
    """Run until the window is closed."""
    running = Running(options)
    try:
        return running.app.exec()
    finally:
        running.stop()


def _resident_kib() -> int:
    """Memory resident now, in KiB; the quick way where the system has one, for the clock is running."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    import psutil

    return int(psutil.Process().memory_info().rss) // 1024
