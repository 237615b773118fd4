"""What the PC says of each point, and what Home says is due."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.journey.screen_duty import duty, own_tiles
from kiosk.journey.state import Page
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.terminal import Port, Terminal, Till


def machine(walker: Any, point: int) -> str:
    walker.did(a.StartProcedure("inspection", "1"))
    for _ in range(point - 1):
        walker.did(a.Answer("fine"))
    shown = walker.screen
    assert isinstance(shown, s.Inspect)
    return shown.machine.id if shown.machine else ""


def test_a_terminal_the_pc_sees_is_said_to_be_seen(walker: Any) -> None:
    assert machine(walker, 1) == ""
    walker.check_all({})
    assert machine(walker, 1) == "inspect.seen"


def test_one_it_does_not_see_is_said_so(walker: Any) -> None:
    walker.check_all({"1.1": "port.missing"})
    assert machine(walker, 1) == "inspect.unseen"
    assert walker.screen.warned


def test_a_terminal_on_no_list_is_told(walker: Any) -> None:
    assert machine(walker, 9) == "inspect.no_strangers"
    new = Till("new.x", "New terminal", (Terminal("new.x", Port("/dev/ttyX"), till="new.x"),))
    walker.journey = replace(
        walker.journey, store=replace(walker.journey.store, tills=(*walker.journey.store.tills, new))
    )
    assert walker.screen.machine.id == "inspect.strangers"


def test_no_alarm_is_said_only_after_the_terminal_told(walker: Any) -> None:
    assert machine(walker, 11) == ""
    walker.check_all({})
    walker.did(a.StartProcedure("inspection", "1"))
    assert walker.screen.machine.id == "inspect.no_alarm"


def test_the_last_inspection_is_told(walker: Any) -> None:
    assert machine(walker, 13) == "inspect.first"


def test_without_one_there_is_no_screen(walker: Any) -> None:
    with pytest.raises(ValueError, match="no procedure"):
        duty(walker.journey, walker.knowledge)
    walker.journey = replace(walker.journey, page=Page.DUTY)
    assert isinstance(walker.screen, s.Home)


def test_every_tile_has_a_picture(walker: Any) -> None:
    assert all(tile.picture and tile.procedure for tile in own_tiles(walker.knowledge.guide))
