"""Names and values stand in two columns, and what is gone takes no room."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QLabel

from kiosk.ui.stage import Stage
from kiosk.ui.widgets.facts import FactList, tabular
from kiosk.ui.widgets.label import Label

FACTS = [("Software", "4.12.7"), ("Serial number", "52885440")]


def shown(facts: FactList) -> list[QLabel]:
    return [label for label in facts.findChildren(QLabel) if label.isVisible()]


def test_values_stand_below_each_other_at_one_edge(place: Callable[..., None]) -> None:
    facts = FactList()
    place(facts)
    facts.show_facts(FACTS)
    QApplication.processEvents()
    name, value, second, number = shown(facts)
    assert [name.text(), value.text(), second.text(), number.text()] == [part for fact in FACTS for part in fact]
    assert value.x() == number.x() > second.x() + second.sizeHint().width()
    assert number.accessibleName() == "Serial number: 52885440"


def test_a_shorter_list_leaves_nothing_behind(place: Callable[..., None]) -> None:
    facts = FactList()
    place(facts)
    facts.show_facts(FACTS)
    QApplication.processEvents()
    facts.show_facts(FACTS[:1])
    assert [label.text() for label in shown(facts)] == ["Software", "4.12.7"]
    facts.show_facts([])
    assert facts.isHidden()


def test_figures_are_equally_wide(stage: Stage) -> None:
    font = tabular(Label("smallink").font())
    assert [tag.toString() for tag in font.featureTags()] == [b"tnum"]
