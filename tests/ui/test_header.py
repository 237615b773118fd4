"""The top of every page: store, back, another language, a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from kiosk.app import named
from kiosk.model.act import Act, Back, GetExpert
from kiosk.model.screen import Connected, Header
from kiosk.ui.header import HeaderBar
from kiosk.ui.stage import Stage

TWO = (("en", "English"), ("de", "Deutsch"))
Place = Callable[..., None]


@pytest.fixture
def chosen() -> list[str]:
    return []


def offered(bar: HeaderBar) -> dict[str, QPushButton]:
    return {button.accessibleName(): button for button in bar.findChildren(QPushButton) if button.isVisible()}


def bar(
    stage: Stage, place: Place, chosen: list[str], header: Header, languages: tuple[tuple[str, str], ...] = TWO
) -> HeaderBar:
    made = HeaderBar(stage, languages, chosen.append)
    place(made, 1280, 96)
    made.draw(header)
    return made


def test_back_expert_and_the_other_language(stage: Stage, place: Place, chosen: list[str], acts: list[Act]) -> None:
    buttons = offered(bar(stage, place, chosen, Header("Bakery", back=True)))
    assert set(buttons) == {"Back", "Deutsch", "Get an expert"}
    for button in buttons.values():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert acts == [Back(), GetExpert()]
    assert chosen == ["de"]


def test_no_second_expert_while_one_is_connected(stage: Stage, place: Place, chosen: list[str]) -> None:
    header = Header("Bakery", connected=Connected("Mira", "amber window", ""))
    assert set(offered(bar(stage, place, chosen, header))) == {"Deutsch"}


def test_one_language_needs_no_button(stage: Stage, place: Place, chosen: list[str]) -> None:
    assert set(offered(bar(stage, place, chosen, Header("Bakery"), TWO[:1]))) == {"Get an expert"}


@pytest.mark.qt_log_ignore("This plugin does not support")  # nothing grabs a key where there is no screen
def test_more_languages_open_a_list(stage: Stage, place: Place, chosen: list[str], qapp: QApplication) -> None:
    made = bar(stage, place, chosen, Header("Bakery"), (*TWO, ("pl", "Polski")))
    QTest.mouseClick(offered(made)["English"], Qt.MouseButton.LeftButton)
    menu = made.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == ["English", "Deutsch", "Polski"]
    menu.actions()[2].trigger()
    menu.close()
    assert chosen == ["pl"]


SIX = (
    ("de", "Deutsch"), ("en", "English"), ("es", "Español"), ("fr", "Français"), ("pl", "Polski"), ("pt", "Português"),
)  # fmt: skip


def test_six_languages_can_be_chosen_and_each_is_named_in_its_own_words() -> None:
    assert named(code for code, _ in reversed(SIX)) == SIX


def test_a_narrow_bar_shows_icons_that_keep_their_names(stage: Stage, place: Place, chosen: list[str]) -> None:
    made = HeaderBar(stage, SIX, chosen.append)
    place(made, 760, 96)
    made.draw(Header("Bakery Street 12", back=True, demo=True))
    assert set(offered(made)) == {"Back", "English", "Get an expert"}
    assert offered(made)["English"].text() == ""
    assert all(button.geometry().right() < 760 for button in offered(made).values())
    made.resize(1280, 96)
    assert offered(made)["English"].text() == "English"


def test_a_store_with_a_long_name_stays_in_the_bar(stage: Stage, place: Place, chosen: list[str]) -> None:
    made = bar(
        stage, place, chosen, Header("Bakery and coffee house at the old market, Street 12", back=True, demo=True)
    )
    assert made.height() == 96
    assert all(button.geometry().right() < 1280 for button in offered(made).values())
