"""Step: one action, one picture, and what the PC does after it; must not know what comes next."""

from __future__ import annotations

from kiosk.model.act import CannotDo, DidNotHelp, StepDone
from kiosk.model.screen import Do
from kiosk.ui.pages.split import SplitPage
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.progress import Progress


class DoPage(SplitPage):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        look = stage.look
        self._progress = Progress()
        self._title, self._hint = Label("title"), Label("lead")
        self._machine, self._found = Notice(look, framed=False), Notice(look, framed=False)
        self._selling = Notice(look, framed=False)
        self.words.addLayout(self._progress)
        for widget in (self._title, self._hint, self._found, self._machine, self._selling):
            self.words.addWidget(widget)
        self.end_words()
        self._done = Button(look, "main", lambda: stage.emit(StepDone()), icon="check")
        self._no_help = Button(look, "brand", lambda: stage.emit(DidNotHelp()), icon="x")
        self._cannot = Button(look, "plain", lambda: stage.emit(CannotDo()))
        self.buttons.add(self._done, self._no_help, self._cannot)

    def draw(self, screen: Do) -> None:
        say, word = self.stage.say, self.stage.word
        self.draw_side(screen.picture, say(screen.title))
        self.draw_pills(screen.till, screen.minutes)
        self._progress.draw(screen.step, screen.of, word("do.step", step=screen.step, of=screen.of))
        self._title.setText(say(screen.title))
        self._hint.show_words(say(screen.hint))
        self._found.show_notice(say(screen.found), "info", "attention")
        self._machine.show_notice(say(screen.machine), "check-circle", "ok")
        self._selling.show_notice(say(screen.keep_selling), "signpost", "unknown")
        self._draw_actions(screen)

    def _draw_actions(self, screen: Do) -> None:
        word = self.stage.word
        asked = "do.led" if screen.led else "do.done" if screen.by_machine else "do.works"
        sure = word("do.checking" if screen.checking else asked)
        self._done.show_words(sure, icon="hourglass" if screen.checking else "check")
        self._done.setEnabled(not screen.checking)
        self._no_help.show_words(word("do.no_help"))
        self._no_help.setVisible(not screen.by_machine and not screen.checking and not screen.led)
        self._cannot.show_words(word("do.cannot"))
