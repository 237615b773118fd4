"""One point of an inspection: what to look at, what the PC knows, words, photos; must not judge what is seen."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.model.act import AddPhoto, Note, Sign
from kiosk.model.screen import Inspect, Option
from kiosk.ui.pages.ask import OptionButton
from kiosk.ui.pages.split import SplitPage
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import Button
from kiosk.ui.widgets.grid import Grid
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.notes import NoteField
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.photo import small_jpeg
from kiosk.ui.widgets.progress import Progress


class InspectPage(SplitPage):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        look = stage.look
        self._progress = Progress()
        self._title, self._hint = Label("title"), Label("lead")
        self._machine, self._wrong = Notice(look, framed=False), Notice(look, framed=False)
        self.words.addLayout(self._progress)
        for widget in (self._title, self._hint, self._machine, self._wrong):
            self.words.addWidget(widget)
        self.words.addLayout(self._noting(stage))
        options = Grid(240, most=3, widest=1200, gap=16)
        self.words.addLayout(options)
        self.end_words()
        self._options = Keyed[Option](options, lambda: OptionButton(stage), lambda option: option.id)
        self._sign = Button(look, "main", self._signed, icon="check")
        self.buttons.add(self._sign)
        self._signs = False

    def _noting(self, stage: Stage) -> QHBoxLayout:
        self._field = NoteField(lambda words: None if self._signs else stage.emit(Note(words)))
        self._field.returnPressed.connect(self._signed)
        self._photo = Button(stage.look, "plain", self._add_photo, icon="paperclip", small=True)
        line = QHBoxLayout()
        line.setSpacing(14)
        line.addWidget(self._field, 1)
        line.addWidget(self._photo)
        return line

    def draw(self, screen: Inspect) -> None:
        say, word = self.stage.say, self.stage.word
        self._signs = screen.signs is not None
        self.draw_side(screen.picture, say(screen.title))
        self.draw_pills(screen.till, None)
        self._progress.draw(screen.step, screen.of, word("do.step", step=screen.step, of=screen.of))
        self._title.setText(say(screen.title))
        self._hint.show_words(say(screen.signs or screen.hint))
        icon, tone = ("warning", "attention") if screen.warned else ("check-circle", "ok")
        self._machine.show_notice(say(screen.machine), icon, tone)
        self._wrong.show_notice("")
        self._field.draw(screen.title.id, say(screen.asks), screen.words)
        self._draw_photo(screen)
        self._options.draw(screen.options)
        self._sign.show_words(word("inspect.sign"))
        self.foot.setVisible(self._signs)

    def _draw_photo(self, screen: Inspect) -> None:
        """Photos come from a file; a window without a way out offers no list of files."""
        word = self.stage.word
        some = word("inspect.photos", n=screen.photos) if screen.photos else word("inspect.photo")
        self._photo.show_words(some)
        self._photo.setVisible(not self._signs and not self.window().isFullScreen())

    def first(self) -> QWidget | None:
        return self._field if self._signs else next(iter(self._options.widgets()), None)

    def _signed(self) -> None:
        name = self._field.text().strip()
        if self._signs and name:
            self.stage.emit(Sign(name))

    def _add_photo(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        pictures = f"{self.stage.word('inspect.photo')} (*.jpg *.jpeg *.png)"
        name, _ = QFileDialog.getOpenFileName(self, self.stage.word("inspect.photo"), "", pictures)
        if name:
            self.take_photo(name)

    def take_photo(self, name: str) -> None:
        """A file that somebody chose; what is no picture is said."""
        jpeg = small_jpeg(name)
        self._wrong.show_notice("" if jpeg else self.stage.word("inspect.no_photo"), "warning", "attention")
        if jpeg:
            self.stage.emit(AddPhoto(jpeg))
