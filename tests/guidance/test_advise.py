"""What guidance advises in the situations that a store meets."""

from pathlib import Path

import msgspec
import pytest

from kiosk import resources
from kiosk.guidance.advise import Advice, Situation, Way, advise, passed, symptom_for
from kiosk.guidance.load import load
from kiosk.guidance.model import CANNOT_SEE
from kiosk.guidance.procedure import Run
from kiosk.model.finding import Finding, Hop, HopState, Link
from kiosk.model.terminal import Kind

KINDS = resources.findings()
GUIDE = load(Path(resources.root()) / "guidance", KINDS)


def silent(**more: object) -> Situation:
    known = {"symptom": "pos.no_answer", "present": ("protocol.no_answer",), "absent": ("port.missing", "port.busy")}
    return msgspec.convert(known | more, Situation)


def broken_at(hop: Hop) -> tuple[Link, ...]:
    at = list(Hop).index(hop)
    states = [HopState.OK] * at + [HopState.BROKEN] + [HopState.NOT_REACHED] * (len(Hop) - at - 1)
    return tuple(Link(each, state) for each, state in zip(Hop, states, strict=True))


def finding(id: str) -> Finding:
    return Finding(id, KINDS[id].severity)


def order_of(situation: Situation) -> list[str]:
    """Remedies in the order they are offered, if none helps and every question gets its first answer."""
    order: list[str] = []
    for _ in range(40):
        advice = advise(GUIDE, situation, KINDS)
        if advice.kind is Way.REMEDY:
            order.append(advice.id)
            situation = msgspec.structs.replace(situation, failed=(*situation.failed, advice.id))
        elif advice.kind is Way.QUESTION:
            assert advice.id not in situation.answers
            answers = situation.answers | {advice.id: advice.options[0].id}
            situation = msgspec.structs.replace(situation, answers=answers)
        else:
            assert advice.kind is Way.ESCALATE
            return order
    pytest.fail("it goes on for ever")


def test_silence_without_explanation_gets_the_one_glance_first() -> None:
    advice = advise(GUIDE, silent(), KINDS)
    assert (advice.kind, advice.id) == (Way.QUESTION, "glance.screen")
    assert [option.id for option in advice.options] == ["lit", "dark", "frozen", CANNOT_SEE]
    assert sum(each.probability for each in advice.likely) == pytest.approx(1)


def test_a_lit_screen_means_cables_first_the_terminals_end_before_the_pcs() -> None:
    order = order_of(silent(answers={"glance.screen": "lit"}))
    assert order[:2] == ["cable.push_terminal", "cable.push_pc"]
    assert len(order) == len(set(order)) >= 4


def test_a_dark_screen_means_power_and_a_frozen_one_asks_what_it_shows_before_a_restart() -> None:
    assert order_of(silent(answers={"glance.screen": "dark"}))[0] == "power.plug"
    frozen = silent(answers={"glance.screen": "frozen"})
    assert advise(GUIDE, frozen, KINDS).id == "screen.words"
    frozen = silent(answers={"glance.screen": "frozen", "screen.words": "neither"})
    assert advise(GUIDE, frozen, KINDS).id == "terminal.restart"


def test_what_nobody_can_see_is_not_asked_again_and_bars_what_could_harm() -> None:
    blind = silent(answers={"glance.screen": CANNOT_SEE, "screen.words": CANNOT_SEE})
    advice = advise(GUIDE, blind, KINDS)
    assert advice.kind is Way.REMEDY
    assert not any(GUIDE.remedies[id].destructive for id in order_of(blind))


@pytest.mark.parametrize("fact", ["link.unplugged", "link.wrong_speed", "link.noise", "protocol.garbled"])
def test_a_machine_fact_that_explains_the_silence_spares_the_glance(fact: str) -> None:
    assert advise(GUIDE, silent(present=("protocol.no_answer", fact)), KINDS).id != "glance.screen"


