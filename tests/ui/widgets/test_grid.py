"""Columns follow the room and the longest word; a flow breaks into rows and fills them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui.widgets.grid import Flow, Grid, Rows


def filled(qtbot: QtBot, rows: Rows, count: int, least: int = 100) -> tuple[QWidget, list[QWidget]]:
    host = QWidget()
    qtbot.addWidget(host)
    host.setLayout(rows)
    kids = [QWidget(host) for _ in range(count)]
    for kid in kids:
        kid.setMinimumSize(least, 50)
        kid.show()
    rows.add(*kids)
    return host, kids


@pytest.mark.parametrize(
    ("count", "width", "columns"), [(4, 1200, 4), (4, 700, 2), (5, 1200, 3), (1, 1200, 1), (3, 200, 1)]
)
def test_as_many_columns_as_fit_and_rows_of_even_length(qtbot: QtBot, count: int, width: int, columns: int) -> None:
    grid = Grid(270, most=4)
    _host, _ = filled(qtbot, grid, count)
    assert grid.columns(width) == columns


def test_a_long_word_takes_a_column_away(qtbot: QtBot) -> None:
    grid = Grid(270, most=4)
    _host, kids = filled(qtbot, grid, 4)
    kids[2].setMinimumWidth(500)
    assert grid.columns(1200) == 2


def test_a_hidden_widget_leaves_no_gap(qtbot: QtBot) -> None:
    grid = Grid(270, most=2, gap=20)
    _host, kids = filled(qtbot, grid, 3)
    kids[0].hide()
    grid.setGeometry(QRect(0, 0, 620, 400))
    assert (kids[1].x(), kids[2].x()) == (0, 320)
    assert grid.shown() == kids[1:]


def test_a_flow_breaks_and_the_first_of_a_row_takes_most(qtbot: QtBot) -> None:
    flow = Flow(10, fill=True)
    _host, kids = filled(qtbot, flow, 3, least=200)
    flow.setGeometry(QRect(0, 0, 1000, 50))
    assert [kid.y() for kid in kids] == [0, 0, 0]
    assert kids[0].width() > kids[1].width() == kids[2].width()
    assert kids[2].geometry().right() == 999
    assert flow.heightForWidth(450) == 50 + 10 + 50


def test_from_right_to_left_the_first_stands_at_the_right(qtbot: QtBot) -> None:
    flow = Flow(10)
    host, kids = filled(qtbot, flow, 2)
    host.setProperty("layoutDirection", 1)
    flow.setGeometry(QRect(0, 0, 500, 50))
    assert kids[0].x() > kids[1].x()


def test_arranged_anew_the_others_are_let_go(qtbot: QtBot) -> None:
    flow = Flow(10)
    _host, kids = filled(qtbot, flow, 3)
    flow.arrange([kids[2], kids[0]])
    assert flow.shown() == [kids[2], kids[0]]
