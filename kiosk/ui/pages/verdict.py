"""Verdict: what is wrong in one sentence, where to send customers, what to do now; must not hide its reasons."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout

from kiosk.model.act import FixIt, GetExpert, GoHome, TakeBack, TestCard
from kiosk.model.screen import Light, Verdict
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.theme import SHAPES, TONES
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.chain import Chain
from kiosk.ui.widgets.facts import FactList
from kiosk.ui.widgets.fold import Fold
from kiosk.ui.widgets.grid import Flow, Grid
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pill import Pill

_FINE = (Light.WORKING, Light.IN_USE)


class VerdictPage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        look = stage.look
        pills = Flow(12)
        self.content.addLayout(pills)
        self._till, self._minutes = Pill(look), Pill(look)
        pills.add(self._till, self._minutes)
        self._title, self._lead = Label("title"), Label("lead")
        self._others, self._together = Notice(look, framed=False), Notice(look)
        self._told = Notice(look, framed=False)
        self._why, self._about_it, self._facts = Fold(look), Fold(look), FactList()
        folds = Grid(460, most=2)
        folds.add(self._why, self._about_it)
        card = QFrame()
        card.setProperty("card", "true")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(24, 24, 24, 20)
        self._chain = Chain(stage)
        inside.addWidget(self._chain)
        for widget in (self._title, self._lead, self._together, card, self._facts, self._others, self._told):
            self.content.addWidget(widget)
        self.content.addLayout(folds)
        self.content.addStretch(1)
        self.content.setContentsMargins(40, 20, 40, 12)
        self.content.setSpacing(12)
        self._screen_till = ""
        self._add_buttons(stage)

    def _add_buttons(self, stage: Stage) -> None:
        look = stage.look
        self._fix = Button(look, "main", lambda: stage.emit(FixIt(self._screen_till)), icon="wrench")
        self._ask = Button(look, "brand", lambda: stage.emit(GetExpert()), icon="headset")
        self._ask_first = Button(look, "main", lambda: stage.emit(GetExpert()), icon="headset")
        self._home = Button(look, "main", lambda: stage.emit(GoHome()), icon="house")
        self._take_back = Button(look, "plain", lambda: stage.emit(TakeBack()))
        self._card = Button(look, "brand", lambda: stage.emit(TestCard()), icon="credit-card")
        self.buttons.add(self._fix, self._home, self._ask_first, self._ask, self._card, self._take_back)

    def draw(self, screen: Verdict) -> None:
        say = self.stage.say
        self._till.show_words(screen.till, SHAPES[screen.light], TONES[screen.light])
        self._minutes.show_words(self._about(screen.minutes), "clock", "unknown")
        self._title.setText(say(screen.title))
        self._lead.show_words(say(screen.lead))
        self._together.show_notice(say(screen.together), "info", "attention")
        self._chain.show_chain(screen.chain)
        self._others.show_notice(say(screen.others), "signpost", "ok")
        self._told.show_notice(say(screen.told))
        self._take_back.show_words(self.stage.word("verdict.take_back"))
        self._take_back.setVisible(screen.told is not None)
        self._card.show_words(self.stage.word("verdict.card"))
        self._card.setVisible(screen.card_test)
        self._draw_known(screen)
        self._draw_actions(screen)

    def _about(self, minutes: int | None) -> str:
        return self.stage.word("minutes", n=minutes) if minutes is not None else ""

    def _draw_known(self, screen: Verdict) -> None:
        """Of a till that works its terminal's facts are the answer; of a broken one they are for those who ask."""
        say, word = self.stage.say, self.stage.word
        facts = [(say(fact.name), fact.value) for fact in screen.facts]
        self._facts.show_facts(facts if screen.light in _FINE else [])
        lines = [f"{name}: {value}" for name, value in facts]
        self._why.show_lines(word("verdict.why"), [say(reason) for reason in screen.reasons])
        self._about_it.show_lines(word("verdict.facts"), [] if screen.light in _FINE else lines)

    def _draw_actions(self, screen: Verdict) -> None:
        """One filled button: mend it, else go home from a till that works, else a person."""
        word = self.stage.word
        self._fix.show_words(word("verdict.fix"), self._about(screen.minutes))
        self._home.show_words(word("home"))
        self._ask.show_words(word("expert"))
        self._ask_first.show_words(word("expert"))
        curable, reachable = screen.minutes is not None, screen.header.connected is None
        fine = not curable and screen.light in _FINE
        self._fix.setVisible(curable)
        self._home.setVisible(fine)
        self._ask.setVisible(curable and reachable)
        self._ask_first.setVisible(not curable and not fine and reachable)