def test_a_printer_is_never_asked_about_a_screen() -> None:
    situation = Situation("print.external", Kind.PRINTER, ("protocol.no_answer",))
    assert advise(GUIDE, situation, KINDS).id == "printer.light"
    for symptom in GUIDE.symptoms.values():
        if symptom.suits(Kind.PRINTER) and not symptom.reports and symptom.id != "asset.mismatch":
            advice = advise(GUIDE, Situation(symptom.id, Kind.PRINTER), KINDS)
            assert advice.id not in ("glance.screen", "screen.words")


def test_paper_out_is_a_new_roll_with_a_check_after_it() -> None:
    advice = advise(GUIDE, Situation("print.nopaper", Kind.PRINTER, ("printer.no_paper",)), KINDS)
    assert advice.id == "paper.new_roll"
    assert advice.procedure is not None
    assert any(isinstance(step, Run) for step in advice.procedure.steps.values())
    assert 0 < advice.minutes < 7
    assert advice.steps_about >= 1


def test_an_answer_may_be_a_finding_an_update_seen_is_waited_for() -> None:
    frozen = silent(answers={"glance.screen": "frozen", "screen.words": "update"})
    advice = advise(GUIDE, frozen, KINDS)
    assert (advice.id, advice.holds) == ("update.wait", ("staff.update_seen",))


@pytest.mark.parametrize("symptom", ["tamper.message", "tamper.suspicious", "body.liquid", "battery.swollen"])
def test_choosing_a_dangerous_symptom_is_the_stop_page(symptom: str) -> None:
    advice = advise(GUIDE, Situation(symptom), KINDS)
    assert advice.kind is Way.HALT
    assert advice.stop is not None
    assert advice.stop.todo_texts
    assert advice.stop.never_texts


@pytest.mark.parametrize("symptom", ["key.missing", "cfg.unauthorised", "time.wrong"])
def test_what_staff_cannot_cure_goes_to_an_expert_at_once(symptom: str) -> None:
    assert advise(GUIDE, Situation(symptom), KINDS).kind is Way.ESCALATE


@pytest.mark.parametrize("symptom", sorted(GUIDE.symptoms))
@pytest.mark.parametrize("kind", list(Kind))
def test_every_symptom_ends_for_every_device(symptom: str, kind: Kind) -> None:
    situation = Situation(symptom, kind)
    advice: Advice = advise(GUIDE, situation, KINDS)
    if advice.kind is not Way.HALT:
        assert len(order_of(situation)) <= len(GUIDE.remedies)


def test_the_earliest_broken_hop_opens_the_symptom() -> None:
    found = [finding("terminal.battery_low"), finding("printer.no_paper"), finding("protocol.no_answer")]
    assert symptom_for(GUIDE, found, broken_at(Hop.ANSWER), Kind.TERMINAL) == "pos.no_answer"
    assert symptom_for(GUIDE, [finding("port.missing"), *found], broken_at(Hop.PORT), Kind.TERMINAL) == "pc.not_seen"
    assert symptom_for(GUIDE, found[:2], broken_at(Hop.TERMINAL), Kind.TERMINAL) == "print.nopaper"


def test_a_stop_opens_its_symptom_before_any_hop_and_a_printer_has_its_own() -> None:
    found = [finding("protocol.no_answer"), finding("terminal.tamper")]
    assert symptom_for(GUIDE, found, broken_at(Hop.ANSWER), Kind.TERMINAL) == "tamper.message"
    assert symptom_for(GUIDE, found[:1], broken_at(Hop.ANSWER), Kind.PRINTER) == "print.external"


def test_information_opens_nothing() -> None:
    assert symptom_for(GUIDE, [finding("port.in_use_by_pos")], (), Kind.TERMINAL) is None


def test_a_check_passes_only_if_it_looked() -> None:
    look = Run("cured", "next")
    assert passed(GUIDE, "pos.no_answer", look, (), ("protocol.no_answer",))
    assert not passed(GUIDE, "pos.no_answer", look, (), ()), "silence is no health"
    assert not passed(GUIDE, "pos.no_answer", look, ("port.in_use_by_pos",), ("port.missing",))
    assert not passed(GUIDE, "pos.no_answer", look, ("protocol.no_answer",), ("link.noise",))
    assert passed(GUIDE, "power.dead", look, (), ("protocol.no_answer", "port.missing"))
