"""How guidance reads: missing texts, long sentences, two actions in a step, reading grade; never refuses to load.

Grades are school years: Flesch-Kincaid (Kincaid et al. 1975) for English, first Wiener Sachtextformel (Bamberger and
Vanecek 1984) for German, both over all sentences of a procedure, for one short sentence has no grade worth its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kiosk.guidance.content import Fault, Locate
from kiosk.guidance.model import CANNOT_SEE, Guide
from kiosk.guidance.procedure import Ask, Do, Procedure
from kiosk.model.text import Template

MOST_WORDS = 12
GRADES = {"en": 5.0, "de": 5.0}
Texts = Mapping[str, Template]

_SENTENCE = re.compile(r"[.!?:]+(?:\s+|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = {"en": re.compile(r"[aeiouy]+"), "de": re.compile(r"ei|ai|au|eu|äu|ie|aa|ee|oo|[aeiouyäöü]")}
_NEVER = {
    "en": re.compile(
        r"\b(?:firewall|antivirus|admin\b|apn\b|sim card|screwdriver|knife|card number|delete|clear|ask the app)",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\b(?:firewall|virenschutz|admin\b|apn\b|sim-karte|schraubend|messer|kartennummer|lösch|fragen sie die app)",
        re.IGNORECASE,
    ),
}
"""What no step may tell staff to do: it opens, changes, wipes, notes card data, or asks what the kiosk cannot know."""
_NOT = re.compile(r"\b(?:no|not|never|kein|keine|nicht|nie)\b", re.IGNORECASE)
_SECOND = {"en": re.compile(r"\b(?:and|then)\b"), "de": re.compile(r"\b(?:und|dann|danach)\b")}


def texts_needed(guide: Guide) -> Iterator[tuple[str, str, str]]:
    """(table, id, text id) of every text that guidance shows."""
    yield "question", "", f"question.{CANNOT_SEE}"
    yield from (("symptom", s.id, s.title.id) for s in guide.symptoms.values())
    yield from (("cause", c.id, c.title.id) for c in guide.causes.values())
    yield from (("remedy", r.id, r.title.id) for r in guide.remedies.values())
    yield from (("topic", t.id, t.title.id) for t in guide.topics.values())
    for question in guide.questions.values():
        hint = [f"{question.title.id}.hint"] if question.hint else []
        shown = [question.title.id, *hint, *(question.words(option).id for option in question.options)]
        yield from (("question", question.id, text) for text in shown)
    for procedure in guide.procedures.values():
        yield from (("procedure", procedure.id, text) for text in _texts_of(procedure))
    for stop in guide.stops.values():
        shown = [text.id for text in (stop.title, *stop.todo_texts, *stop.never_texts, stop.call_text)]
        yield from (("stop", stop.finding, text) for text in shown)


def missing(guide: Guide, texts: Mapping[str, Texts], where: Locate) -> Iterator[Fault]:
    """Texts that a language (by its code) lacks; also staff's own words, which search needs."""
    for language, known in texts.items():
        for table, id, text in texts_needed(guide):
            if not known.get(text):
                file, line = where(table, id)
                yield Fault(file, line, f"{text} has no text in {language}")
        for symptom in guide.symptoms.values():
            if not symptom.says.get(language):
                yield Fault(*where("symptom", symptom.id), f"symptom {symptom.id} lacks staff's words in {language}")


def remarks(guide: Guide, texts: Mapping[str, Texts], where: Locate) -> Iterator[Fault]:
    """Matters of style."""
    for language, known in texts.items():
        for table, id, text in dict.fromkeys(texts_needed(guide)):
            for sentence in sentences(_words_of(known, text)):
                if (count := len(words(sentence))) > MOST_WORDS:
                    file, line = where(table, id)
                    yield Fault(file, line, f"{text} ({language}) has a sentence of {count} words, over {MOST_WORDS}")
        for procedure in guide.procedures.values():
            file, line = where("procedure", procedure.id)
            yield from (Fault(file, line, remark) for remark in _of_procedure(procedure, language, known))


def _of_procedure(procedure: Procedure, language: str, known: Texts) -> Iterator[str]:
    for name, step in procedure.steps.items():
        said = _words_of(known, procedure.title(name).id)
        second = _SECOND.get(language)
        if isinstance(step, Do) and (len(sentences(said)) > 1 or (second and second.search(said.lower()))):
            yield f"{procedure.title(name).id} ({language}) may hold two actions: {said!r}"
        never = _NEVER.get(language)
        if isinstance(step, Do) and never and never.search(said) and not _NOT.search(said):
            yield f"{procedure.title(name).id} ({language}) may tell staff what they must never do: {said!r}"
    said = " ".join(_words_of(known, text) for text in _texts_of(procedure))
    if language in GRADES and (g := grade(said, language)) > GRADES[language]:
        yield f"procedure {procedure.id} ({language}) reads at grade {g:.1f}, over {GRADES[language]:g}"


def _texts_of(procedure: Procedure) -> tuple[str, ...]:
    texts = [procedure.name.id] if procedure.own else []
    for name, step in procedure.steps.items():
        if isinstance(step, Ask | Do):
            hint = procedure.hint(name)
            texts += [procedure.title(name).id, *([hint.id] if hint else [])]
        if isinstance(step, Ask):
            texts += [procedure.option(name, option).id for option in step.options]
    return tuple(texts)


def _words_of(known: Texts, text: str) -> str:
    template = known.get(text, "")
    return template if isinstance(template, str) else template.get("other", "")


def sentences(said: str) -> list[str]:
    return [part for part in _SENTENCE.split(said) if part.strip()]


def words(said: str) -> list[str]:
    return _WORD.findall(said)


def grade(said: str, language: str) -> float:
    """The school year that can read it; 0 for no words."""
    each = words(said)
    if not each:
        return 0.0
    length = len(each) / max(1, len(sentences(said)))
    counts = [syllables(word, language) for word in each]
    if language != "de":
        return 0.39 * length + 11.8 * sum(counts) / len(each) - 15.59
    long = _share(len(word) > 6 for word in each)
    return (
        0.1935 * _share(n > 2 for n in counts)
        + 0.1672 * length
        + 0.1297 * long
        - 0.0327 * _share(n == 1 for n in counts)
        - 0.875
    )


def syllables(word: str, language: str) -> int:
    """Counted by groups of vowels; in English a silent e at the end does not count."""
    word = word.lower()
    count = len(_VOWELS.get(language, _VOWELS["en"]).findall(word))
    if language != "de" and word.endswith("e") and not word.endswith(("le", "ee")):
        count -= 1
    return max(1, count)


def _share(flags: Iterable[bool]) -> float:
    each = list(flags)
    return 100.0 * sum(each) / len(each)
