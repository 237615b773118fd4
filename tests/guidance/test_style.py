"""The measures of style against values worked out by hand."""

import pytest

from kiosk.guidance.model import Guide
from kiosk.guidance.procedure import Do, End, Outcome, Procedure
from kiosk.guidance.style import grade, remarks, sentences, syllables, words


@pytest.mark.parametrize(("word", "count"), [("cable", 2), ("wire", 1), ("terminal", 3), ("the", 1), ("free", 1)])
def test_english_syllables(word: str, count: int) -> None:
    assert syllables(word, "en") == count


@pytest.mark.parametrize(("word", "count"), [("Kabel", 2), ("Bildschirm", 2), ("leuchtet", 2), ("Steckdose", 3)])
def test_german_syllables(word: str, count: int) -> None:
    assert syllables(word, "de") == count


def test_flesch_kincaid_of_a_plain_sentence() -> None:
    # 5 words, 6 syllables: 0.39 * 5 + 11.8 * 6 / 5 - 15.59
    assert grade("Push the plug in harder.", "en") == pytest.approx(0.52, abs=0.005)


def test_wiener_sachtextformel_of_a_plain_sentence() -> None:
    # 4 words; none of three syllables, none over six letters, three of one syllable
    assert grade("Es ist zu heute.", "de") == pytest.approx(0.1672 * 4 - 0.0327 * 75 - 0.875)


def test_sentences_and_words() -> None:
    assert sentences("Is it on? Wait. Go") == ["Is it on", "Wait", "Go"]
    assert words("The PC's 30-minute rest") == ["The", "PC's", "minute", "rest"]
    assert grade("", "en") == 0.0


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Push the cable in and switch it on.", "two actions"),
        ("Open it. Shut it.", "two actions"),
        ("Go to the far wall that the big shop next door has put up there.", "a sentence of 15 words"),
        ("Administrative reinitialisation necessitates authorisation.", "reads at grade"),
        ("Delete it on the till.", "must never do"),
        ("Do not delete it on the till.", ""),
        ("Push the plug in.", ""),
    ],
)
def test_remarks(said: str, told: str) -> None:
    steps = {"s": Do("cured", "pic"), "cured": End(Outcome.CURED)}
    guide = Guide(procedures={"p": Procedure("p", "s", steps)})
    found = list(remarks(guide, {"en": {"step.p.s": said}}, lambda *_: ("x.toml", 1)))
    assert [told in each.words for each in found] == [True] * bool(told)
