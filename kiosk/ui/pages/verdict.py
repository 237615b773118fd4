"""Verdict: what is wrong in one sentence, where to send customers, what to do now; must not hide its reasons."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout

from kiosk.model.screen import FixIt, GetExpert, Verdict
from kiosk.model.text import Text
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.theme import SHAPES, TONES
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.chain import Chain
from kiosk.ui.widgets.fold import Fold
from kiosk.ui.widgets.grid import Flow
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pill import Pill


class VerdictPage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        look = stage.look
        pills = Flow(12)
        self.content.addLayout(pills)
        self._till, self._minutes = Pill(look), Pill(look)
        pills.add(self._till, self._minutes)
        self._title, self._lead = Label("title"), Label("lead")
        self._others = Notice(look, framed=False)
        self._why, self._facts = Fold(look), Fold(look)
        card = QFrame()
        card.setProperty("card", "true")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(24, 24, 24, 20)
        self._chain = Chain(stage)
        inside.addWidget(self._chain)
        for widget in (self._title, self._lead, card, self._others, self._why, self._facts):
            self.content.addWidget(widget)
        self.content.addStretch(1)
        self.content.setSpacing(12)
        self._fix = Button(look, "main", lambda: stage.emit(FixIt(self._screen_till)), icon="wrench")
        self._ask = Button(look, "brand", lambda: stage.emit(GetExpert()), icon="headset")
        self._ask_first = Button(look, "main", lambda: stage.emit(GetExpert()), icon="headset")
        self._screen_till = ""
        self.buttons.add(self._fix, self._ask_first, self._ask)

    def draw(self, screen: Verdict) -> None:
        say, word = self.stage.say, self.stage.word
        self._till.show_words(screen.till, SHAPES[screen.light], TONES[screen.light])
        self._minutes.show_words(self._about(screen.minutes), "clock", "unknown")
        self._title.setText(say(screen.title))
        self._lead.show_words(say(screen.lead))
        self._chain.show_chain(screen.chain)
        self._others.show_notice(say(screen.others), "signpost", "ok")
        self._draw_folds(screen.reasons, screen.facts)
        self._fix.show_words(word("verdict.fix"), self._about(screen.minutes))
        self._ask.show_words(word("expert"))
        self._ask_first.show_words(word("expert"))
        curable, reachable = screen.minutes is not None, screen.header.connected is None
        self._fix.setVisible(curable)
        self._ask.setVisible(curable and reachable)
        self._ask_first.setVisible(not curable and reachable)

    def _about(self, minutes: int | None) -> str:
        return self.stage.word("minutes", n=minutes) if minutes is not None else ""

    def _draw_folds(self, reasons: tuple[Text, ...], facts: tuple[Text, ...]) -> None:
        say, word = self.stage.say, self.stage.word
        self._why.show_lines(word("verdict.why"), [say(reason) for reason in reasons])
        self._facts.show_lines(word("verdict.facts"), [say(fact) for fact in facts])
