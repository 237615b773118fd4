"""What preview, chat and done say."""

from typing import Any

from kiosk.journey.screen_case import message_words
from kiosk.journey.turns import DeskChanged, Sealed, SealFailed
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.case import Message
from kiosk.model.finding import Hop
from kiosk.model.offline_code import VERDICT, decode, tag
from kiosk.model.text import literal, text


def test_the_preview_shows_every_line_and_what_was_left_out(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.GetExpert())
    line = s.Line(text("section.trace"), text("section.lines", n=2), "one\ntwo")
    walker.did(Sealed(walker.journey.case.id, "/tmp/b.zip", "ab" * 32, 10, (line,), ("old traces",)))
    shown = walker.screen
    assert shown.lines == (line,)
    assert shown.left_out == (literal("old traces"),)
    assert shown.ready


def test_a_bundle_that_cannot_be_made_is_said_and_stops_nobody(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.GetExpert())
    walker.did(SealFailed(walker.journey.case.id, text("seal.failed", words="The disk is full.")))
    assert walker.screen.error == text("seal.failed", words="The disk is full.")
    walker.did(a.SendCase())
    assert isinstance(walker.screen, s.Chat)


def test_a_phrase_is_read_in_each_side_s_language() -> None:
    assert message_words(Message(phrase="done")) == text("phrase.done")
    assert message_words(Message("Hello")) == literal("Hello")


def test_offline_there_is_a_code_to_read_out_and_online_there_is_none(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.GetExpert())
    walker.did(a.SendCase())
    fields = decode(walker.screen.code)
    assert fields.hop == list(Hop).index(Hop.ANSWER)
    assert fields.verdict == tag("protocol.no_answer", VERDICT)
    walker.did(DeskChanged(online=True))
    assert walker.screen.code == ""
