"""What is wrong with the content of guidance: faults that refuse to load; looks at values, reads no files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import isclose

from msgspec import Struct

from kiosk.guidance import procedure as walk
from kiosk.guidance.model import Guide, Question, Remedy, Symptom
from kiosk.guidance.procedure import CHECKS, Act, Ask, Do, End, Outcome, Procedure, Run
from kiosk.model.finding import Severity

MOST_STEPS = 6
MOST_MINUTES = 7.0

Where = tuple[str, int]
Locate = Callable[..., Where]
Wrong = tuple[str, str, str, str]
"""Table, id, the word to look for, what is wrong."""


class Fault(Struct, frozen=True):
    """Something wrong in a file; `line` is 0 where it cannot be told."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.words}."


def faults(guide: Guide, pictures: frozenset[str] | None, where: Locate) -> Iterator[Fault]:
    """Every fault, in the order of symptoms, causes, questions, remedies, procedures, stops."""
    for table, id, word, words in _wrongs(guide, pictures):
        file, line = where(table, id, word)
        yield Fault(file, line, f"{table} {id}: {words}")


def _wrongs(guide: Guide, pictures: frozenset[str] | None) -> Iterator[Wrong]:
    for symptom in guide.symptoms.values():
        yield from _of_symptom(guide, symptom)
    for cause in guide.causes.values():
        yield from _unknown("cause", cause.id, "finding", cause.evidence, guide.findings)
        yield from _chances("cause", cause.id, cause.evidence)
        if not any(cause.id in priors for s in guide.symptoms.values() for priors in s.priors.values()):
            yield "cause", cause.id, "", "no symptom has it"
    for question in guide.questions.values():
        yield from _of_question(guide, question)
    for remedy in guide.remedies.values():
        yield from _of_remedy(guide, remedy)
    for procedure in guide.procedures.values():
        yield from _of_procedure(guide, procedure)
    yield from _of_stops(guide)
    yield from _of_topics(guide)
    if pictures is not None:
        yield from ((t, id, p, f"there is no picture {p!r}") for t, id, p in pictured(guide) if p not in pictures)


def _of_topics(guide: Guide) -> Iterator[Wrong]:
    """Staff come to a symptom by one topic; without any topic all symptoms are shown at once."""
    held = [symptom for topic in guide.topics.values() for symptom in topic.symptoms]
    for topic in guide.topics.values():
        yield from _unknown("topic", topic.id, "symptom", topic.symptoms, guide.symptoms)
        yield from (("topic", topic.id, s, f"{s} stands in two topics") for s in topic.symptoms if held.count(s) > 1)
    for id in guide.symptoms if guide.topics else ():
        if id not in held:
            yield "symptom", id, "", "no topic has it: write it into topics.toml"


def _of_symptom(guide: Guide, symptom: Symptom) -> Iterator[Wrong]:
    at = ("symptom", symptom.id)
    for kind, priors in symptom.priors.items():
        yield from _unknown(*at, "cause", priors, guide.causes)
        if not isclose(sum(priors.values()), 1.0, abs_tol=1e-6):
            yield *at, kind, f"priors of {kind} sum to {sum(priors.values()):g}, not 1"
    if not symptom.priors:
        yield *at, "", "it has no priors"
    if not symptom.says.get("en"):
        yield *at, "", "it lacks the words that staff say, in English"
    yield from _unknown(*at, "finding", [*symptom.opened_by, *filter(None, [symptom.reports])], guide.findings)
    yield from _unknown(*at, "question", [*symptom.questions, *filter(None, [symptom.glance])], guide.questions)


def _of_question(guide: Guide, question: Question) -> Iterator[Wrong]:
    at = ("question", question.id)
    yield from _unknown(*at, "cause", question.given, guide.causes)
    yield from _unknown(*at, "finding", question.answered_by, guide.findings)
    yield from _unknown(*at, "finding", [c.finding for c in question.options.values() if c.finding], guide.findings)
    for name, row in [*question.given.items(), ("otherwise", question.otherwise)]:
        if row or name != "otherwise":
            yield from _unknown(*at, "option", row, question.options)
            if not isclose(sum(row.values()), 1.0, abs_tol=1e-6):
                yield *at, name, f"chances of {name} sum to {sum(row.values()):g}, not 1"
    if question.minutes <= 0:
        yield *at, "minutes", "it must take some minutes"


