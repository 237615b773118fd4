"""Preview: everything that would be sent, readable, before anything goes; must not send by itself."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kiosk.model.act import DoNotSend, SendCase
from kiosk.model.screen import Line, Preview
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.fold import Fold
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.rules import Rules


class PreviewPage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        look = stage.look
        self.content.setContentsMargins(40, 14, 40, 4)
        self.content.setSpacing(10)
        self.foot_room.setContentsMargins(40, 12, 40, 24)
        line = QHBoxLayout()
        line.setSpacing(24)
        self._till, self._ready = Pill(look), Notice(look, framed=False)
        line.addWidget(self._till)
        line.addWidget(self._ready, 1)
        self._title, self._error = Label("title"), Notice(look)
        self._lines, self._left_out = QVBoxLayout(), Rules(stage, "prohibit", "broken")
        self._lines.setSpacing(6)
        self.content.addLayout(line)
        self.content.addWidget(self._title)
        self.content.addWidget(self._error)
        self.content.addLayout(self._lines)
        self.content.addWidget(self._left_out)
        self.content.addStretch(1)
        self._drawn = Keyed[Line](self._lines, lambda: LineCard(stage), lambda line: repr(line.title))
        self._send = Button(look, "main", lambda: stage.emit(SendCase()), icon="paper-plane-right")
        self._not = Button(look, "plain", lambda: stage.emit(DoNotSend()), icon="x")
        self.buttons.add(self._send, self._not)

    def draw(self, screen: Preview) -> None:
        say, word = self.stage.say, self.stage.word
        self._till.show_words(screen.till, "credit-card", "unknown")
        self._title.setText(say(screen.title))
        self._error.show_notice(say(screen.error), "warning", "attention")
        self._drawn.draw(screen.lines)
        self._left_out.draw_rules(word("preview.left_out"), [say(rule) for rule in screen.left_out])
        told = word("preview.ready") if screen.ready else word("preview.sealing")
        self._ready.show_notice(told, "lock-key" if screen.ready else "hourglass", "ok" if screen.ready else "busy")
        self._send.show_words(word("preview.send"))
        self._not.show_words(word("preview.not"))


class LineCard(QFrame):
    """A part of what is sent, never lower than its words; its bytes or lines open on request."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self.setProperty("card", "true")
        self.setMinimumHeight(76)
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 2, 22, 2)
        row.setSpacing(18)
        names = QVBoxLayout()
        names.setSpacing(0)
        self._title, self._words = Label("strong"), Label("small")
        names.addStretch(1)
        names.addWidget(self._title)
        names.addWidget(self._words)
        names.addStretch(1)
        self._payload = Fold(stage.look, "payload", names)
        row.addWidget(Icon(stage.look, "paperclip", "brand", 32))
        row.addWidget(self._payload, 1)

    def draw(self, line: Line) -> None:
        self._title.setText(self._stage.say(line.title))
        self._words.show_words(self._stage.say(line.words))
        self._payload.show_lines(self._stage.word("preview.see"), line.payload.splitlines())
