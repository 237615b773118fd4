"""Our own content: complete in every language, uses every loud finding, keeps its ids, reads easily."""

import json
from pathlib import Path

import pytest

from kiosk import resources
from kiosk.guidance import procedure as walk
from kiosk.guidance.advise import Situation, Way, advise
from kiosk.guidance.content import pictured
from kiosk.guidance.load import read
from kiosk.guidance.model import CANNOT_SEE
from kiosk.guidance.style import missing, remarks
from kiosk.model.finding import Severity
from kiosk.model.terminal import Kind
from kiosk.model.text import Template

KINDS = resources.findings()
READING = read(Path(resources.root()) / "guidance", KINDS)
GUIDE = READING.guide
FACTS = Path(__file__).parents[2] / ".." / "shared" / "content" / "symptoms.json"
WRITTEN = resources.languages()


def texts(language: str, room: str) -> dict[str, Template]:
    return dict(resources.catalogue(language, room).templates)


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("id", sorted(KINDS))
def test_every_finding_has_its_words(language: str, id: str) -> None:
    known = texts(language, "findings")
    assert known.get(id), f"write {id} into resources/text/{language}/findings.json: a few words for a card"
    assert known.get(f"{id}.says"), f"write {id}.says into resources/text/{language}/findings.json: one sentence"
    says = known[f"{id}.says"]
    assert all(form.endswith((".", "?")) for form in (says.values() if isinstance(says, dict) else [says]))


@pytest.mark.parametrize("language", WRITTEN)
def test_no_words_for_findings_that_are_not_on_the_list(language: str) -> None:
    assert {id.removesuffix(".says") for id in texts(language, "findings")} == set(KINDS)


def test_every_finding_of_warning_or_more_is_used_by_guidance() -> None:
    loud = {id for id, kind in KINDS.items() if kind.severity.rank >= Severity.WARNING.rank}
    unused = sorted(loud - set(GUIDE.findings_used()))
    assert not unused, f"let a symptom of resources/guidance be opened_by {', '.join(unused)}"


def test_no_text_is_missing_in_any_language() -> None:
    assert not list(missing(GUIDE, {language: texts(language, "guidance") for language in WRITTEN}, READING.where))


def test_it_reads_easily() -> None:
    told = list(remarks(GUIDE, {language: texts(language, "guidance") for language in WRITTEN}, READING.where))
    assert not told, "\n".join(map(str, told))


def test_every_language_says_something_of_its_own() -> None:
    """A single word may be the same: pages, signal."""
    english = texts("en", "guidance")
    same = [
        f"{language}: {id}"
        for language in WRITTEN[1:]
        for id, words in texts(language, "guidance").items()
        if words == english.get(id) and " " in str(words)
    ]
    assert not same, f"translate: {same}"


def test_every_picture_named_is_there() -> None:
    folder = Path(resources.root()) / "images"
    there = {file.stem for file in folder.glob("*.svg")}
    if not there:
        pytest.skip("no pictures are drawn yet: resources/images holds no .svg")
    assert {picture for _, _, picture in pictured(GUIDE)} <= there


def test_ids_of_symptoms_are_kept() -> None:
    if not FACTS.exists():
        pytest.skip("the collected facts are not beside this checkout")
    known = {each["id"] for each in json.loads(FACTS.read_text("utf-8"))}
    assert set(GUIDE.symptoms) - known == {"terminal.fault"}
    assert known <= set(GUIDE.symptoms), "all that were collected are written"


def test_every_source_is_told_and_every_number_is_called_judgement() -> None:
    assert all(symptom.source for symptom in GUIDE.symptoms.values())
    assert all(remedy.judgement for remedy in GUIDE.remedies.values())


