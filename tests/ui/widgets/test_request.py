"""A request is granted or refused by one touch; while it runs there is only Stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from kiosk.model.act import Act, GiveConsent, StopRequest
from kiosk.model.screen import Asked
from kiosk.model.text import literal
from kiosk.ui.stage import Stage
from kiosk.ui.widgets.request import RequestCard


@pytest.fixture
def card(stage: Stage, place: Callable[..., None]) -> RequestCard:
    made = RequestCard(stage)
    place(made)
    made.draw(asked(running=False))
    return made


def asked(*, running: bool) -> Asked:
    return Asked("r1", literal("Check till 2 again"), literal("Takes 5 seconds."), running)


def offered(card: RequestCard) -> dict[str, QPushButton]:
    return {button.shown(): button for button in card.findChildren(QPushButton) if button.isVisible()}


def test_yes_and_no(card: RequestCard, acts: list[Act]) -> None:
    for words in ("Yes", "No"):
        QTest.mouseClick(offered(card)[words], Qt.MouseButton.LeftButton)
    assert acts == [GiveConsent("r1", True), GiveConsent("r1", False)]


def test_while_it_runs_there_is_only_stop(card: RequestCard, acts: list[Act]) -> None:
    card.draw(asked(running=True))
    assert list(offered(card)) == ["Stop"]
    QTest.mouseClick(offered(card)["Stop"], Qt.MouseButton.LeftButton)
    assert acts == [StopRequest("r1")]


def test_it_goes_with_the_request(card: RequestCard) -> None:
    card.draw(None)
    assert card.isHidden()
