"""How guidance reads: missing texts, long sentences, two actions in a step, hard words; never refuses to load."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kiosk.guidance.content import Fault, Locate
from kiosk.guidance.model import CANNOT_SEE, Guide
from kiosk.guidance.procedure import Ask, Do, Procedure
from kiosk.guidance.reading import sentences, too_hard, words
from kiosk.model.text import Template

MOST_WORDS = 12
Texts = Mapping[str, Template]

_NEVER = {
    "en": "firewall|antivirus|admin\\b|apn\\b|sim card|screwdriver|knife|card number|delete|clear|ask the app",
    "de": "firewall|virenschutz|admin\\b|apn\\b|sim-karte|schraubend|messer|kartennummer|lösch|fragen sie die app",
    "fr": "pare-feu|antivirus|admin\\b|apn\\b|carte sim|tournevis|couteau|numéro de (?:la )?carte|effac|supprim",
    "es": "cortafuegos|antivirus|admin\\b|apn\\b|tarjeta sim|destornillador|cuchillo|número de tarjeta|borr|elimin",
    "pl": "zapor[ay]|firewall|antywirus|admin\\b|apn\\b|kart[aęy] sim|śrubokręt|nóż|nożem|numer karty|usuń|skasuj",
    "pt": "firewall|antivírus|admin\\b|apn\\b|cartão sim|chave de fendas|faca\\b|número do cartão|apag|elimin",
}
"""What no step may tell staff to do: it opens, changes, wipes, notes card data, or asks what the kiosk cannot know."""
_NOT = re.compile(
    r"\b(?:no|not|never|kein|keine|nicht|nie|ne|n|pas|jamais|aucune?|nunca|jamás|nigdy|não|nenhum)\b", re.IGNORECASE
)
_SECOND = {
    "en": "and|then",
    "de": "und|dann|danach",
    "fr": "et|puis|ensuite",
    "es": "y|luego|después",
    "pl": "i|oraz|potem|następnie",
    "pt": "e|depois|em seguida",
}


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
        if isinstance(step, Do) and (len(sentences(said)) > 1 or _says(_SECOND, language, said)):
            yield f"{procedure.title(name).id} ({language}) may hold two actions: {said!r}"
        if isinstance(step, Do) and forbidden(said, language):
            yield f"{procedure.title(name).id} ({language}) may tell staff what they must never do: {said!r}"
    if hard := too_hard(" ".join(_words_of(known, text) for text in _texts_of(procedure)), language):
        yield f"procedure {procedure.id} ({language}) {hard}"


def forbidden(said: str, language: str) -> bool:
    """Whether a step may tell staff to do what they must never do."""
    return _says(_NEVER, language, said) and not _NOT.search(said)


def _says(signs: Mapping[str, str], language: str, said: str) -> bool:
    """Whether a sentence has one of the signs of its language; those of `_NEVER` may be the start of a word."""
    end = r"\b" if signs is _SECOND else ""
    return language in signs and re.search(rf"\b(?:{signs[language]}){end}", said, re.IGNORECASE) is not None


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
