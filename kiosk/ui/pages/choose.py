"""What is wrong: first the till where there are several, then tiles or own words; must not guess."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.model.act import Act, ChooseSymptom, ChooseTopic, ReadArticle, StartProcedure
from kiosk.model.screen import Choose, Tile, TillCard
from kiosk.ui.pages.home import TillButton
from kiosk.ui.pages.page import Page
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.button import CardButton
from kiosk.ui.widgets.grid import Grid
from kiosk.ui.widgets.icon import Icon, Thumb
from kiosk.ui.widgets.keyed import Keyed
from kiosk.ui.widgets.label import Label
from kiosk.ui.widgets.search import SearchField


class ChoosePage(Page):
    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._title = Label("title")
        self.content.addWidget(self._title)
        self._field, self._found = SearchField(stage), Label("lead")
        self.content.addWidget(self._field)
        self.content.addWidget(self._found)
        tills, tiles = Grid(), Grid(360, most=3)
        self._tills = Keyed[TillCard](tills, lambda: TillButton(stage), lambda card: card.till)
        self._tiles = Keyed[Tile](tiles, lambda: TileButton(stage), key_of)
        self.content.addLayout(tills)
        self.content.addLayout(tiles)
        self.content.addStretch(1)
        self.foot.hide()

    def draw(self, screen: Choose) -> None:
        self._title.setText(self.stage.say(screen.title))
        self._field.draw(screen.search, screen.words)
        self._found.show_words(self.stage.say(screen.found))
        self._tills.draw(screen.tills)
        self._tiles.draw(screen.tiles)

    def first(self) -> QWidget | None:
        return next(iter([*self._tills.widgets(), *self._tiles.widgets()]), None)


def key_of(tile: Tile) -> str:
    return f"{tile.topic}/{tile.symptom}/{tile.article}/{tile.procedure}"


class TileButton(CardButton):
    """A symptom, a topic, an article or a procedure: its picture and its words."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(lambda: stage.emit(self._act()))
        self._stage = stage
        self._tile: Tile | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(22, 12, 22, 12)
        row.setSpacing(20)
        self._picture, self._icon = Thumb(stage.look, 88, 88), Icon(stage.look, "question", "brand", 64)
        self._words = Label("strong")
        row.addWidget(self._picture)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)

    def _act(self) -> Act:
        tile = self._tile
        if tile is not None and tile.topic:
            return ChooseTopic(tile.topic)
        if tile is not None and tile.article:
            return ReadArticle(tile.article)
        if tile is not None and tile.procedure:
            return StartProcedure(tile.procedure)
        return ChooseSymptom(tile.symptom if tile is not None else "")

    def draw(self, tile: Tile) -> None:
        self._tile = tile
        known = self._stage.look.picture(tile.picture) is not None
        self._picture.show_picture(tile.picture)
        self._picture.setVisible(known)
        self._icon.setVisible(not known)
        self._words.setText(self._stage.say(tile.title))
        self.setAccessibleName(self._words.text())