@pytest.mark.parametrize("id", sorted(GUIDE.symptoms))
@pytest.mark.parametrize("kind", [Kind.TERMINAL, Kind.PRINTER, Kind.CARD_READER, Kind.SMART_CARD_READER])
def test_every_symptom_opens_and_comes_to_an_end(id: str, kind: Kind) -> None:
    """What staff answer and try, nothing helping, leads to a person or to a stop page, and soon."""
    for turn in range(3):
        situation = Situation(id, kind)
        for _ in range(40):
            told = advise(GUIDE, situation)
            if told.kind is Way.QUESTION:
                options = [option.id for option in told.options if option.id != CANNOT_SEE]
                answers = situation.answers | {told.id: options[turn % len(options)]}
                situation = Situation(id, kind, answers=answers, failed=situation.failed)
            elif told.kind is Way.REMEDY:
                situation = Situation(id, kind, answers=situation.answers, failed=(*situation.failed, told.id))
            else:
                break
        assert told.kind in (Way.ESCALATE, Way.HALT)
        assert told.kind is Way.ESCALATE or told.stop is not None


def test_no_remedy_that_restarts_goes_unmarked() -> None:
    """Whatever shows the restart keys or cuts power or the line bars itself in a hold."""
    harmful = {"restart_keys", "printer_switch"}
    unmarked = [
        remedy.id
        for remedy in GUIDE.remedies.values()
        if not remedy.destructive
        and any(isinstance(s, walk.Do) and s.picture in harmful for s in GUIDE.procedure_of(remedy.id).steps.values())
    ]
    assert set(unmarked) <= {"printer.switch_on"}


def test_priors_and_reports_hold_what_must_be_held() -> None:
    holding = {
        "money.unknown": "payment.unknown",
        "net.many_down": "staff.many_down",
        "net.model_down": "staff.many_down",
    }
    for symptom, finding in holding.items():
        if symptom in GUIDE.symptoms:
            assert GUIDE.symptoms[symptom].reports == finding
            assert KINDS[finding].hold


OWN = [procedure for procedure in GUIDE.procedures.values() if procedure.own]


def test_the_procedures_of_their_own_are_there() -> None:
    wanted = {"inspection", "terminal.new", "terminal.replace", "door", "day_end.failed", "keep_selling"}
    assert wanted <= {procedure.id for procedure in OWN}
    assert all(procedure.source for procedure in OWN)
    assert walk.staff_steps(GUIDE.procedures["inspection"]) == 14, "PCI DSS 9.5.1: fourteen points"


@pytest.mark.parametrize("procedure", OWN, ids=lambda p: p.id)
def test_an_expert_is_within_reach_at_every_step_of_them(procedure: walk.Procedure) -> None:
    for name, step in procedure.steps.items():
        if isinstance(step, walk.Ask | walk.Do):
            given_up = walk.advance(procedure, walk.Progress(procedure.id, name), walk.CannotDo())
            assert given_up.outcome is walk.Outcome.ESCALATE


def test_every_picture_is_used_and_steps_have_theirs() -> None:
    """A drawing that nothing shows is a drawing that nobody keeps right."""
    shown = {picture for _, _, picture in pictured(GUIDE)}
    shown |= {article.picture for article in resources.articles(GUIDE).articles.values()}
    shown |= {"terminal", "reader", "printer"}  # Home draws these itself
    drawn = {file.stem for file in (resources.root() / "images").glob("*.svg")}
    assert not drawn - shown
    steps = [step for p in GUIDE.procedures.values() for step in p.steps.values()]
    steps = [step for step in steps if isinstance(step, walk.Ask | walk.Do)]
    assert len({step.picture for step in steps}) >= 40
    assert all(step.picture in drawn for step in steps)


NO_PLUG = ("power.plug", "power.wall", "power.supply", "battery.flat", "menu.open", "update.running")


@pytest.mark.parametrize("kind", ["card_reader", "smart_card_reader"])
@pytest.mark.parametrize("symptom", ["pos.no_answer", "power.dead", "pc.not_seen"])
def test_a_reader_on_usb_is_not_asked_for_its_power_plug(symptom: str, kind: str) -> None:
    priors = GUIDE.symptoms[symptom].priors[kind]
    assert not set(NO_PLUG) & set(priors)


def test_a_printer_has_no_battery() -> None:
    assert "battery.flat" not in GUIDE.symptoms["power.dead"].priors["printer"]
