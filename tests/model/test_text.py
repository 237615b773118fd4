"""Texts: fields, plural forms of the kiosk's languages, the language behind, and nothing that runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.model.text import FORMS, Catalogue, Text, literal, plural_form, text

# unicode.org CLDR 46, cardinals: samples of each category for whole numbers and for fractions.
SAMPLES = {
    "en": {"one": (1,), "other": (0, 2, 11, 100, 1.5)},
    "de": {"one": (1,), "other": (0, 2, 21, 1.5)},
    "fr": {"one": (0, 1, 1.5), "many": (1_000_000, 3_000_000), "other": (2, 10, 2.5, 1_000_001)},
    "pt": {"one": (0, 1), "many": (1_000_000,), "other": (2, 100)},
    "es": {"one": (1,), "many": (2_000_000,), "other": (2, 1.5, 999_999)},
    "pl": {"one": (1,), "few": (2, 3, 4, 22, 104), "many": (0, 5, 11, 12, 13, 14, 21, 112), "other": (1.5, 0.1)},
}


@pytest.mark.parametrize(
    ("language", "form", "n"),
    [(lang, form, n) for lang, forms in SAMPLES.items() for form, numbers in forms.items() for n in numbers],
)
def test_plural_forms_are_those_of_the_cldr(language, form, n):
    assert plural_form(language, n) == form


def test_every_form_there_is_has_a_sample():
    assert {language: set(forms) for language, forms in FORMS.items()} == {k: set(v) for k, v in SAMPLES.items()}


def test_a_region_or_a_pseudo_language_counts_like_its_language():
    assert [plural_form(language, 2) for language in ("pl-PL", "en-x-longer")] == ["few", "other"]


def test_fields_are_filled():
    say = Catalogue("en", {"steps": "Step {step} of {of}"})
    assert say(text("steps", step=2, of=5)) == "Step 2 of 5"


def test_a_plural_is_chosen_by_n():
    say = Catalogue("en", {"minutes": {"one": "{n} minute", "other": "{n} minutes"}})
    assert [say(text("minutes", n=n)) for n in (1, 2)] == ["1 minute", "2 minutes"]


def test_a_form_that_is_missing_falls_back_to_other():
    say = Catalogue("pl", {"minutes": {"one": "{n} minuta", "other": "{n} min"}})
    assert say(text("minutes", n=3)) == "3 min"


def test_texts_in_texts_are_rendered_in_the_same_language():
    say = Catalogue("de", {"who": "{name} sagt: {what}", "yes": "Ja"})
    assert say(text("who", name=literal("Ada"), what=text("yes"))) == "Ada sagt: Ja"


def test_the_language_behind_fills_a_gap():
    say = Catalogue("de", {}, {"yes": "Yes"})
    assert not say.has("yes")
    assert say(text("yes")) == "Yes"


def test_a_missing_text_shows_its_id():
    assert Catalogue("en", {})(text("home.title")) == "home.title"


def test_numbers_are_written_without_a_trailing_zero():
    assert Catalogue("en", {"v": "{a} {b}"})(text("v", a=2.0, b=2.5)) == "2 2.5"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "2.5"), ("de", "2,5"), ("fr", "2,5"), ("pl", "2,5"), ("xx", "2.5")]
)
def test_fractions_are_written_as_the_language_does_and_whole_numbers_are_never_parted(language, said):
    assert Catalogue(language, {"v": "{a} {b}"})(text("v", a=2.5, b=20007)) == f"{said} 20007"


@given(st.text(max_size=60))
def test_words_are_never_evaluated(words):
    """A name that looks like a field of the template stays the name it is."""
    say = Catalogue("en", {"hello": "Hello {name}!"})
    assert say(text("hello", name=words)) == f"Hello {words}!"
    assert say(literal(words)) == words


def test_an_argument_that_holds_a_field_is_not_filled_again():
    say = Catalogue("en", {"said": "{who}: {what}"})
    assert say(text("said", who="{what}", what="secret")) == "{what}: secret"


def test_text_by_id_is_a_plain_value():
    assert text("a", n=1) == Text("a", {"n": 1})
