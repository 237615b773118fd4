"""Every page in a language a third longer than English: nothing is cut off, and nothing was forgotten to translate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from installer.catalogues import limit_of
from kiosk.model.text import Catalogue, Text
from kiosk.resources import catalogue, languages, root
from kiosk.ui.pages.page import Page
from kiosk.ui.start import first_window
from kiosk.ui.widgets.button import Button
from kiosk.ui.window import Window
from tests.fakes.pseudo import LANGUAGE, pseudo_catalogue
from tests.ui.test_pages import NAMES

SIZES = [(1280, 800), (853, 533)]
"""The usual one, and the same screen at scale 1.5: the smallest there is."""

ENGLISH = re.compile(r"[AEIOUaeiou]")
"""The pseudo language has no plain vowel."""


@pytest.fixture
def longer(qtbot: QtBot, qapp: QApplication, samples: ModuleType) -> Callable[..., Window]:
    def opened(name: str, size: tuple[int, int], most: Callable[[str], int] = lambda id: 0) -> Window:
        own, given = catalogue("en", "ui", "journey", "guidance", "knowledge").templates, samples.WORDS["en"]
        words = pseudo_catalogue({**own, **given}, most)
        names = ((LANGUAGE, "[Ļööñğéř]"), ("en", "[Ēñğļîšĥ]"), ("de", "[Ðéûŧšçĥ]"))
        _, window = first_window(root(), lambda _: words, names, LANGUAGE, samples.SAMPLES[name], print)
        qtbot.addWidget(window)
        window.resize(*size)
        for _ in range(3):
            qapp.processEvents()
        return window

    return opened


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_or_left_in_english(
    longer: Callable[..., Window], samples: ModuleType, name: str, size: tuple[int, int]
) -> None:
    """What is not in the pseudo language is a name or a code that the screen was given."""
    window = longer(name, size)
    assert not list(cut(window))
    given = sorted(literals(samples.SAMPLES[name]), key=len, reverse=True)
    assert not [words for words in said(window) if ENGLISH.search(without(words, given))]


@pytest.mark.parametrize("name", NAMES)
def test_a_text_as_long_as_its_limit_still_fits(longer: Callable[..., Window], name: str) -> None:
    """So a translation within the limits that translators are told is never cut off."""
    window = longer(name, (1280, 800), most)
    assert not list(cut(window))


def most(id: str) -> int:
    if id.startswith("ui."):
        return limit_of(id).characters
    return limit_of(LIKE[id]).characters if id in LIKE else 0


LIKE = {
    "t.do": "step.x.y", "t.do.hint": "step.x.y.hint", "t.do.machine": "guide.machine.port", "t.ask": "question.x",
    "t.ask.hint": "question.x.hint", "t.lit": "question.x.y", "t.dark": "question.x.y",
    "t.unsure": "question.cannot_see", "t.stop": "stop.x", "t.call": "call.x", "t.what": "choose.title",
    **{f"t.stop.{n}": "todo.x" for n in range(1, 6)}, **{f"t.never.{n}": "never.x" for n in range(1, 5)},
    **{f"t.sym.{name}": "symptom.x" for name in ("dark", "frozen", "no_connect", "card", "paper", "other")},
}  # fmt: skip
"""Texts of the samples, and the real ones that they stand for; others are a third longer."""


def cut(window: Window) -> Iterator[str]:
    """Words that do not show whole: a label narrower than its longest word or lower than its lines, a tight button."""
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text():
            metrics = label.fontMetrics()
            widest = max(map(metrics.horizontalAdvance, label.text().split() if label.wordWrap() else [label.text()]))
            if label.contentsRect().width() < widest or label.height() < label.heightForWidth(label.width()):
                yield f"label {label.text()!r}: {label.width()}x{label.height()}"
            if label.mapTo(window, label.rect().topRight()).x() >= window.width():
                yield f"label {label.text()!r} ends outside"
    for button in window.findChildren(QPushButton):
        if button.isVisible():
            if isinstance(button, Button) and button.text() and button.width() < button.sizeHint().width():
                yield f"button {button.text()!r}: {button.width()} of {button.sizeHint().width()}"
            if button.mapTo(window, button.rect().topRight()).x() >= window.width():
                yield f"button {button.accessibleName()!r} ends outside"


def said(window: Window) -> Iterator[str]:
    for label in window.findChildren(QLabel):
        if label.isVisible():
            yield from (label.text(), label.accessibleName())
    for button in window.findChildren(QPushButton):
        if button.isVisible():
            yield from (button.text(), button.accessibleName(), button.toolTip())


def literals(value: Any) -> Iterator[str]:
    """Strings of a screen that are nobody's to translate."""
    if isinstance(value, str):
        yield value
        yield value.replace("-", " ")
    elif isinstance(value, Text):
        yield from (arg for arg in value.args.values() if isinstance(arg, str))
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from literals(getattr(value, field))
    elif isinstance(value, tuple):
        for member in value:
            yield from literals(member)


def without(words: str, given: list[str]) -> str:
    for part in given:
        words = words.replace(part, "") if len(part) > 1 else words
    return words


@pytest.mark.parametrize("language", languages())
def test_the_longest_steps_and_questions_fit_without_scrolling(
    qtbot: QtBot, qapp: QApplication, samples: ModuleType, language: str
) -> None:
    """The real words of guidance, the longest of each kind, where a shop assistant reads them."""
    own = catalogue(language)
    words = Catalogue(language, {**samples.WORDS["en"], **own.templates})
    _, window = first_window(root(), lambda _: words, (("en", "English"),), language, samples.SAMPLES["home"], print)
    qtbot.addWidget(window)
    window.resize(*SIZES[0])
    hints = longest(own, r"step\..*\.hint$")
    for title, hint in zip(longest(own, r"step\.(?!.*\.hint$)"), hints, strict=True):
        window.draw(msgspec.structs.replace(samples.DO, title=title, hint=hint))
        qapp.processEvents()
        assert not list(cut(window))
        assert window.findChildren(Page)[-1].area.verticalScrollBar().maximum() == 0, words(title)
    answers = longest(own, r"question\.[\w.]+\.(?!hint$)\w+$")
    asked = samples.SAMPLES["ask"]
    for title in longest(own, r"question\.[\w.]+$"):
        options = tuple(msgspec.structs.replace(o, words=a) for o, a in zip(asked.options, answers, strict=False))
        window.draw(msgspec.structs.replace(asked, title=title, options=options))
        qapp.processEvents()
        assert not list(cut(window))


def longest(own: Catalogue, pattern: str) -> list[Text]:
    found = [id for id in own.templates if re.match(pattern, id)]
    return [Text(id) for id in sorted(found, key=lambda id: -len(str(own.templates[id])))[:6]]


def test_the_pseudo_language_is_longer_and_keeps_fields(samples: ModuleType) -> None:
    english = catalogue("en").templates
    made = pseudo_catalogue(english)
    assert isinstance(made, Catalogue)
    for id, template in made.templates.items():
        source = english[id]
        pairs = (
            zip(template.values(), source.values(), strict=True) if isinstance(source, dict) else [(template, source)]
        )
        for own, old in pairs:
            assert re.findall(r"\{\w+\}", own) == re.findall(r"\{\w+\}", old), id
            bare = len(re.sub(r"\{\w+\}", "", old))
            assert len(re.sub(r"\{\w+\}", "", own)) >= round(bare * 1.35) - 1, id
