"""What an expert asks to do, in plain words, with Yes and No; must not take anything but a touch for a Yes."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kiosk.model.act import GiveConsent, StopRequest
from kiosk.model.screen import Asked
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.label import Label


class RequestCard(QFrame):
    """A card with a blue edge; while the request runs, it has *Stop* instead."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage, self._request = stage, ""
        self.setProperty("card", "busy")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 20)
        column.setSpacing(12)
        self._title, self._hint = Label("strong"), Label("small")
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(Icon(stage.look, "hand-palm", "busy", 36))
        top.addWidget(self._title, 1)
        column.addLayout(top)
        column.addWidget(self._hint)
        look = stage.look
        self._yes = Button(look, "main", lambda: stage.emit(GiveConsent(self._request, True)), icon="check")
        self._no = Button(look, "plain", lambda: stage.emit(GiveConsent(self._request, False)), icon="x")
        self._stop = Button(look, "danger", lambda: stage.emit(StopRequest(self._request)), icon="hand-palm")
        row = QHBoxLayout()
        row.setSpacing(16)
        for button in (self._yes, self._no, self._stop):
            button.setFixedHeight(80)
            row.addWidget(button, 1)
        column.addLayout(row)

    def draw(self, asked: Asked | None) -> None:
        self.setVisible(asked is not None)
        if asked is None:
            return
        word = self._stage.word
        self._request = asked.request
        self._title.setText(self._stage.say(asked.title))
        self._hint.show_words(self._stage.say(asked.hint))
        self._yes.show_words(word("request.yes"))
        self._no.show_words(word("request.no"))
        self._stop.show_words(word("request.stop"))
        self._yes.setVisible(not asked.running)
        self._no.setVisible(not asked.running)
        self._stop.setVisible(asked.running)
