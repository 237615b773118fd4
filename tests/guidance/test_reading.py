"""The measures of reading against values worked out by hand."""

import pytest

from kiosk.guidance.reading import MEASURES, score, sentences, syllables, too_hard, words


@pytest.mark.parametrize(
    ("language", "counts"),
    [
        ("en", {"cable": 2, "wire": 1, "terminal": 3, "the": 1, "free": 1, "whole": 1}),
        ("de", {"Kabel": 2, "Bildschirm": 2, "leuchtet": 2, "Steckdose": 3}),
        ("fr", {"câble": 1, "prise": 1, "branchez": 2, "réessayez": 3, "clés": 1}),
        ("es", {"quien": 1, "reiniciar": 3, "aérea": 4, "guía": 2, "yo": 1}),
        ("pt", {"não": 1, "ligação": 3, "tomada": 3, "quem": 1}),
        ("pl", {"wtyczka": 2, "papier": 2, "terminala": 4, "auto": 2}),
    ],
)
def test_syllables(language: str, counts: dict[str, int]) -> None:
    assert {word: syllables(word, language) for word in counts} == counts


def test_flesch_kincaid_of_a_plain_sentence() -> None:
    # 5 words, 6 syllables
    assert score("Push the plug in harder.", "en") == pytest.approx(0.39 * 5 + 11.8 * 6 / 5 - 15.59)


def test_wiener_sachtextformel_of_a_plain_sentence() -> None:
    # 4 words; none of three syllables, none over six letters, three of one syllable
    assert score("Es ist zu heute.", "de") == pytest.approx(0.1672 * 4 - 0.0327 * 75 - 0.875)


def test_kandel_and_moles_of_a_plain_sentence() -> None:
    # 6 words, 9 syllables: bran-chez le câble dans le ter-mi-nal
    assert score("Branchez le câble dans le terminal.", "fr") == pytest.approx(207 - 1.015 * 6 - 73.6 * 9 / 6)


def test_fernandez_huerta_of_a_plain_sentence() -> None:
    # 5 words, 9 syllables: me-ta el ca-ble has-ta el ... fondo
    assert score("Meta el cable al fondo.", "es") == pytest.approx(206.84 - 1.02 * 5 - 60 * 8 / 5)


def test_flesch_for_portuguese_of_a_plain_sentence() -> None:
    # 5 words, 9 syllables: li-gue o ca-bo à to-ma-da
    assert score("Ligue o cabo à tomada.", "pt") == pytest.approx(248.835 - 1.015 * 5 - 84.6 * 9 / 5)


def test_pisarek_counts_words_of_four_syllables_as_the_dictionary_has_them() -> None:
    # 4 words, one of four syllables; terminala is terminal
    assert score("Kabel terminala jest niepodłączony.", "pl") == pytest.approx((4**2 + 25**2) ** 0.5 / 2)


def test_sentences_and_words() -> None:
    assert sentences("Is it on? Wait. Go") == ["Is it on", "Wait", "Go"]
    assert words("The PC's 30-minute rest") == ["The", "PC's", "minute", "rest"]
    assert score("", "en") == 0.0


PLAIN = {
    "en": "Push the plug in.",
    "de": "Stecken Sie das Kabel fest ein.",
    "fr": "Poussez la prise à fond.",
    "es": "Meta el cable al fondo.",
    "pt": "Ligue o cabo à tomada.",
    "pl": "Wsuń kabel do końca.",
}
HARD = {
    "en": "Administrative reinitialisation necessitates authorisation.",
    "de": "Administrative Neuinitialisierung erfordert Berechtigungsnachweise.",
    "fr": "La réinitialisation administrative nécessite une autorisation hiérarchique.",
    "es": "La reinicialización administrativa necesita autorización jerárquica.",
    "pt": "A reinicialização administrativa necessita de autorização hierárquica.",
    "pl": "Administracyjna reinicjalizacja wymaga autoryzacji przełożonego.",
}


@pytest.mark.parametrize("language", sorted(MEASURES))
def test_plain_words_pass_and_hard_ones_are_told(language: str) -> None:
    assert too_hard(PLAIN[language], language) == ""
    assert MEASURES[language].name in too_hard(HARD[language], language)


def test_a_language_without_a_measure_has_no_limit() -> None:
    assert too_hard(HARD["en"], "xx") == ""
