"""A heading and its rules in order; without rules there is nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLabel

from kiosk.ui.stage import Stage
from kiosk.ui.widgets.rules import Rule, Rules

Place = Callable[..., None]


def test_rules_stand_in_order_below_their_heading(stage: Stage, place: Place) -> None:
    rules = Rules(stage, "x", "broken")
    place(rules)
    rules.draw_rules("Never", ["Open it", "Clean it"])
    assert [label.text() for label in rules.findChildren(QLabel) if label.text()] == ["Never", "Open it", "Clean it"]
    assert len({rule.y() for rule in rules.findChildren(Rule)}) == len(rules.findChildren(Rule))


def test_no_rules_no_card(stage: Stage, place: Place) -> None:
    rules = Rules(stage, "x", "broken")
    place(rules)
    rules.draw_rules("Never", [])
    assert rules.isHidden()
