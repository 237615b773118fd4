"""A picture keeps its proportions, has a name, and is gone where there is none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor

from kiosk.ui.stage import Stage
from kiosk.ui.widgets.picture import Picture

Place = Callable[..., None]


def test_it_is_painted_in_the_middle_of_its_ground(stage: Stage, place: Place) -> None:
    picture = Picture(stage.look)
    place(picture, 500, 300)
    picture.show_picture("cable_terminal", "Push the cable in")
    image = picture.grab().toImage()
    assert picture.accessibleName() == "Push the cable in"
    ground = QColor(stage.look.tokens["brand_ground"])
    assert image.pixelColor(250, 10) == ground
    drawn = {image.pixelColor(x, y).name() for x in range(32, 468, 3) for y in range(32, 268, 3)}
    assert QColor(stage.look.tokens["brand"]).name() in drawn


def test_no_picture_no_room(stage: Stage, place: Place) -> None:
    picture = Picture(stage.look)
    place(picture)
    picture.show_picture("no_such_picture")
    assert picture.isHidden()
