"""The main job from a silent terminal to an expert who sees why: a real window, a real browser, real processes.

`make demo` runs it where there is no display, the end-to-end test runs it everywhere. It leaves screenshots, the sealed
bundle and a transcript in the folder `--output`. Every tap is a mouse click on what a person sees.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page
    from PySide6.QtWidgets import QAbstractButton

    from kiosk.app import Kiosk, Running
    from kiosk.commands.app import Demo
    from kiosk.model.screen import Screen

T = TypeVar("T")
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 60.0
LONGEST = 480  # seconds; a story that hangs says where, and ends


class Failed(Exception):
    """The story did not go on: what was waited for, and what was seen instead."""


class Story:
    """The window, the browser, and what was seen."""

    def __init__(self, output: Path, running: Running, demo: Demo, browser: Browser) -> None:
        self.output = output
        self.running = running
        self.demo = demo
        self.browser = browser
        self.began = time.monotonic()
        self.lines: list[str] = []
        self.pictures = 0

    # what a person does and sees at the kiosk

    def until(self, what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
        """Let the window live until `look` sees something."""
        from PySide6.QtCore import QThread

        end = time.monotonic() + patience
        while True:
            self.running.app.processEvents()
            if seen := look():
                return seen
            if time.monotonic() > end:
                raise Failed(f"waited {patience:g} s for {what}; the kiosk shows {self.words()}")
            QThread.msleep(10)

    @property
    def kiosk(self) -> Kiosk:
        if self.running.kiosk is None:
            raise Failed("the kiosk is not built yet")
        return self.running.kiosk

    def screen(self) -> Screen | None:
        return self.running.window.screen_shown

    def words(self) -> list[str]:
        """Every visible word in the window."""
        from PySide6.QtWidgets import QAbstractButton, QLabel

        labels = [w.text() for w in self.running.window.findChildren(QLabel) if w.isVisible()]
        buttons = [self.name(b) for b in self.running.window.findChildren(QAbstractButton) if b.isVisible()]
        return [w for w in (*labels, *buttons) if w]

    @staticmethod
    def name(button: QAbstractButton) -> str:
        return button.accessibleName() or button.text()

    def button(self, words: str) -> QAbstractButton | None:
        from PySide6.QtWidgets import QAbstractButton

        for button in self.running.window.findChildren(QAbstractButton):
            if button.isVisible() and button.isEnabled() and words.lower() in self.name(button).lower():
                return button
        return None

    def tap(self, words: str) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        button = self.until(f"a button {words!r}", lambda: self.button(words))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.tell("Staff tap", words)

    def choose(self, words: str) -> None:
        """An entry of the list that is open."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication, QMenu

        def open_list() -> QMenu | None:
            return next((w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()), None)

        menu = self.until("a list to choose from", open_list)
        entry = next(action for action in menu.actions() if action.text() == words)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())
        self.tell("Staff choose", words)

    def type(self, words: str) -> None:
        """Type into the composer of the chat, and send with the Return key."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget

        def field() -> QWidget | None:
            kinds = (QLineEdit, QPlainTextEdit, QTextEdit)
            return next((w for k in kinds for w in self.running.window.findChildren(k) if w.isVisible()), None)

        box = self.until("a field to type in", field)
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
        QTest.keyClicks(box, words)
        QTest.keyClick(box, Qt.Key.Key_Return)
        self.tell("Staff write", words)

    def shown(self, kind: str, patience: float = PATIENCE) -> Screen:
        """Wait for a page, by the name of its screen value."""

        def look() -> Screen | None:
            screen = self.screen()
            return screen if type(screen).__name__ == kind else None

        return self.until(f"the page {kind}", look, patience)

    def said(self, words: str, patience: float = PATIENCE) -> None:
        self.until(f"the words {words!r}", lambda: any(words in seen for seen in self.words()), patience)

    # what is kept of it

    def tell(self, who: str, what: str) -> None:
        line = f"{time.monotonic() - self.began:7.1f} s  {who}: {what}"
        self.lines.append(line)
        print(line, flush=True)

    def picture(self, name: str) -> None:
        self.running.app.processEvents()
        self.pictures += 1
        file = self.output / f"{self.pictures:02}-kiosk-{name}.png"
        if not self.running.window.grab().save(str(file)):
            raise Failed(f"the picture {file.name} could not be written")

    def web_picture(self, page: Page, name: str) -> None:
        self.pictures += 1
        page.screenshot(path=self.output / f"{self.pictures:02}-console-{name}.png")

    # what an expert does in the console

    def sign_in(self, person: str) -> Page:
        context = self.browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.goto(self.demo.url)
        if person == "Alex":
            self.web_picture(page, "sign-in")
        page.get_by_label("Name").fill(person)
        page.get_by_label("Password").fill(self.demo.people[person])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_selector("h1")
        self.tell(person, "signs in at the desk")
        return page

    def web(self, what: str, locator: Locator, patience: float = PATIENCE) -> None:
        """Wait for something in the browser while the window goes on living."""
        self.until(what, lambda: locator.count() > 0 and locator.first.is_visible(), patience)

    def take(self, page: Page, words: str) -> None:
        """Open the case with these words from the queue and take it."""
        row = page.locator("tr", has_text=words)
        self.web(f"a case with {words!r} in the queue", row)
        self.web_picture(page, f"queue-{words.lower().replace(' ', '')}")
        row.locator("a.case").first.click()
        page.get_by_role("button", name="Take").first.click()
        self.web("the composer", page.locator("#words:not([disabled])"))
        self.tell("At the desk", f"takes the case: {words}")

    def write(self, page: Page, words: str) -> None:
        page.locator("#words").fill(words)
        page.get_by_role("button", name="Send").click()
        self.web(f"the own words {words!r}", page.locator("#chat li", has_text=words))
        self.tell("Expert writes", words)

    def simulator(self, till: str, line: str) -> None:
        sandbox = self.demo.sandbox
        if sandbox is None:
            raise Failed("there are no simulated tills")
        self.tell(f"At till {till}", f"{line} -> {sandbox.tills[till].tell(line)}")


def tell(story: Story) -> None:
    """The six parts of the main job."""
    home(story)
    check_everything(story)
    paper(story)
    tamper(story)
    page = silent_till(story)
    talk(story, page)
    desk_dies(story, page)
    recheck_and_rate(story, page)


def home(story: Story) -> None:
    from kiosk.model.screen import Home

    def three() -> bool:
        screen = story.screen()
        return isinstance(screen, Home) and len(screen.cards) == 3

    story.until("three tills on Home", three, 120)
    story.until("all of it built", lambda: story.running.kiosk)
    story.until("the desk", lambda: story.kiosk.journey.online)
    story.picture("home-not-checked")


def check_everything(story: Story) -> None:
    from kiosk.model.screen import Home, Light

    story.tap("Check everything")
    story.shown("Ask")
    story.picture("paying")
    story.tap("No, check now")
    story.shown("Checking")
    story.until("a hop judged", lambda: any(link.state == "ok" for r in _rows(story) for link in r.chain))
    story.picture("checking")
    home = story.shown("Home")
    if not isinstance(home, Home):
        raise Failed("no Home")
    lights = [card.light for card in home.cards]
    if lights != [Light.WORKING, Light.BROKEN, Light.BROKEN]:
        raise Failed(f"the tills show {lights}")
    story.picture("home-two-need-help")
    story.tap("Till 1")
    story.shown("Verdict")
    for fact in ("Terminal", "Software", "Serial number", "Its clock"):
        story.said(fact)
    story.picture("verdict-working")
    story.tap("Back")


def _rows(story: Story) -> tuple[object, ...]:
    from kiosk.model.screen import Checking

    screen = story.screen()
    return screen.rows if isinstance(screen, Checking) else ()


def paper(story: Story) -> None:
    """Till 3: guided steps; the machine sees the paper come back."""
    from kiosk.model.screen import Do, Done

    story.tap("Till 3")
    story.shown("Verdict")
    story.picture("verdict-paper")
    story.tap("Fix it")
    story.shown("Do")
    story.picture("step-paper")
    story.simulator("3", "paper in")
    while isinstance(screen := story.screen(), Do):
        title = screen.title
        story.tap("Done")
        story.until("the next step", lambda t=title: getattr(story.screen(), "title", None) != t)
    done = story.shown("Done")
    if not isinstance(done, Done) or done.minutes < 1:
        raise Failed("the minutes are missing")
    story.picture("done-paper")
    story.tap("Home")
    story.shown("Home")


def tamper(story: Story) -> None:
    """Till 1 says it was opened: the stop page; only the security line clears it."""
    from kiosk.model.screen import Light, Stop

    story.simulator("1", "fault tamper on")
    story.tap("Check everything")
    stop = story.shown("Stop")
    if not isinstance(stop, Stop):
        raise Failed("no stop page")
    story.picture("stop")
    story.type("WRONGCOD")
    story.until("the wrong code said", lambda: getattr(story.screen(), "wrong_code", False))
    story.tap("Write to an expert")
    story.shown("Preview")
    story.tap("Send")
    story.shown("Chat")
    page = story.sign_in("Sam")
    story.take(page, "Till 1")
    story.simulator("1", "fault tamper off")
    page.locator("summary", has_text="Release").click()
    page.get_by_label("Challenge on the stop page").fill(stop.challenge)
    page.get_by_label("Why is it safe?").fill("Seal checked on site by the security team")
    page.get_by_role("button", name="Release the stop page").click()
    story.until("the stop cleared", lambda: not story.kiosk.journey.halts)
    story.tell("Security", "released the stop page")
    resolve(story, page, "tamper.sensor", "other")
    page.goto("about:blank")
    story.shown("Done")
    story.tap("Home")
    card = story.shown("Home").cards[0]
    if card.light is not Light.NOT_CHECKED:
        raise Failed(f"a released till shows {card.light}: cleared is not the same as healthy")


def resolve(story: Story, page: Page, cause: str, remedy: str) -> None:
    page.locator("summary", has_text="Resolve").click()
    page.get_by_label("What was broken?").select_option(cause)
    page.get_by_label("What cured it?").select_option(remedy)
    page.locator("details[open]").get_by_role("button", name="Resolve").click()
    story.tell("Expert", f"resolves: {cause}, cured by {remedy}")


def silent_till(story: Story) -> Page:
    """Till 2: the one glance, two remedies in vain, then a person; staff see what goes."""
    from kiosk.model.screen import Do

    story.tap("Check everything")
    story.shown("Checking")
    story.shown("Home")
    story.tap("Till 2")
    story.shown("Verdict")
    story.said("cable, power or frozen")
    story.picture("verdict-silent")
    story.tap("Fix it")
    story.said("Is its screen lit?")
    story.picture("glance")
    story.tap("lit")
    for number in (1, 2):
        while _failed(story) < number:
            screen = story.screen()
            if not isinstance(screen, Do):
                raise Failed(f"no step but {type(screen).__name__}")
            story.tap("Done")
            story.until("the step to end", lambda s=screen: story.screen() != s and not _checking(story))
        if number == 1:
            story.picture("step-second")
    story.tap("Get an expert")
    story.shown("Preview")
    story.until("the bundle sealed", lambda: getattr(story.screen(), "ready", False))
    story.picture("preview")
    story.tap("Send")
    story.shown("Chat")
    story.picture("chat-waiting")
    page = story.sign_in("Alex")
    story.take(page, "Till 2")
    story.until("the expert's name at the kiosk", lambda: story.screen().header.connected)
    return page


def _failed(story: Story) -> int:
    """Remedies tried in vain."""
    trouble = story.kiosk.journey.trouble
    return len(trouble.failed) if trouble else 0


def _checking(story: Story) -> bool:
    return bool(getattr(story.screen(), "checking", False))


def talk(story: Story, page: Page) -> None:
    """The expert sees verdict, chain, findings, steps, trace and host facts; both write, live."""
    for words in ("does not answer", "Steps taken", "This PC"):
        story.web(f"{words!r} in the evidence", page.locator("#evidence", has_text=words))
    story.web_picture(page, "case-evidence")
    story.until("the whole bundle at the desk", lambda: _bundle_there(page))
    story.write(page, "Hello! I see that till 2 is silent. You pushed the cable in, good.")
    story.said("I see that till 2 is silent")
    story.type("It stopped after we moved the counter.")
    story.web("the store's words live", page.locator("#chat li", has_text="moved the counter"))
    story.picture("chat")
    story.web_picture(page, "case-chat")
    trace(story, page)


def _bundle_there(page: Page) -> bool:
    return page.locator("#evidence a, #evidence button", has_text="race").count() > 0


def trace(story: Story, page: Page) -> None:
    case = page.url
    page.goto(case + "/trace")
    page.get_by_label("Why do you need to see it?").fill("Till 2 does not answer")
    page.get_by_role("button", name="Show the trace").click()
    story.web("the decoded trace", page.locator(".trace td", has_text="tatus"))
    story.web_picture(page, "case-trace")
    page.goto(case)
    story.web("the timeline", page.locator("#timeline li"))
    page.evaluate("document.querySelector('#timeline').scrollIntoView()")  # at once: news may swap it
    story.web_picture(page, "case-timeline")


def desk_dies(story: Story, page: Page) -> None:
    """The desk is stopped in the middle of the talk and started again: nothing lost, doubled or out of order."""
    sandbox = story.demo.sandbox
    if sandbox is None:
        raise Failed("there is no desk")
    sandbox.stop_desk(kill=True)
    story.tell("The desk", "is killed")
    story.until("offline said", lambda: getattr(story.screen(), "offline", False))
    for words in ("Are you still there?", "We moved the cable behind the counter."):
        story.type(words)
    story.picture("chat-offline")
    sandbox.start_desk()
    story.tell("The desk", "is back")
    story.until("online again", lambda: not getattr(story.screen(), "offline", True))
    story.web("what was said meanwhile", page.locator("#chat li", has_text="behind the counter"))
    story.write(page, "Yes, I am here. May I check till 2 again?")
    story.said("May I check till 2 again?")
    spoken = [
        "Hello! I see that till 2 is silent", "It stopped after we moved", "Are you still there?",
        "We moved the cable behind", "Yes, I am here.",
    ]  # fmt: skip
    at_desk = page.locator("#chat li.store, #chat li.expert").all_inner_texts()
    in_store = [b.words.args.get("words", "") for b in story.screen().bubbles if not b.system]
    for side, heard in (("desk", at_desk), ("kiosk", in_store)):
        order = [words for text in heard for words in spoken if words in str(text)]
        if order != spoken:
            raise Failed(f"at the {side} the talk reads {order}")
    story.tell("Both sides", "read the same talk, nothing lost, nothing twice")


def recheck_and_rate(story: Story, page: Page) -> None:
    """Asked, consented, checked with the cable back in, resolved by machine proof, rated."""
    page.get_by_role("button", name="Ask for a check").click()
    story.until("the request at the kiosk", lambda: story.screen().request)
    story.picture("request")
    story.simulator("2", "fault cable_out off")
    story.tap("Yes")
    story.web("the result live", page.locator("#chat li", has_text="passed").or_(page.locator("#chat li.good")))
    story.web_picture(page, "case-result")
    resolve(story, page, "cable.at_terminal", "cable.push_terminal")
    story.shown("Done")
    story.picture("done")
    story.tap("Very good")
    story.until("the thanks", lambda: getattr(story.screen(), "rated", False))
    story.picture("done-rated")
    story.web("the rating at the desk", page.locator("#chat li", has_text="5"))
    story.tap("Home")
    story.shown("Home")
    story.tap("English")
    story.choose("Deutsch")
    story.said("Alles prüfen")
    story.picture("home-german")


@contextlib.contextmanager
def virtual_screen() -> Iterator[None]:
    """An Xvfb of our own where there is no display."""
    if os.environ.get("DISPLAY") or sys.platform == "win32":
        yield
        return
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        os.environ["DISPLAY"] = f":{pipe.readline().strip()}"
    try:
        yield
    finally:
        screen.terminate()
        screen.wait()


def run(output: Path) -> int:
    """Tell the story into a folder; 0 when it went to its end."""
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    output.mkdir(parents=True, exist_ok=True)
    for old in (*output.glob("*.png"), *output.glob("*.zip"), *output.glob("*.txt")):
        old.unlink()
    data = Path(tempfile.mkdtemp(prefix="kiosk-story-"))
    with virtual_screen():
        os.environ.pop("QT_QPA_PLATFORM", None)
        from playwright.sync_api import sync_playwright

        from kiosk.app import Options, Running
        from kiosk.commands.app import Demo

        demo = Demo()
        running = Running(Options(data=data / "kiosk", demo=True, before=demo.start))
        story = None
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                story = Story(output, running, demo, browser)
                tell(story)
        except Exception:
            if story is not None:
                story.picture("failed")
            raise
        finally:
            running.stop()
            demo.stop()
            keep(output, data, story)
    return 0


def keep(output: Path, data: Path, story: Story | None) -> None:
    """The bundle and the transcript stay, the rest goes."""
    for bundle in sorted((data / "kiosk" / "bundles").glob("*.zip")):
        shutil.copy(bundle, output / f"bundle-{bundle.stem[-6:]}.zip")
    if story is not None:
        (output / "transcript.txt").write_text("\n".join(story.lines) + "\n", encoding="utf-8")
    for log in (data / "kiosk").glob("*.log"):
        shutil.copy(log, output / log.name) if os.environ.get("KEEP_LOGS") else None
    shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--output", type=Path, default=Path("demo-output"))
    sys.exit(run(words.parse_args().output))
