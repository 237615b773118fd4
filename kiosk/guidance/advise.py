"""What guidance advises in a situation: stop, ask, try, or get an expert; pure, and all that the journey asks.

Hard stops come first, then the one glance, then the planner. Findings' ids are all it knows of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from kiosk.guidance.belief import Model, posterior
from kiosk.guidance.belief import Question as Asked
from kiosk.guidance.belief import Remedy as Cure
from kiosk.guidance.model import CANNOT_SEE, Guide, Question, Remedy, Stop, Symptom
from kiosk.guidance.planner import Outlook, next_step, outlook
from kiosk.guidance.procedure import Procedure, Run
from kiosk.guidance.stops import Stops, held_back, stop_among
from kiosk.model.case import Likely
from kiosk.model.finding import Chain, Finding, FindingKind, Hop, HopState
from kiosk.model.screen import Option
from kiosk.model.terminal import Kind

EXPERT_MINUTES = 25.0
"""What getting an expert costs a store: waiting, and telling. Judgement."""

OTHERWISE = 0.05
"""The chance of a finding whose cause is another. Judgement."""

HOPS = list(Hop)


class Situation(Struct, frozen=True):
    """Everything known about one trouble. `absent`: findings whose check ran to its end without them.

    `failed`: remedies tried in vain. `barred`: remedies or questions that were refused or cannot be done.
    """

    symptom: str
    kind: Kind = Kind.TERMINAL
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    answers: dict[str, str] = {}
    failed: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()


class Way(StrEnum):
    HALT = "halt"
    QUESTION = "question"
    REMEDY = "remedy"
    ESCALATE = "escalate"


class Advice(Struct, frozen=True):
    """What to do now; `id` is that of the finding, question or remedy, and the matching field holds it.

    `minutes` and `steps_about`: what the rest takes if it goes as expected, as far as staff are asked. `holds`:
    findings that keep harmful remedies back.
    """

    kind: Way
    id: str = ""
    stop: Stop | None = None
    question: Question | None = None
    options: tuple[Option, ...] = ()
    remedy: Remedy | None = None
    procedure: Procedure | None = None
    minutes: float = 0.0
    steps_about: int = 0
    likely: tuple[Likely, ...] = ()
    holds: tuple[str, ...] = ()


def symptom_for(guide: Guide, findings: Iterable[Finding], chain: Chain, kind: Kind) -> str | None:
    """The symptom that findings open: a stop first, then the earliest broken hop, then what few causes explain.

    None: staff choose.
    """
    broken = next((link.hop for link in chain if link.state is HopState.BROKEN), None)
    ranked = sorted(findings, key=lambda finding: _rank(guide, finding, broken))
    fitting = [s for s in guide.symptoms.values() if s.suits(kind)]
    fitting.sort(key=lambda symptom: kind.value not in symptom.priors)  # written for this kind before written for any
    return next((s.id for finding in ranked for s in fitting if finding.id in s.opened_by), None)


def _rank(guide: Guide, finding: Finding, broken: Hop | None) -> tuple[bool, bool, int, int, int, str]:
    """A finding that few causes explain says more than one that many do."""
    kind = guide.findings.get(finding.id)
    hop = kind.hop if kind else None
    stops = bool(kind and kind.halt)
    place = HOPS.index(hop) if hop else len(HOPS)
    explain = sum(finding.id in cause.evidence for cause in guide.causes.values())
    return (not stops, broken is not None and hop is not broken, place, explain, -finding.severity.rank, finding.id)


def advise(guide: Guide, situation: Situation, kinds: Mapping[str, FindingKind] | None = None) -> Advice:
    """The next thing to do. Raises `KeyError` if the symptom is not in the guide."""
    symptom = guide.symptoms[situation.symptom]
    present = facts(guide, situation)
    stops = stop_among(present, guide.findings if kinds is None else kinds)
    if stops.halt:
        return Advice(Way.HALT, stops.halt, stop=guide.stops.get(stops.halt))
    model = model_of(guide, symptom, situation.kind, present)
    observed = _observed(situation, present)
    likely = _likely(model, observed, situation)
    glance = guide.questions.get(symptom.glance)
    if glance is not None and _open(glance, situation, present):
        out = held_back(stops, guide.remedies.values()) | frozenset(situation.barred)
        return _ask(glance, stops, likely, outlook(model, observed, situation.failed, out))
    return _plan(guide, situation, model, observed, stops, likely)


def facts(guide: Guide, situation: Situation) -> tuple[str, ...]:
    """Findings of the machine, of the symptom staff chose, and of their answers."""
    reported = guide.symptoms[situation.symptom].reports
    said = [
        choice.finding
        for question, option in situation.answers.items()
        if question in guide.questions and (choice := guide.questions[question].options.get(option)) and choice.finding
    ]
    return (*situation.present, *filter(None, [reported]), *said)


def passed(guide: Guide, symptom: str, run: Run, present: Iterable[str], absent: Iterable[str]) -> bool:
    """Whether a check after a step passed: nothing that tells of the symptom is left, and a check that looked says so.

    Silence is no pass: at least one of those findings must be absent for sure.
    """
    gone = frozenset(run.gone or guide.symptoms[symptom].told_by)
    return not gone.intersection(present) and bool(gone.intersection(absent))


def model_of(guide: Guide, symptom: Symptom, kind: Kind, present: Iterable[str] = ()) -> Model:
    """The numbers of one symptom for one kind of device.

    A cause shows itself in one way or another: for one that `present` findings speak of, the absence of the others
    says nothing.
    """
    priors = symptom.priors_of(kind)
    shown = {cause for cause in priors if not guide.causes[cause].evidence.keys().isdisjoint(present)}
    index = {cause: i for i, cause in enumerate(priors)}
    remedies = [
        Cure(r.id, r.minutes, tuple((index[c], p) for c, p in r.cures.items() if c in index))
        for r in guide.remedies.values()
        if any(c in index for c in r.cures)
    ]
    likelihood: dict[tuple[str, bool], tuple[float, ...]] = {}
    for finding in dict.fromkeys(f for cause in priors for f in guide.causes[cause].evidence):
        vector = tuple(guide.causes[cause].evidence.get(finding, OTHERWISE) for cause in priors)
        likelihood[finding, True] = vector
        likelihood[finding, False] = tuple(1.0 if c in shown else 1.0 - p for c, p in zip(priors, vector, strict=True))
    questions = []
    for question in (guide.questions[id] for id in _questions(symptom)):
        rows = {f"{question.id}={o}": tuple(question.chance(c, o) for c in priors) for o in question.options}
        likelihood |= {(key, True): row for key, row in rows.items()}
        questions.append(Asked(question.id, question.minutes, tuple(rows.items())))
    return Model(priors, remedies, questions, likelihood, EXPERT_MINUTES)


def _questions(symptom: Symptom) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, [symptom.glance, *symptom.questions])))


def _observed(situation: Situation, present: tuple[str, ...]) -> dict[str, bool]:
    """In one order, however it came to be known: rounding must not choose between two equal remedies."""
    answers = {f"{q}={option}": True for q, option in situation.answers.items() if option != CANNOT_SEE}
    seen = dict.fromkeys(situation.absent, False) | dict.fromkeys(present, True) | answers
    return dict(sorted(seen.items()))


def _open(question: Question, situation: Situation, present: tuple[str, ...]) -> bool:
    """Not asked yet, not refused, and no fact of the machine answers it."""
    asked = question.id in situation.answers or question.id in situation.barred
    return not asked and situation.kind not in question.not_for and not set(question.answered_by).intersection(present)


def _plan(
    guide: Guide,
    situation: Situation,
    model: Model,
    observed: dict[str, bool],
    stops: Stops,
    likely: tuple[Likely, ...],
) -> Advice:
    present = tuple(id for id, seen in observed.items() if seen)
    closed = {q.id for q in guide.questions.values() if not _open(q, situation, present)}
    out = held_back(stops, guide.remedies.values()) | _unsafe(guide, situation)
    barred = frozenset(situation.barred) | out | closed
    step = next_step(model, observed, situation.failed, barred)
    if step.kind == "escalate":
        return Advice(Way.ESCALATE, likely=likely, holds=stops.holds)
    ahead = outlook(model, observed, situation.failed, barred)
    if step.kind == "question":
        return _ask(guide.questions[step.id], stops, likely, ahead)
    remedy = guide.remedies[step.id]
    needed = next((q for q in _needs(guide, situation, remedy) if q not in situation.answers), None)
    if needed is not None:
        return _ask(guide.questions[needed], stops, likely, ahead)
    return Advice(
        Way.REMEDY,
        remedy.id,
        remedy=remedy,
        procedure=guide.procedures[remedy.procedure],
        minutes=ahead.minutes,
        steps_about=max(1, round(ahead.remedies)),
        likely=likely,
        holds=stops.holds,
    )


def _unsafe(guide: Guide, situation: Situation) -> frozenset[str]:
    """Remedies whose question nobody could answer: not knowing is not a yes."""
    blind = {q for q, option in situation.answers.items() if option == CANNOT_SEE} | set(situation.barred)
    return frozenset(
        remedy.id for remedy in guide.remedies.values() if blind.intersection(_needs(guide, situation, remedy))
    )


def _needs(guide: Guide, situation: Situation, remedy: Remedy) -> tuple[str, ...]:
    return tuple(id for id in remedy.needs if situation.kind not in guide.questions[id].not_for)


def _ask(question: Question, stops: Stops, likely: tuple[Likely, ...], ahead: Outlook) -> Advice:
    options = [Option(id, question.words(id), choice.picture) for id, choice in question.options.items()]
    options.append(Option(CANNOT_SEE, question.words(CANNOT_SEE)))
    return Advice(
        Way.QUESTION,
        question.id,
        question=question,
        options=tuple(options),
        minutes=question.minutes + ahead.minutes,
        steps_about=round(ahead.remedies),
        likely=likely,
        holds=stops.holds,
    )


def _likely(model: Model, observed: dict[str, bool], situation: Situation) -> tuple[Likely, ...]:
    belief = posterior(model, observed, situation.failed)
    return tuple(Likely(cause, p) for cause, p in sorted(belief.items(), key=lambda each: (-each[1], each[0])))
