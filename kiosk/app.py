"""The composition root: builds every object and hands it on; owns the journey in the GUI thread; knows all parts."""

from __future__ import annotations

import dataclasses
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk import resources
from kiosk.journey.screen_home import home
from kiosk.journey.state import Journey, restored, saved
from kiosk.journey.turns import StoreKnown, Tick, Turn, What
from kiosk.model.screen import Screen
from kiosk.model.terminal import Store
from kiosk.settings import Settings, load

if TYPE_CHECKING:
    from concurrent.futures import Future

    from kiosk.carrier import Carrier, Parts
    from kiosk.journey.journey import Knowledge
    from kiosk.ui.window import Window

TICK_MS = 10_000


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
    from platformdirs import user_data_path

    return user_data_path("support-kiosk", appauthor=False)


def first_journey(folder: Path, store: Store, *, demo: bool) -> Journey:
    """Where the last run stopped, or the start; a saved place that this version cannot read is left behind."""
    try:
        journey = restored((folder / "journey.json").read_bytes())
    except (OSError, msgspec.MsgspecError):
        return Journey(store, datetime.now(UTC), demo=demo)
    return msgspec.structs.replace(journey, store=store, now=datetime.now(UTC), online=False, percent=None, demo=demo)


class Kiosk:
    """Owns the journey, in the GUI thread: every turn goes through `turn`, which draws and passes wishes on."""

    def __init__(self, folder: Path, journey: Journey, pictures: Path | None = None) -> None:
        """`pictures`: a folder for a picture of every screen drawn."""
        self.folder = folder
        self.pictures = pictures
        self._kept = 0
        self.journey = journey
        self.knowledge: Knowledge | None = None
        self.carrier: Carrier | None = None
        self.window: Window | None = None
        self._drawn: Screen | None = None

    def turn(self, what: What) -> None:
        """Something happened. The screen moves at once; saving and wishes go on in lanes."""
        if self.knowledge is None or self.carrier is None:
            return
        from kiosk.journey.journey import step

        turn = Turn(datetime.now(UTC), secrets.token_bytes(16), what)
        self.journey, wishes = step(self.journey, turn, self.knowledge)
        self.draw()
        if not isinstance(what, Tick):
            self.carrier.save(saved(self.journey))
        for wish in wishes:
            self.carrier.carry(wish)

    def draw(self) -> None:
        from kiosk.journey.screens import screen

        drawn = screen(self.journey, self.knowledge)
        if drawn == self._drawn or self.window is None:
            return
        self._drawn = drawn
        self.window.draw(drawn)
        if self.pictures is not None:
            self._keep_picture(self.window, self.pictures)

    def _keep_picture(self, window: Window, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._kept += 1
        window.grab().save(str(folder / f"{self._kept:03}-{type(self._drawn).__name__.lower()}.png"))

    def speak(self, language: str) -> None:
        """Staff chose another language; cases opened from now on say so."""
        if self.knowledge is not None:
            self.knowledge = dataclasses.replace(self.knowledge, language=language)


OWN_NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pl": "Polski", "pt": "Português"}


class Running:
    """The program from its first paint to its end."""

    def __init__(self, options: Options) -> None:
        """Shows the first page. Raises `KioskError` if settings or resources cannot be used."""
        from kiosk.ui.bridge import Bridge
        from kiosk.ui.start import first_window

        self._options = options
        folder = data_folder(options)
        self._settings = load(options.settings or folder / "settings.toml", os.environ)
        journey = first_journey(folder, self._settings.as_store(), demo=options.demo)
        self.kiosk = Kiosk(folder, journey, options.screenshots)
        languages = resources.languages()
        language = self._settings.language if self._settings.language in languages else languages[0]
        self.app, self.window = first_window(
            resources.root(),
            resources.catalogue,
            tuple((code, OWN_NAMES.get(code, code)) for code in languages),
            language,
            home(self.kiosk.journey),
            self.kiosk.turn,
            on_language=self.kiosk.speak,
            on_close=self.closed,
            on_first_paint=self._painted,
            dark=self._settings.dark,
            fullscreen=options.fullscreen or self._settings.policy.fullscreen,
        )
        self.bridge = Bridge()

    def closed(self) -> None:
        self.app.quit()

    def _painted(self) -> None:
        if self._options.mark_first_paint:
            print(f"FIRST-PAINT {_resident_kib()}", flush=True)  # noqa: T201 - asked for on the command line
        self.kiosk.window = self.window
        self.bridge.run("start", self._build, self._built)

    def _build(self) -> Parts:
        settings = self._settings
        if self._options.before is not None:
            settings = self._options.before(self.kiosk.folder)
        from kiosk.carrier import build_parts

        return build_parts(self.kiosk.folder, settings, self.window.language)

    def _built(self, future: Future[Parts]) -> None:
        from kiosk.carrier import Carrier
        from kiosk.ui.clock import every

        parts = future.result()
        kiosk = self.kiosk
        kiosk.knowledge = parts.knowledge
        kiosk.carrier = carrier = Carrier(parts, kiosk.folder, self.bridge, kiosk.turn)
        kiosk.turn(StoreKnown(carrier.store))
        case = kiosk.journey.case.id if kiosk.journey.case else ""
        carrier.do("outbox", lambda: carrier.connect(case))
        every(self.window, TICK_MS, lambda: kiosk.turn(Tick()))

    def stop(self) -> None:
        """Everything ends: lanes and the talk with the desk; what was put into the outbox is kept."""
        if self.kiosk.carrier is not None:
            self.kiosk.carrier.stop()
        self.bridge.close()


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
