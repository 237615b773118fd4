"""A notice says its words beside a shape, and is gone without words."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.stage import Stage
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.notice import Notice

Place = Callable[..., None]


def test_words_shape_and_colour_together(stage: Stage, place: Place) -> None:
    notice = Notice(stage.look)
    place(notice)
    notice.show_notice("Not sent", "warning", "attention")
    assert notice.words() == "Not sent"
    assert notice.property("card") == "attention"
    assert not notice.findChild(Icon).pixmap().isNull()


def test_it_takes_no_room_without_words(stage: Stage, place: Place) -> None:
    notice = Notice(stage.look, framed=False)
    place(notice)
    notice.show_notice("")
    assert notice.isHidden()
    notice.show_notice("Back again", "check", "ok")
    assert notice.isVisible()