def _of_remedy(guide: Guide, remedy: Remedy) -> Iterator[Wrong]:
    at = ("remedy", remedy.id)
    yield from _unknown(*at, "cause", remedy.cures, guide.causes)
    yield from _chances(*at, remedy.cures)
    yield from _unknown(*at, "procedure", [remedy.procedure], guide.procedures)
    yield from _unknown(*at, "question", remedy.needs, guide.questions)
    if not 0 < remedy.minutes <= MOST_MINUTES:
        yield *at, "minutes", f"it takes {remedy.minutes:g} minutes; more than nought and at most {MOST_MINUTES:g}"
    procedure = guide.procedures.get(remedy.procedure)
    if procedure is not None and (steps := walk.staff_steps(procedure)) > MOST_STEPS:
        yield *at, "", f"it has {steps} steps for staff, more than {MOST_STEPS}"


def _of_procedure(guide: Guide, procedure: Procedure) -> Iterator[Wrong]:
    for name, words in walk.faults(procedure):
        yield "procedure", procedure.id, name, f"step {name}: {words}"
    for name, step in procedure.steps.items():
        for words in _of_step(guide, step):
            yield "procedure", procedure.id, name, f"step {name}: {words}"
    if not procedure.own and not any(remedy.procedure == procedure.id for remedy in guide.remedies.values()):
        yield "procedure", procedure.id, "", "no remedy uses it"
    if procedure.own and not {Outcome.STOP, Outcome.ESCALATE}.intersection(walk.outcomes(procedure)):
        yield "procedure", procedure.id, "", "it is of its own and never gets an expert"


def _of_step(guide: Guide, step: walk.Step) -> Iterator[str]:
    match step:
        case Run(check=check, gone=gone):
            if check not in CHECKS:
                yield f"there is no check {check!r}"
            yield from (f"there is no finding {id!r}" for id in gone if id not in guide.findings)
        case Act(repair=repair):
            yield f"the kiosk has no repair {repair!r}"
        case Ask() | Do():
            if not step.picture:
                yield "it has no picture"
        case End(outcome=outcome, finding=finding):
            if outcome is Outcome.CANNOT:
                yield "only a person ends with 'cannot'"
            if finding and finding not in guide.findings:
                yield f"there is no finding {finding!r}"


def _of_stops(guide: Guide) -> Iterator[Wrong]:
    for finding, stop in guide.stops.items():
        yield from _unknown("stop", finding, "finding", [finding], guide.findings)
        if not stop.todo or not stop.never:
            yield "stop", finding, "", "it must say what to do and what never to do"
    for finding, kind in guide.findings.items():
        if (kind.halt or kind.severity is Severity.HALT) and finding not in guide.stops:
            yield "stop", finding, "", "this finding stops all help and has no stop page"


def pictured(guide: Guide) -> Iterator[tuple[str, str, str]]:
    """(table, id, picture) of every picture that content names."""
    for symptom in guide.symptoms.values():
        yield "symptom", symptom.id, symptom.picture
    yield from (("topic", topic.id, topic.picture) for topic in guide.topics.values())
    for question in guide.questions.values():
        if question.picture:
            yield "question", question.id, question.picture
        yield from (("question", question.id, c.picture) for c in question.options.values() if c.picture)
    for procedure in guide.procedures.values():
        for step in procedure.steps.values():
            if isinstance(step, Ask | Do):
                yield "procedure", procedure.id, step.picture


def _unknown(table: str, id: str, what: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Wrong]:
    known = frozenset(known)
    yield from ((table, id, name, f"there is no {what} {name!r}") for name in names if name not in known)


def _chances(table: str, id: str, chances: dict[str, float]) -> Iterator[Wrong]:
    yield from ((table, id, name, f"{p:g} is no chance") for name, p in chances.items() if not 0 <= p <= 1)
