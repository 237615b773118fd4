"""Procedures of their own: started, left, gone on with, stopped by what is seen, signed, kept, due again."""

from __future__ import annotations

from dataclasses import replace as with_
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.guidance.procedure import Ask
from kiosk.journey import duties
from kiosk.journey.state import Duty, Page, restored, saved
from kiosk.journey.turns import KeepInspection, KeepPhoto, Seal
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.case import Symptom
from kiosk.model.health import Health
from kiosk.model.report import TerminalReport
from kiosk.model.text import day

Walker = Any


def start(walker: Walker, procedure: str = "inspection", till: str = "1") -> s.Screen:
    walker.did(a.StartProcedure(procedure, till))
    shown: s.Screen = walker.screen
    return shown


def to_the_end(walker: Walker) -> None:
    """Every point is fine, up to the name."""
    for _ in range(20):
        if walker.screen.signs is not None:
            return
        walker.did(a.Answer("fine"))


def test_an_inspection_has_fourteen_points_and_ends_with_a_name(walker: Walker) -> None:
    first = start(walker)
    assert isinstance(first, s.Inspect)
    assert (first.step, first.of) == (1, 14)
    to_the_end(walker)
    assert (walker.screen.step, walker.screen.of) == (14, 14)
    walker.did(a.StepDone())
    walker.did(a.Sign("  "))
    assert isinstance(walker.screen, s.Inspect), "without a name it is not signed"
    walker.later(minutes=6)
    walker.did(a.Sign("Ida"))
    kept = [w.record for w in walker.wishes if isinstance(w, KeepInspection)]
    assert [(r.outcome, r.by, r.terminal, r.due, len(r.points)) for r in kept] == [
        ("passed", "Ida", "1.1", "2026-04-01", 13)
    ]
    done = walker.screen
    assert isinstance(done, s.Done)
    assert done.lead.args == {"date": day("2026-04-01")}
    assert done.minutes == 6


def test_it_is_left_and_gone_on_with_also_after_a_restart(walker: Walker) -> None:
    start(walker)
    walker.did(a.Answer("fine"))
    walker.did(a.Note("528 854"))
    walker.did(a.GoHome())
    home = walker.screen
    assert home.dues[0].words.id == "due.left"
    walker.journey = restored(saved(walker.journey))
    walker.did(a.StartProcedure(home.dues[0].procedure, home.dues[0].till))
    again = walker.screen
    assert isinstance(again, s.Inspect)
    assert again.words == "528 854"
    assert again.step == 2


def test_what_looks_wrong_stops_the_terminal_and_is_kept(walker: Walker) -> None:
    start(walker)
    for _ in range(4):
        walker.did(a.Answer("fine"))
    walker.did(a.Note("a gap at the top"))
    walker.did(a.AddPhoto(b"\xff\xd8 one"))
    walker.did(a.Answer("wrong"))
    assert isinstance(walker.screen, s.Stop)
    assert walker.journey.halts[0].finding.id == "staff.tamper_seen"
    record = next(w.record for w in walker.wishes if isinstance(w, KeepInspection))
    assert record.outcome == "stopped"
    assert record.points[-1].words == "a gap at the top"
    assert record.points[-1].photos == ("case_1.jpg",)
    assert record.due == "2026-03-02", "it is due until one passes"
    photo = next(w for w in walker.wishes if isinstance(w, KeepPhoto))
    assert (photo.inspection, photo.name) == (record.id, "case_1.jpg")


def test_no_more_photos_than_a_few(walker: Walker) -> None:
    start(walker)
    for _ in range(10):
        walker.did(a.AddPhoto(b"\xff\xd8"))
    assert walker.screen.photos == duties.MOST_PHOTOS


def known(walker: Walker, serial: str, software: str = "4.1") -> None:
    """The terminal has told its number and software."""
    walker.check_all({})
    walker.did(a.GoHome())
    seen = walker.journey.seen["1.1"]
    report: TerminalReport = replace(seen.report, health=Health(serial=serial, software=software))
    walker.journey = replace(walker.journey, seen=walker.journey.seen | {"1.1": replace(seen, report=report)})


def at_number(walker: Walker) -> None:
    start(walker)
    walker.did(a.Answer("fine"))


def test_the_number_on_the_label_is_compared_with_what_the_terminal_tells(walker: Walker) -> None:
    known(walker, "5288-5440")
    at_number(walker)
    assert walker.screen.machine.id == "inspect.number.type"
    walker.did(a.Note("1234"))
    assert walker.screen.warned
    walker.did(a.Answer("fine"))
    assert walker.screen.machine.id == "inspect.number.again", "another number is not passed by"
    walker.did(a.Note("5288 5440"))
    assert walker.screen.machine.id == "inspect.number.same"
    walker.did(a.Answer("fine"))
    assert walker.screen.step == 3


def test_a_number_nobody_knows_is_kept_for_the_next_time(walker: Walker) -> None:
    at_number(walker)
    assert walker.screen.machine.id == "inspect.number.unknown"
    walker.did(a.Note("77 8"))
    to_the_end(walker)
    walker.did(a.Sign("Ida"))
    assert walker.journey.inspected["1.1"].serial == "778"
    walker.did(a.GoHome())
    at_number(walker)
    walker.did(a.Note("779"))
    assert walker.screen.warned


def test_other_software_than_last_time_is_told(walker: Walker) -> None:
    known(walker, "1", "4.1")
    start(walker)
    to_the_end(walker)
    walker.did(a.Sign("Ida"))
    walker.did(a.GoHome())
    known(walker, "1", "4.2")
    start(walker)
    for _ in range(10):
        walker.did(a.Answer("fine"))
    assert walker.screen.machine.id == "inspect.software"
    assert walker.screen.warned


