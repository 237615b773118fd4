"""Home: one card per till, what is known to be wrong, and two ways to go on; must not judge a till."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.model.act import CheckEverything, FixIt, MoreHelp, OpenTheCase, OpenTill, SomethingWrong, StartProcedure
from kiosk.model.screen import Banner, Due, Home, Light, OpenCase, TerminalLine, TillCard
from kiosk.model.terminal import Kind
from kiosk.model.text import literal
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.theme import SHAPES, TONES
from kiosk.ui.widgets.button import Button, CardButton
from kiosk.ui.widgets.grid import Grid
from kiosk.ui.widgets.icon import Icon, Thumb
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from kiosk.ui.widgets.picture import Picture

_EDGES = {Light.BROKEN: "broken", Light.STOP: "broken", Light.NEEDS_YOU: "attention"}
_PICTURES = {Kind.PRINTER: "printer", Kind.SMART_CARD_READER: "reader", Kind.CARD_READER: "reader"}


class HomePage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._till = ""
        self.content.setContentsMargins(40, 16, 40, 10)
        self.content.setSpacing(16)
        self._add_top(stage)
        self._banners = QVBoxLayout()
        self._banners.setSpacing(16)
        self.content.addLayout(self._banners)
        self._cards = Grid()
        self.content.addLayout(self._cards)
        self._empty: Picture | None = None
        self._cases = QVBoxLayout()
        self._cases.setSpacing(16)
        self.content.addLayout(self._cases)
        self._dues = QVBoxLayout()
        self._dues.setSpacing(16)
        self.content.addLayout(self._dues)
        self.content.addStretch(1)
        self._tills = Keyed[TillCard](self._cards, lambda: TillButton(stage), lambda card: card.till)
        self._notices = Keyed[Banner](self._banners, lambda: BannerLine(stage), lambda banner: repr(banner.words))
        self._open = Keyed[OpenCase](self._cases, lambda: CaseButton(stage), lambda case: case.case)
        self._due = Keyed[Due](self._dues, lambda: DueButton(stage), lambda due: due.words.id)
        look = stage.look
        self._fix = Button(look, "main", lambda: stage.emit(FixIt(self._till)))
        self._check = Button(look, "main", lambda: stage.emit(CheckEverything()), icon="stethoscope")
        self._check_too = Button(look, "brand", lambda: stage.emit(CheckEverything()))
        self._wrong = Button(look, "brand", lambda: stage.emit(SomethingWrong()), icon="question")
        self.buttons.add(self._fix, self._check, self._wrong, self._check_too)

    def _add_top(self, stage: Stage) -> None:
        self._title = Label("title")
        self._more_help = Button(stage.look, "plain", lambda: stage.emit(MoreHelp()), icon="clipboard-text", small=True)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addWidget(self._title, 1)
        top.addWidget(self._more_help)
        self.content.addLayout(top)

    def draw(self, screen: Home) -> None:
        say, word = self.stage.say, self.stage.word
        self._title.setText(say(screen.title))
        self._notices.draw(screen.banners)
        self._tills.draw(screen.cards)
        self._open.draw(screen.cases)
        self._due.draw(screen.dues)
        self._draw_empty(not screen.cards and not screen.opening)
        self._till = screen.fix
        if screen.fix:  # their icons are drawn when a till is first to be fixed
            self._fix.show_words(word("home.fix", till=screen.fix_name), icon="wrench")
            self._check_too.show_words(word("home.check"), icon="stethoscope")
        self._check.show_words(word("home.check"))
        self._wrong.show_words(word("home.wrong"))
        self._more_help.show_words(word("home.more"))
        self._fix.setVisible(bool(screen.fix))
        self._check_too.setVisible(bool(screen.fix))
        self._check.setVisible(not screen.fix)

    def _draw_empty(self, empty: bool) -> None:
        """Nothing attached: say what to do instead of showing nothing."""
        if empty and self._empty is None:
            from kiosk.ui.widgets.picture import Picture

            self._empty = Picture(self.stage.look)
            self._empty.setMinimumHeight(240)
            self.content.insertWidget(2, self._empty, 5)
        if self._empty is not None:
            self._empty.show_picture("cable_pc" if empty else "", self.stage.word("home.nothing"))


class TillButton(CardButton):
    """A till: its terminals with their pictures, its light in words, and when that was seen."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(lambda: stage.emit(OpenTill(self._till)))
        self._stage, self._till = stage, ""
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(26, 26, 26, 26)
        column.setSpacing(14)
        top = QHBoxLayout()
        top.setSpacing(22)
        self._picture = Thumb(stage.look, 66, 100)
        top.addWidget(self._picture)
        names = QVBoxLayout()
        names.setSpacing(2)
        self._name, self._model = Label("heading"), Label("small")
        names.addWidget(self._name)
        names.addWidget(self._model)
        names.addStretch(1)
        top.addLayout(names, 1)
        column.addLayout(top)
        self._more = QVBoxLayout()
        self._more.setSpacing(8)
        self._pill, self._detail = Pill(stage.look), Label("small")
        line = QHBoxLayout()
        line.addWidget(self._pill)
        line.addStretch(1)
        column.addLayout(line)
        column.addLayout(self._more)
        column.addWidget(self._detail)
        column.addStretch(1)
        self._fix: Label | None = None
        self._others = Keyed[TerminalLine](self._more, lambda: OtherTerminal(stage), lambda line: line.id)

    def draw(self, card: TillCard) -> None:
        say = self._stage.say
        self._till = card.till
        self.set_edge(_EDGES.get(card.light, ""))
        self._name.setText(card.name)
        first = card.terminals[0] if card.terminals else None
        self._model.show_words(say(first.title) if first else "")
        self._picture.show_picture(_PICTURES.get(first.kind, "terminal") if first else "terminal")
        self._pill.show_light(card.light, say(card.words))
        self._others.draw(card.terminals[1:])
        self._detail.show_words(say(card.detail))
        fix = self._stage.word("home.fix", till=card.name) if card.light is Light.BROKEN else ""
        self._draw_fix(fix)
        told = [
            card.name,
            say(card.words),
            say(card.detail),
            *(f"{say(t.title)}: {say(t.words)}" for t in card.terminals),
            fix,
        ]
        self.setAccessibleName(". ".join(part for part in told if part))

    def _draw_fix(self, words: str) -> None:
        if words and self._fix is None:
            self._fix = Label("strong")
            self._fix.set_tone("brand")
            self._column.addWidget(self._fix)
        if self._fix is not None:
            self._fix.show_words(words)


