"""What guidance knows: symptoms, causes, questions, remedies, procedures and stop pages; values only."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from kiosk.guidance.procedure import Procedure
from kiosk.model.bounds import Id, Short, Words
from kiosk.model.finding import FindingKind
from kiosk.model.terminal import Kind, Level
from kiosk.model.text import Text

CANNOT_SEE = "cannot_see"
"""The answer that every question has: it teaches nothing, and the question is not asked again."""


class Responsible(StrEnum):
    """Who can cure a cause."""

    STAFF = "staff"
    IT = "it"
    PROVIDER = "provider"
    SECURITY = "security"


class Symptom(Struct, frozen=True):
    """What staff see. `priors` are by kind of device (`any` for all others) and by cause; each table sums to 1.

    `opened_by`: findings that lead here. `reports`: the finding that choosing this symptom amounts to. `gone`:
    findings that must be gone for sure once it is cured (without them: those of `opened_by`; none: staff say).
    `lacks`: kinds of device that have not what it is about, so that nobody at such a till is offered it.
    `glance`: the question that comes first when no machine fact answers it. `says`: staff's own words by language,
    for search.
    """

    id: Id
    priors: dict[str, dict[str, float]]
    source: Words
    picture: Short = ""
    opened_by: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    reports: Short = ""
    glance: Short = ""
    questions: tuple[str, ...] = ()
    says: dict[str, tuple[str, ...]] = {}
    family: Short = ""
    lacks: tuple[Kind, ...] = ()

    @property
    def title(self) -> Text:
        return Text(f"symptom.{self.id}")

    @property
    def told_by(self) -> tuple[str, ...]:
        """The findings by which a check tells whether it is cured."""
        return self.gone or self.opened_by

    def suits(self, kind: Kind) -> bool:
        return kind.value in self.priors or "any" in self.priors

    def is_offered_at(self, kind: Kind) -> bool:
        """Whether staff may choose it there; what a finding opens needs only to suit."""
        return self.suits(kind) and kind not in self.lacks

    def priors_of(self, kind: Kind) -> dict[str, float]:
        """Those of the kind, else of any, else of the first kind there is."""
        return self.priors.get(kind.value) or self.priors.get("any") or next(iter(self.priors.values()))


class Cause(Struct, frozen=True):
    """What may be broken; `evidence` is how likely each finding is if this is the cause."""

    id: Id
    responsible: Responsible
    evidence: dict[str, float] = {}

    @property
    def title(self) -> Text:
        return Text(f"cause.{self.id}")


class Choice(Struct, frozen=True):
    """One answer to a question; `finding`: the answer is itself a finding, such as liquid seen."""

    picture: Short = ""
    finding: Short = ""


class Question(Struct, frozen=True):
    """A thing a person can see. `given` is, by cause, the chance of each option; `otherwise` for causes not named.

    `answered_by`: findings after which it need not be asked. `not_for`: devices that have no such thing to look at.
    """

    id: Id
    minutes: float
    options: dict[str, Choice]
    otherwise: dict[str, float] = {}
    given: dict[str, dict[str, float]] = {}
    answered_by: tuple[str, ...] = ()
    not_for: tuple[Kind, ...] = ()
    picture: Short = ""
    hint: bool = False

    @property
    def title(self) -> Text:
        return Text(f"question.{self.id}")

    def words(self, option: str) -> Text:
        return Text("question.cannot_see") if option == CANNOT_SEE else Text(f"question.{self.id}.{option}")

    def chance(self, cause: str, option: str) -> float:
        return self.given.get(cause, self.otherwise).get(option, 0.0)


class Remedy(Struct, frozen=True):
    """What may cure. `destructive`: it restarts, resets, cuts power or repeats. `needs`: questions answered before.

    `minutes` are those of staff; `judgement` says that its numbers are not yet learned from outcomes.
    """

    id: Id
    minutes: float
    cures: dict[str, float]
    procedure: Id
    destructive: bool = False
    needs: tuple[str, ...] = ()
    level: Level = Level.INTERNAL
    judgement: bool = True

    @property
    def title(self) -> Text:
        return Text(f"remedy.{self.id}")


class Stop(Struct, frozen=True):
    """The page of a hard stop: `todo` and `never` name shared sentences, `call` whom to call."""

    finding: Id
    todo: tuple[str, ...]
    never: tuple[str, ...]
    call: Id

    @property
    def title(self) -> Text:
        return Text(f"stop.{self.finding}")

    @property
    def todo_texts(self) -> tuple[Text, ...]:
        return tuple(Text(f"todo.{id}") for id in self.todo)

    @property
    def never_texts(self) -> tuple[Text, ...]:
        return tuple(Text(f"never.{id}") for id in self.never)

    @property
    def call_text(self) -> Text:
        return Text(f"call.{self.call}")


class Topic(Struct, frozen=True):
    """A picture that staff choose first, and the symptoms behind it, the most usual first."""

    id: Id
    symptoms: tuple[str, ...]
    picture: Short = ""

    @property
    def title(self) -> Text:
        return Text(f"topic.{self.id}")


class Guide(Struct, frozen=True):
    """All of it by id, and the findings it was written against."""

    symptoms: dict[str, Symptom] = {}
    causes: dict[str, Cause] = {}
    questions: dict[str, Question] = {}
    remedies: dict[str, Remedy] = {}
    procedures: dict[str, Procedure] = {}
    stops: dict[str, Stop] = {}
    topics: dict[str, Topic] = {}
    findings: dict[str, FindingKind] = {}

    def procedure_of(self, remedy: str) -> Procedure:
        return self.procedures[self.remedies[remedy].procedure]

    def findings_used(self) -> Iterator[str]:
        """Finding ids that lead somewhere, weigh somewhere, or stop."""
        for symptom in self.symptoms.values():
            yield from (*symptom.opened_by, *filter(None, [symptom.reports]))
        for cause in self.causes.values():
            yield from cause.evidence
        for question in self.questions.values():
            yield from question.answered_by
            yield from (choice.finding for choice in question.options.values() if choice.finding)
        yield from self.stops
