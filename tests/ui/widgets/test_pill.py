"""Six lights, six shapes, and a stop that cannot be taken for a fault."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.model.screen import Light
from kiosk.ui.stage import Stage
from kiosk.ui.theme import SHAPES
from kiosk.ui.widgets.icon import Icon
from kiosk.ui.widgets.pill import Pill

Place = Callable[..., None]


def test_each_light_has_a_shape_of_its_own(stage: Stage, place: Place) -> None:
    assert len(set(SHAPES.values())) == len(Light)
    drawn = set()
    for light in Light:
        pill = Pill(stage.look)
        place(pill, 300, 60)
        pill.show_light(light, "Words")
        assert pill.accessibleName() == pill.words() == "Words"
        drawn.add(bytes(pill.findChild(Icon).pixmap().toImage().createAlphaMask().constBits()))
    assert len(drawn) == len(Light)


def test_a_stop_is_filled_and_a_fault_is_not(stage: Stage, place: Place) -> None:
    grounds = {}
    for light in (Light.STOP, Light.BROKEN):
        pill = Pill(stage.look)
        place(pill, 300, 60)
        pill.show_light(light, "x")
        grounds[light] = pill.grab().toImage().pixelColor(150, 4).name()
    tokens = stage.look.tokens
    assert grounds == {Light.STOP: tokens["broken"].lower(), Light.BROKEN: tokens["broken_ground"].lower()}


def test_without_words_it_is_gone(stage: Stage, place: Place) -> None:
    pill = Pill(stage.look)
    place(pill)
    pill.show_words("", "flask", "attention")
    assert pill.isHidden()
