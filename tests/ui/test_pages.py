"""Every page as a person meets it: what is said, what a touch tells, and that it can be read and hit."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QScrollArea

from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.ui.pages.chat import CaseCard
from kiosk.ui.pages.page import Page
from kiosk.ui.pages.preview import LineCard
from kiosk.ui.widgets.bubble import BubbleLine
from kiosk.ui.widgets.composer import Composer
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.window import PAGES, Window

NAMES = [
    "home", "home_good", "home_empty", "home_1", "home_8", "home_12", "choose", "choose_found", "choose_till",
    "article", "article_long", "more", "checking", "verdict", "verdict_fine", "home_together", "checking_together",
    "verdict_together", "verdict_card", "verdict_told", "verdict_expert", "ask", "ask_guess", "ask_picture", "do",
    "do_checking", "do_found", "do_led", "inspect", "inspect_number", "inspect_sign", "stop", "stop_wrong_code",
    "preview", "preview_sealing", "chat", "chat_queue", "chat_offline", "done", "done_rated",
]  # fmt: skip

Show = Callable[..., Window]


def buttons(window: Window) -> list[QPushButton]:
    return [button for button in window.findChildren(QPushButton) if button.isVisible()]


def button(window: Window, name: str) -> QPushButton:
    """The visible button whose accessible name holds these words."""
    found = [b for b in buttons(window) if name in b.accessibleName()]
    assert found, f"No button says {name!r}: {[b.accessibleName() for b in buttons(window)]}"
    return next((b for b in found if b.accessibleName() == name), found[0])


def seen(window: Window) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_every_sample_is_listed_and_every_page_has_one(samples: ModuleType) -> None:
    assert set(NAMES) == set(samples.SAMPLES)
    assert {type(sample).__name__ for sample in samples.SAMPLES.values()} == set(PAGES)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", NAMES)
def test_targets_are_large_named_and_nothing_is_small(show: Show, name: str, language: str) -> None:
    window = show(name, language)
    for target in buttons(window):
        assert target.height() >= 72, target.accessibleName()
        assert target.width() >= 72, target.accessibleName()
        assert target.accessibleName(), f"A button without a name on {name}"
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text():
            assert label.font().pixelSize() >= 22, label.text()
            assert not label.text().startswith(("ui.", "t.")), f"No text for {label.text()}"
    for field in window.findChildren(QLineEdit):
        assert not field.isVisible() or field.accessibleName()


@pytest.mark.parametrize("size", [(1280, 800), (1080, 1920), (1920, 1080), (853, 533)])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_the_window(show: Show, name: str, size: tuple[int, int]) -> None:
    window = show(name, "de", size)
    for target in buttons(window):
        left = target.mapTo(window, target.rect().topLeft()).x()
        assert left >= 0, target.accessibleName()
        assert left + target.width() <= window.width(), target.accessibleName()


@pytest.mark.parametrize(
    ("name", "words", "act"),
    [
        ("home", "Fix Till 2", a.FixIt("till2")),
        ("home", "Check everything", a.CheckEverything()),
        ("home", "Something is wrong", a.SomethingWrong()),
        ("home", "Till 4. Working", a.OpenTill("till4")),
        ("home", "Get an expert", a.GetExpert()),
        ("home_good", "Case 7K4-QD9", a.OpenTheCase("c1")),
        ("choose", "The screen is dark", a.ChooseSymptom("dark")),
        ("choose", "Something else", a.ChooseTopic("other")),
        ("choose_till", "Till 3", a.OpenTill("till3")),
        ("home", "More help", a.MoreHelp()),
        ("more", "Someone is at the door", a.ReadArticle("door")),
        ("article", "Something is wrong", a.SomethingWrong()),
        ("article", "Home", a.GoHome()),
        ("article_long", "Do it now", a.StartProcedure("inspection")),
        ("more", "Keep selling without a terminal", a.StartProcedure("keep_selling")),
        ("home_good", "Start", a.StartProcedure("inspection", "till1")),
        ("do_led", "Done", a.StepDone()),
        ("inspect", "Yes", a.Answer("fine")),
        ("checking", "Cancel", a.Cancel()),
        ("verdict", "Fix it", a.FixIt()),
        ("verdict", "Back", a.Back()),
        ("verdict_fine", "Home", a.GoHome()),
        ("verdict_expert", "Get an expert", a.GetExpert()),
        ("verdict_told", "That was wrong", a.TakeBack()),
        ("verdict_card", "Test with a card", a.TestCard()),
        ("ask_guess", "I do not know", a.Answer("unknown")),
        ("ask", "Yes, it is lit", a.Answer("lit")),
        ("do", "Done, check again", a.StepDone()),
        ("do", "I can’t do this", a.CannotDo()),
        ("do_found", "Yes, it works", a.StepDone()),
        ("do_found", "Did not help", a.DidNotHelp()),
        ("stop", "Write to an expert", a.GetExpert()),
        ("preview", "Send and get an expert", a.SendCase()),
        ("preview", "Do not send", a.DoNotSend()),
        ("chat", "Yes", a.GiveConsent("r1", True)),
        ("chat", "No", a.GiveConsent("r1", False)),
        ("chat", "It is lit", a.QuickReply("q1")),
        ("chat", "End", a.EndSession()),
        ("done", "Very good", a.Rate(csat=5)),
        ("done", "Skip", a.SkipRating()),
        ("done", "Home", a.GoHome()),
    ],
)
def test_a_touch_and_a_key_tell_the_same_act(show: Show, acts: list[a.Act], name: str, words: str, act: a.Act) -> None:
    window = show(name)
    QTest.mouseClick(button(window, words), Qt.MouseButton.LeftButton)
    QTest.keyClick(button(window, words), Qt.Key.Key_Return)
    assert acts == [act, act]


def test_a_hurried_double_tap_is_one_touch(show: Show, acts: list[a.Act]) -> None:
    target = button(show("home"), "Check everything")
    QTest.mouseClick(target, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(target, Qt.MouseButton.LeftButton)
    assert len(acts) <= 2
    assert acts[0] == a.CheckEverything()


def test_a_stop_offers_no_way_but_an_expert_and_a_code(show: Show, acts: list[a.Act]) -> None:
    window = show("stop")
    assert "0800 123 456" in seen(window)
    field = next(f for f in window.findChildren(QLineEdit) if f.isVisible())
    QTest.keyClicks(field, "551 902")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert acts == [a.ReleaseStop("551 902")]


def test_where_a_check_can_tell_there_is_no_did_not_help(show: Show) -> None:
    assert "Did not help" not in [b.accessibleName() for b in buttons(show("do"))]


def test_offline_shows_the_code_in_fours_and_the_phone(show: Show) -> None:
    words = seen(show("chat_offline"))
    assert "7K4Q D9AB CDEF GHJK MNPQ" in words
    assert "0800 765 4321" in words


def test_words_of_others_are_never_read_as_mark_up(show: Show, samples: ModuleType) -> None:
    window = show("home")
    assert {label.textFormat() for label in window.findChildren(QLabel) if label.text()} == {Qt.TextFormat.PlainText}


def test_a_till_that_works_shows_its_facts_and_leads_home(show: Show) -> None:
    window = show("verdict_fine")
    assert "52885440" in seen(window)
    filled = [b.accessibleName() for b in buttons(window) if b.property("role") == "main"]
    assert filled == ["Home"]


def test_the_facts_of_a_broken_till_are_for_those_who_ask(show: Show) -> None:
    window = show("verdict")
    assert "4.12.7" not in seen(window)
    QTest.mouseClick(button(window, "About this terminal"), Qt.MouseButton.LeftButton)
    assert "Software: 4.12.7" in seen(window)


ONE_LOOK = [
    "home", "choose", "article", "article_long", "more", "verdict", "verdict_fine", "verdict_expert", "ask",
    "ask_picture", "do", "do_found", "do_led", "inspect", "inspect_number",
    "inspect_sign", "stop", "stop_wrong_code", "preview", "preview_sealing", "done", "done_rated",
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ONE_LOOK)
def test_all_that_matters_is_seen_at_1280_by_800_without_scrolling(show: Show, name: str, language: str) -> None:
    page = show(name, language).findChild(Page)
    assert page.area.verticalScrollBar().maximum() == 0


def test_lines_of_what_is_sent_are_never_crushed(show: Show, samples: ModuleType) -> None:
    window = show("preview_sealing", size=(1280, 600))
    for card in window.findChildren(LineCard):
        assert card.height() >= 72
        for label in card.findChildren(QLabel):
            assert not label.isVisible() or label.height() >= label.fontMetrics().height() or not label.text()


def test_a_redraw_is_laid_out_before_it_is_painted(show: Show, samples: ModuleType) -> None:
    window = show("preview")
    window.draw(msgspec.structs.replace(samples.PREVIEW, lines=()))
    window.draw(samples.SAMPLES["preview_sealing"])
    assert [card.height() >= 72 for card in window.findChildren(LineCard) if card.isVisible()] == [True] * 5


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_cut(show: Show, name: str, language: str) -> None:
    """Every label is at least as wide as its longest word and as high as its lines."""
    for label in show(name, language).findChildren(QLabel):
        if label.isVisible() and label.text():
            widest = max(label.fontMetrics().horizontalAdvance(word) for word in label.text().split())
            assert label.contentsRect().width() >= widest, label.text()
            assert label.height() >= label.heightForWidth(label.width()) or not label.wordWrap(), label.text()


@pytest.mark.parametrize("size", [(1280, 800), (853, 700)])
def test_the_newest_message_is_in_view_after_each_redraw(
    show: Show, samples: ModuleType, size: tuple[int, int]
) -> None:
    window = show("chat", size=size)
    more = tuple(s.Bubble(f"n{n}", False, samples.t("hello"), "2026-03-02T10:50:00Z") for n in range(1, 6))
    window.draw(msgspec.structs.replace(samples.CHAT, bubbles=(*samples.CHAT.bubbles, *more), request=None, quick=()))
    last = [line for line in window.findChildren(BubbleLine) if line.isVisible()][-1]
    area = next(a for a in window.findChildren(QScrollArea) if a.isAncestorOf(last))
    bottom = last.mapTo(area, last.rect().bottomLeft()).y()
    assert area.verticalScrollBar().maximum() > 0
    assert 0 < bottom <= area.height()


def test_a_narrow_chat_stands_in_one_column(show: Show) -> None:
    for width, above in ((1280, False), (853, True)):
        window = show("chat_offline", size=(width, 800))
        case, composer = window.findChild(CaseCard), window.findChild(Composer)
        assert (case.mapTo(window, case.rect().bottomLeft()).y() < composer.mapTo(window, QPoint()).y()) is above
        assert any(line.isVisible() and line.visibleRegion().boundingRect().height() > 40
                   for line in window.findChildren(BubbleLine))  # fmt: skip


def test_the_practice_mark_is_short_and_told_in_full(show: Show) -> None:
    window = show("home_8")
    mark = next(pill for pill in window.findChildren(Pill) if pill.words() == "Practice")
    assert mark.accessibleName() == "Practice: simulated terminals"
    assert mark.height() < 60