class OtherTerminal(QWidget):
    """A printer or reader on its till's card."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._picture = Thumb(stage.look, 44, 44)
        self._title = Label("small")
        self._light = Icon(stage.look, size=28)
        row.addWidget(self._picture)
        row.addWidget(self._title, 1)
        row.addWidget(self._light)

    def draw(self, line: TerminalLine) -> None:
        self._picture.show_picture(_PICTURES.get(line.kind, "terminal"))
        title, words = self._stage.say(line.title), self._stage.say(line.words)
        quiet = line.light in (Light.WORKING, Light.NOT_CHECKED)
        self._title.setText(title if quiet else f"{title}: {words}")
        self._title.set_tone("" if quiet else TONES[line.light])
        self._light.show_icon(SHAPES[line.light], TONES[line.light])


class BannerLine(Notice):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.look)
        self._stage = stage

    def draw(self, banner: Banner) -> None:
        self.show_notice(self._stage.say(banner.words), SHAPES[banner.light], TONES[banner.light])


class CaseButton(CardButton):
    """An open case with its next event; leads back to it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(lambda: stage.emit(OpenTheCase(self._case)))
        self._stage, self._case = stage, ""
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 18, 26, 18)
        row.setSpacing(20)
        self._number, self._words = Label("strong", wrap=False), Label()
        row.addWidget(Icon(stage.look, "chat-circle-text", "brand", 36))
        row.addWidget(self._number)
        row.addWidget(self._words, 1)
        row.addWidget(Icon(stage.look, "caret-right", "brand", 28))

    def draw(self, case: OpenCase) -> None:
        self._case = case.case
        self._number.setText(self._stage.word("case", number=case.number))
        self._words.setText(self._stage.say(case.words))
        self.setAccessibleName(f"{self._number.text()}. {self._words.text()}")


class DueButton(CardButton):
    """What is due, or was left in the middle; a touch starts it, or goes on with it."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(lambda: stage.emit(StartProcedure(self._due.procedure, self._due.till)))
        self._stage, self._due = stage, Due("inspection", "", literal(""))
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 20, 26, 20)
        row.setSpacing(20)
        self._words = Label()
        self._start = Label("strong", wrap=False)
        self._start.set_tone("brand")
        row.addWidget(Icon(stage.look, "clipboard-text", "brand", 36))
        row.addWidget(self._words, 1)
        row.addWidget(self._start)

    def draw(self, due: Due) -> None:
        self._due = due
        self._words.setText(self._stage.say(due.words))
        self._start.setText(self._stage.word("due.on" if due.words.id == "due.left" else "due.start"))
        self.setAccessibleName(f"{self._words.text()} {self._start.text()}")
