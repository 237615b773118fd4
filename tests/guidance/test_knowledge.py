"""The knowledge base: every article whole, plain, in both languages, with its picture, and found by staff's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import resources
from kiosk.errors import ContentError
from kiosk.guidance.knowledge import Library, load_articles
from kiosk.guidance.load import load
from kiosk.guidance.model import Guide
from kiosk.guidance.reading import score, sentences, words
from kiosk.guidance.style import MOST_WORDS

LANGUAGES = ("en", "de")
FEWEST = 20
EASY = {"en": 5.0, "de": 6.5}
"""Reading grades: Flesch-Kincaid, Wiener Sachtextformel; German terms of the trade are long."""
PICTURES = {p.stem for p in (resources.root() / "images").glob("*.svg")}


@pytest.fixture(scope="module")
def guide() -> Guide:
    return load(resources.root() / "guidance", resources.findings())


@pytest.fixture(scope="module")
def library(guide: Guide) -> Library:
    return resources.articles(guide)


def test_there_are_enough_and_each_has_a_picture(guide: Guide, library: Library) -> None:
    folder = resources.root() / "guidance"
    assert load_articles(folder, guide.symptoms, guide.procedures, PICTURES) == library.articles
    assert len(library.articles) >= FEWEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_its_words_and_they_are_plain(library: Library, language: str) -> None:
    says = resources.catalogue(language, "knowledge")
    wrong = []
    for article in library.articles.values():
        wrong += [f"write {text.id}" for text in article.texts if not says.has(text.id)]
        wrong += [f"{article.id} lacks words to be found by"] if not article.says.get(language) else []
        said = " ".join(says(text) for text in article.texts[1:])
        wrong += [f"{article.id}: {s!r}" for s in sentences(said) if len(words(s)) > MOST_WORDS]
        hard = score(said, language) > EASY[language]
        wrong += [f"{article.id} reads at grade {score(said, language):.1f}"] if hard else []
    assert not wrong, f"{language}: " + "\n".join(wrong)


def test_no_text_is_left_over(library: Library) -> None:
    used = {text.id for article in library.articles.values() for text in article.texts}
    assert set(resources.catalogue("en", "knowledge").templates) == used


@pytest.mark.parametrize(
    ("words", "language", "id"),
    [
        ("why does it restart every night", "en", "nightly_restart"),
        ("somebody wants to swap the terminal", "en", "door"),
        ("what do you send to the expert", "en", "expert_sees"),
        ("which way round does the papper roll go", "en", "paper_rolls"),
        ("what is a com port", "en", "com_ports"),
        ("blinking red light", "en", "lights"),
        ("a caller wants a code", "en", "phone_scams"),
        ("Kassenschnitt", "de", "end_of_day"),
        ("wie putze ich den Leser", "de", "cleaning"),
        ("Techniker steht vor der Tür", "de", "door"),
        ("darf ich neu starten", "de", "restart_safely"),
        ("kontaktlos", "fr", "contactless"),
    ],
)
def test_it_is_found_by_own_words(library: Library, words: str, language: str, id: str) -> None:
    assert id in [f.id for f in library.find(words, language)]


def test_nothing_is_found_for_no_words(library: Library) -> None:
    assert library.find("qqqq", "en") == ()
    assert Library().find("paper", "en") == ()


def wrong(folder: Path, content: str) -> str:
    (folder / "knowledge").mkdir()
    (folder / "knowledge" / "one.toml").write_text(content, "utf-8")
    with pytest.raises(ContentError) as error:
        load_articles(folder, {"print.jam"}, {"door"}, {"receipt"})
    return str(error.value)


GOOD = 'todo = 1\nnever = 1\npicture = "receipt"\n[says]\nen = ["words"]\n'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("todo = ", "knowledge/one.toml cannot be used"),
        ("todo = 0\nnever = 1\n[says]\n", "todo"),
        (GOOD.replace("todo", "to_do"), "to_do"),
        ('symptoms = ["no.such"]\n' + GOOD, "there is no symptom 'no.such'"),
        ('procedure = "nothing"\n' + GOOD, "there is no procedure 'nothing'"),
        (GOOD.replace("receipt", "unicorn"), "there is no picture 'unicorn'"),
        (GOOD.replace("en =", "de ="), "in English"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(tmp_path: Path, content: str, told: str) -> None:
    words = wrong(tmp_path, content)
    assert told in words
    assert "knowledge/one.toml" in words


def test_a_good_one_is_taken(tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "one.toml").write_text('symptoms = ["print.jam"]\n' + GOOD, "utf-8")
    article = load_articles(tmp_path, {"print.jam"}, set())["one"]
    assert [text.id for text in article.never_texts] == ["article.one.never.1"]
