"""The chain says the same in words as in shapes, and turns only while something is looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor

from kiosk.model.finding import Hop, HopState, Link
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.chain import Chain

Place = Callable[..., None]
STATES = {"+": HopState.OK, "x": HopState.BROKEN, "-": HopState.NOT_REACHED, ".": HopState.NOT_CHECKED}


def hops(letters: str) -> tuple[Link, ...]:
    return tuple(
        Link(hop, STATES.get(letter, HopState.NOT_APPLICABLE)) for hop, letter in zip(Hop, letters, strict=True)
    )


def test_each_hop_is_told_and_one_that_a_kind_lacks_is_not(stage: Stage) -> None:
    chain = Chain(stage)
    chain.show_chain(hops("++x-. "))
    assert chain.accessibleName() == (
        "This PC: good, Port: good, Cable: broken, Talks to us: not reached, Terminal: not checked yet"
    )


def test_what_is_looked_at_now_is_the_first_unchecked(stage: Stage) -> None:
    chain = Chain(stage)
    chain.show_chain(hops("++...."), busy=True)
    assert "Cable: being checked, Talks to us: not checked yet" in chain.accessibleName()
    chain.show_chain(hops("++...."))
    assert "being checked" not in chain.accessibleName()


def test_words_wrap_where_the_room_is_narrow(stage: Stage) -> None:
    chain = Chain(stage)
    chain.show_chain(hops("++++++"))
    assert chain.heightForWidth(600) > chain.heightForWidth(1400)


def test_a_broken_hop_is_painted_in_its_colour(stage: Stage, place: Place) -> None:
    chain = Chain(stage)
    place(chain, 900, 110)
    chain.show_chain(hops("++x---"))
    ground = QColor(stage.look.tokens["broken_ground"])
    assert chain.grab().toImage().pixelColor(round(900 * 2.5 / 6), 4) == ground