def test_due_on_home_until_all_are_inspected_and_again_after_the_days(walker: Walker) -> None:
    assert duties.due_terminals(walker.journey, 30) == ("1.1", "2.1")
    assert [due.words.id for due in walker.screen.dues] == ["due.inspection"]
    for till in ("1", "2"):
        start(walker, till=till)
        to_the_end(walker)
        walker.did(a.Sign("Ida"))
        walker.did(a.GoHome())
    assert walker.screen.dues == ()
    walker.later(days=31)
    walker.did(a.GoHome())
    assert [due.till for due in walker.screen.dues] == ["1"]
    walker.knowledge = with_(walker.knowledge, inspection_days=0)
    assert walker.screen.dues == ()


def test_without_a_till_one_is_chosen_and_printers_are_not_asked(walker: Walker) -> None:
    shown = start(walker, till="")
    assert isinstance(shown, s.Choose)
    assert [card.till for card in shown.tills] == ["1", "2"]
    walker.did(a.Answer("fine"))
    walker.did(a.OpenTill("3"))
    assert isinstance(walker.screen, s.Choose), "a till that only prints is none"
    walker.did(a.OpenTill("2"))
    assert isinstance(walker.screen, s.Inspect)
    walker.did(a.Back())
    assert isinstance(walker.screen, s.Home)


def test_a_visitor_who_touched_a_terminal_stops_the_one_that_staff_name(walker: Walker) -> None:
    step = start(walker, "door", "")
    assert isinstance(step, s.Do)
    assert step.led
    walker.did(a.StepDone())
    walker.did(a.Answer("yes"))
    assert isinstance(walker.screen, s.Choose)
    assert walker.journey.halts == ()
    walker.did(a.OpenTill("2"))
    assert isinstance(walker.screen, s.Stop)
    assert walker.journey.halts[0].terminal == "2.1"


def test_what_staff_cannot_do_goes_to_an_expert_with_what_was_done(walker: Walker) -> None:
    start(walker, "day_end.failed", "1")
    walker.did(a.StepDone())
    wishes = walker.did(a.CannotDo())
    assert walker.journey.page is Page.PREVIEW
    seal = next(w for w in wishes if isinstance(w, Seal))
    assert seal.guidance.symptom == "day_end.failed"
    assert [step.id for step in seal.guidance.steps] == ["day_end.failed.keep", "day_end.failed.says"]
    walker.did(a.SendCase())
    assert Symptom("day_end.failed") in walker.put()
    assert walker.journey.duty is None


def test_the_last_inspection_goes_with_a_case_without_the_name(walker: Walker) -> None:
    start(walker)
    to_the_end(walker)
    walker.did(a.Sign("Ida"))
    walker.did(a.GoHome())
    walker.did(a.OpenTill("1"))
    walker.check_all({"1.1": "cable.silent"})
    wishes = walker.did(a.GetExpert())
    inspection = next(w for w in wishes if isinstance(w, Seal)).guidance.inspection
    assert inspection is not None
    assert inspection.outcome == "passed"
    assert inspection.by == ""


def test_only_procedures_of_their_own_are_started(walker: Walker) -> None:
    for other in ("nothing", "cable.push_terminal"):
        assert isinstance(start(walker, other), s.Home)


@pytest.mark.parametrize("act", [a.Note("x"), a.AddPhoto(b""), a.Sign("Ida"), a.OpenTill("9")])
def test_without_one_nothing_happens(walker: Walker, act: a.Act) -> None:
    walker.did(act)
    assert walker.journey.duty is None


def test_another_one_takes_the_place_of_the_one_that_was_left(walker: Walker) -> None:
    start(walker)
    walker.did(a.GoHome())
    start(walker, "keep_selling")
    assert walker.journey.duty.procedure == "keep_selling"


def test_each_can_be_walked_from_its_tile_to_an_end(walker: Walker) -> None:
    walker.did(a.MoreHelp())
    own = [tile.procedure for tile in walker.screen.tiles if tile.procedure]
    assert len(own) >= 6
    for procedure in own:
        start(walker, procedure)
        for _ in range(40):
            shown = walker.screen
            if isinstance(shown, s.Inspect) and shown.signs:
                walker.did(a.Sign("Ida"))
            elif isinstance(shown, s.Ask | s.Inspect):
                walker.did(a.Answer(shown.options[0].id))
            elif isinstance(shown, s.Do):
                walker.did(a.StepDone())
        assert isinstance(walker.screen, s.Done | s.Preview | s.Home), procedure
        walker.did(a.GoHome())


def test_back_goes_one_point_back(walker: Walker) -> None:
    start(walker)
    walker.did(a.Answer("fine"))
    walker.did(a.Back())
    assert walker.screen.step == 1
    walker.did(a.Back())
    assert isinstance(walker.screen, s.Home)


def test_a_halted_terminal_is_not_inspected(walker: Walker) -> None:
    walker.check_all({"1.1": "terminal.tamper"})
    walker.did(a.GoHome())
    assert isinstance(start(walker), s.Stop)


def test_the_points_are_those_of_the_content(walker: Walker) -> None:
    steps = walker.knowledge.guide.procedures["inspection"].steps
    assert {duties.NUMBER, duties.SIGN} <= steps.keys()
    assert sum(isinstance(step, Ask) for step in steps.values()) == 13
    assert timedelta(days=1) == duties.DAY
    assert Duty.__struct_config__.frozen
