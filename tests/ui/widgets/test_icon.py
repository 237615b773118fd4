"""An icon is drawn in the colour of its role, and a picture as large as fits."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage

from kiosk.ui.stage import Stage
from kiosk.ui.widgets.icon import Icon, Thumb


def colours(image: QImage) -> set[str]:
    solid = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in solid if colour.alpha() == 255}


def test_an_icon_has_its_roles_colour(stage: Stage) -> None:
    icon = Icon(stage.look, "check", "ok", 32)
    assert icon.width() == icon.height() == 32
    assert QColor(stage.look.tokens["ok"]).name() in colours(icon.pixmap().toImage())
    icon.show_icon("check", "broken")
    assert QColor(stage.look.tokens["broken"]).name() in colours(icon.pixmap().toImage())


def test_a_thumb_keeps_its_proportions(stage: Stage) -> None:
    thumb = Thumb(stage.look, 66, 100)
    thumb.show_picture("terminal")
    drawn = thumb.pixmap().deviceIndependentSize()
    box = stage.look.picture("terminal").viewBoxF()
    assert abs(drawn.width() / drawn.height() - box.width() / box.height()) < 0.05


def test_a_picture_that_is_not_there_is_empty(stage: Stage) -> None:
    thumb = Thumb(stage.look, 66, 100)
    thumb.show_picture("no_such_picture")
    assert thumb.pixmap().isNull()
