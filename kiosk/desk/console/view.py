"""Makes out of a case's log what its page shows; pure, draws nothing and asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatchmethod

from msgspec import Struct

from kiosk.desk.console import visits, words
from kiosk.desk.head import Head, Placed
from kiosk.model import case as c
from kiosk.model.text import Catalogue, Text
from kiosk.model.visit import Arrived

NO_ANSWER_AFTER = 600.0


class Line(Struct, frozen=True):
    """One entry of the chat. `look`: store, expert, note, system, ask, good, bad."""

    look: str
    at: str
    who: str
    words: str
    seq: int = 0
    mark: str = ""
    request: str = ""  # id of a request that can still be withdrawn


class Entry(Struct, frozen=True):
    """One entry of the timeline."""

    at: str
    what: str
    detail: str = ""
    look: str = ""


class View(Struct, frozen=True):
    """A case as its page shows it."""

    head: Head
    chat: list[Line]
    timeline: list[Entry]
    steps: list[Entry]
    evidence: c.Evidence | None
    previous: c.Evidence | None
    symptom: str
    bundle: c.BundleSent | None
    verified: bool
    unread: int  # highest seq of the store that no expert has read
    causes: list[tuple[str, str, str]]  # id, words, likelihood


def view(head: Head, log: Sequence[Placed], catalogue: Catalogue, me: str, now: float) -> View:
    """Walks the log once."""
    reader = _Reader(head, log, catalogue, me, now)
    take = _Reader.__dict__[
        "take"
    ].dispatcher.dispatch  # binding the method anew for each event costs more than it does
    for placed in log:
        take(type(placed.event.body))(reader, placed.event.body, placed)
    likely = reader.evidence.likely if reader.evidence else ()
    causes = [(x.cause, words.id_words(catalogue, "cause", x.cause), words.likelihood(x.probability)) for x in likely]
    return View(
        head=head,
        chat=reader.chat,
        timeline=reader.timeline,
        steps=reader.steps,
        evidence=reader.evidence,
        previous=reader.previous,
        symptom=reader.symptom,
        bundle=reader.bundle,
        verified=reader.verified,
        unread=head.card.from_store if head.card.from_store > reader.read_by_experts else 0,
        causes=causes,
    )


class _Reader:
    """Collects while it walks; one method a kind."""

    def __init__(self, head: Head, log: Sequence[Placed], catalogue: Catalogue, me: str, now: float) -> None:
        self._head, self._catalogue, self._me, self._now = head, catalogue, me, now
        self._fates = {rid: (at, body) for rid, at, body in _fates(log)}
        self.chat: list[Line] = []
        self.timeline: list[Entry] = []
        self.steps: list[Entry] = []
        self.evidence: c.Evidence | None = None
        self.previous: c.Evidence | None = None
        self.symptom = ""
        self.bundle: c.BundleSent | None = None
        self.verified = False
        self.read_by_experts = 0

    def _at(self, placed: Placed) -> str:
        return words.local_time(placed.stored, self._head.card.time_zone)

    def _say(self, placed: Placed, look: str, said: str, mark: str = "", request: str = "") -> None:
        who = self._who(placed)
        self.chat.append(Line(look, self._at(placed), who, said, placed.seq, mark, request))

    def _who(self, placed: Placed) -> str:
        author = placed.event.author
        if author.side is c.Side.STORE:
            return "Store"
        name = "You" if author.id == self._me else author.name or author.id
        return f"{name} (handed back)" if placed.event.restored else name

    def _log(self, placed: Placed, what: str, detail: str = "", look: str = "") -> None:
        self.timeline.append(Entry(self._at(placed), what, detail, look))

    def _finding(self, evidence: c.Evidence) -> str:
        data = next((f.data for f in evidence.findings if f.id == evidence.verdict), {})
        return words.finding_words(self._catalogue, evidence.verdict, data, says=False)

    @singledispatchmethod
    def take(self, body: object, placed: Placed) -> None:
        if isinstance(body, c.Unknown):
            raw = body.raw.decode("utf-8", "replace")[:2000]
            self._log(placed, f"{body.kind} (a kind this desk does not know)", raw)

    @take.register
    def _(self, body: c.Opened, placed: Placed) -> None:
        self._log(placed, "Case opened", f"{body.till}, kiosk {body.kiosk_version or 'of unknown version'}")

    @take.register
    def _(self, body: c.Symptom, placed: Placed) -> None:
        self.symptom = body.words or words.id_words(self._catalogue, "symptom", body.id)
        self._log(placed, "Staff said", self.symptom)

    @take.register
    def _(self, body: c.Evidence, placed: Placed) -> None:
        self.previous, self.evidence = self.evidence, body
        self._log(placed, "Checked", self._finding(body), "ok" if body.verdict == "ok" else "broken")

    @take.register
    def _(self, body: c.Step, placed: Placed) -> None:
        if body.state in (c.StepState.OFFERED, c.StepState.TAKEN):
            return
        answered = body.state is c.StepState.ANSWERED
        said = words.id_words(self._catalogue, "question" if answered else "remedy", body.id)
        took = f", {words.length(body.seconds)}" if body.seconds else ""
        answer = words.id_words(self._catalogue, "question", f"{body.id}.{body.answer}") if answered else ""
        came = {"cured": "cured", "no_change": "no change", "cannot": "could not be done", "answered": answer}
        look = "ok" if body.state is c.StepState.CURED else ""
        self.steps.append(Entry(self._at(placed), said, f"{came[body.state.value]}{took}", look))
        self._log(placed, said, f"{came[body.state.value]}{took}", look)

    @take.register
    def _(self, body: c.BundleSent, placed: Placed) -> None:
        self.bundle = body
        detail = f"{max(1, body.size // 1024)} KB" + (", complete" if body.complete else ", on its way")
        self._log(placed, "Bundle", detail)

    @take.register
    def _(self, body: c.Message, placed: Placed) -> None:
        said = body.words or self._catalogue(Text(body.phrase, dict(body.args)))
        store = placed.event.author.side is c.Side.STORE
        seen = self._head.card.read_by_store >= placed.seq
        self._say(placed, "store" if store else "expert", said, "" if store else "read" if seen else "sent")

    @take.register
    def _(self, body: c.Read, placed: Placed) -> None:
        if placed.event.author.side is not c.Side.STORE:
            self.read_by_experts = max(self.read_by_experts, body.seq)

    @take.register
    def _(self, body: c.Request, placed: Placed) -> None:
        wish = {"check": "check again", "procedure": "guide through", "collect": "collect again", "show": "show"}
        named = {"check": self._head.card.till, "procedure": words.id_words(self._catalogue, "remedy", body.target)}
        target = named.get(body.wish, body.target)
        fate, open_still = self._fate(placed)
        asked = f"Asked: {', '.join(filter(None, (wish[body.wish], target)))} · {fate}"
        self._say(placed, "ask", asked, request=placed.event.id if open_still else "")

    def _fate(self, placed: Placed) -> tuple[str, bool]:
        at, answer = self._fates.get(placed.event.id, (0.0, None))
        if isinstance(answer, c.Consent):
            by = f" by {answer.by}" if answer.by else ""
            then = words.local_time(at, self._head.card.time_zone)
            return (f"allowed{by} {then}" if answer.given else f"not allowed{by} {then}"), False
        if isinstance(answer, c.Withdrawn):
            return "withdrawn", False
        if self._now - placed.stored > NO_ANSWER_AFTER:
            return "no answer", True
        return "waiting for the store", True

    @take.register
    def _(self, body: c.Result, placed: Placed) -> None:
        if body.evidence is not None:
            self.previous, self.evidence = self.evidence, body.evidence
            self.verified = body.evidence.verdict == "ok"
        good = body.ok and (body.evidence is None or self.verified)
        said = self._finding(body.evidence) if body.evidence else body.words or ("done" if body.ok else "did not work")
        said = "Stopped by the store" if body.stopped else f"Result: {said}"
        self._say(placed, "good" if good and not body.stopped else "bad", said)
        self._log(placed, "Checked again", said, "ok" if good else "broken")

    @take.register
    def _(self, body: c.Assigned, placed: Placed) -> None:
        named = f" The two words: {body.words}." if body.words else ""
        self._say(placed, "system", f"{body.name} took the case.{named}")

    @take.register
    def _(self, body: c.Tier, placed: Placed) -> None:
        self._say(placed, "note", f"Handed to tier {body.tier}: {body.note}")

    @take.register
    def _(self, body: c.Note, placed: Placed) -> None:
        self._say(placed, "note", body.words)

    @take.register
    def _(self, body: c.Ended, placed: Placed) -> None:
        self._say(placed, "system", "The store ended the session. The case stays open.")

    @take.register
    def _(self, body: c.Release, placed: Placed) -> None:
        self._say(placed, "system", f"The security line released the stop page (challenge {body.challenge}).")

    @take.register
    def _(self, body: c.Resolved, placed: Placed) -> None:
        cause = words.id_words(self._catalogue, "cause", body.cause)
        remedy = words.id_words(self._catalogue, "remedy", body.remedy)
        by = "verified by the machine" if body.verified == "machine" else f"as {body.verified or 'somebody'} says"
        self._say(placed, "good", f"Resolved: {cause}; cured by {remedy}; {by}.")

    @take.register
    def _(self, body: c.Reopened, placed: Placed) -> None:
        self._say(placed, "system", f"Opened again. {body.why}")

    @take.register
    def _(self, body: c.Rating, placed: Placed) -> None:
        marks = [("help", body.csat, 5), ("ease", body.ces, 7), ("would recommend", body.nps, 10)]
        said = ", ".join(f"{name} {given} of {of}" for name, given, of in marks if given is not None)
        self._say(placed, "system", f"The store rated: {said or 'no marks'}. {body.words}")

    @take.register
    def _(self, body: visits.Beside, placed: Placed) -> None:
        said = visits.said(body, self._head.card.time_zone)
        wrong = isinstance(body, Arrived) and body.code_word is False
        self._say(placed, "bad" if wrong else "system", said)
        self._log(placed, said)


def _fates(log: Sequence[Placed]) -> list[tuple[str, float, object]]:
    kinds = (c.Consent, c.Withdrawn)
    return [(p.event.body.request, p.stored, p.event.body) for p in log if isinstance(p.event.body, kinds)]
