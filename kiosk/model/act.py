"""What staff do on a page (`Act`): each touch is exactly one value, which the journey understands."""

from __future__ import annotations

from msgspec import Struct

from kiosk.model.bounds import Id, Short, Words


class CheckEverything(Struct, frozen=True, tag="check_everything"):
    pass


class SomethingWrong(Struct, frozen=True, tag="something_wrong"):
    pass


class OpenTill(Struct, frozen=True, tag="open_till"):
    """A card on Home or a till on Choose was touched."""

    till: Id


class OpenTheCase(Struct, frozen=True, tag="open_case"):
    case: Id


class ChooseSymptom(Struct, frozen=True, tag="choose_symptom"):
    symptom: Id


class ChooseTopic(Struct, frozen=True, tag="choose_topic"):
    topic: Id


class Search(Struct, frozen=True, tag="search"):
    """Staff's own words for what is wrong; empty: all tiles again."""

    words: Short


class MoreHelp(Struct, frozen=True, tag="more_help"):
    """Inspections, a visitor, a new terminal, and what can be read up."""


class ReadArticle(Struct, frozen=True, tag="read_article"):
    article: Id


class StartProcedure(Struct, frozen=True, tag="start_procedure"):
    """One of its own: nothing is broken, staff want to be led. `till` where it is known. The same again: go on."""

    procedure: Id
    till: Short = ""


class Note(Struct, frozen=True, tag="note"):
    """Staff's words at a point of an inspection, told as they are typed."""

    words: Words


class AddPhoto(Struct, frozen=True, tag="add_photo"):
    """A photo at a point: JPEG, made small and without what a camera writes beside it."""

    jpeg: bytes


class Sign(Struct, frozen=True, tag="sign"):
    by: Short


class Cancel(Struct, frozen=True, tag="cancel"):
    pass


class Back(Struct, frozen=True, tag="back"):
    pass


class GoHome(Struct, frozen=True, tag="go_home"):
    pass


class FixIt(Struct, frozen=True, tag="fix_it"):
    """On Home the till named by `fix`; on Verdict the one shown."""

    till: Short = ""


class GetExpert(Struct, frozen=True, tag="get_expert"):
    pass


class Answer(Struct, frozen=True, tag="answer"):
    option: Id


class TestCard(Struct, frozen=True, tag="test_card"):
    """Try the reader of the shown till with a card."""


class TakeBack(Struct, frozen=True, tag="take_back"):
    """What staff said the device of the shown till is was wrong."""


class StepDone(Struct, frozen=True, tag="step_done"):
    """*Done, check again*, or *Yes, it works* where no check can tell."""


class DidNotHelp(Struct, frozen=True, tag="did_not_help"):
    pass


class CannotDo(Struct, frozen=True, tag="cannot_do"):
    pass


class SendCase(Struct, frozen=True, tag="send_case"):
    pass


class DoNotSend(Struct, frozen=True, tag="do_not_send"):
    pass


class Say(Struct, frozen=True, tag="say"):
    words: Words


class QuickReply(Struct, frozen=True, tag="quick_reply"):
    phrase: Id


class Draft(Struct, frozen=True, tag="draft"):
    """Unsent words, kept so that they survive a restart."""

    words: Words


class GiveConsent(Struct, frozen=True, tag="give_consent"):
    request: Id
    given: bool


class StopRequest(Struct, frozen=True, tag="stop_request"):
    """*Stop* while a consented request runs."""

    request: Id


class EndSession(Struct, frozen=True, tag="end_session"):
    pass


class ReleaseStop(Struct, frozen=True, tag="release_stop"):
    code: Short


class Rate(Struct, frozen=True, tag="rate"):
    csat: int | None = None
    ces: int | None = None
    nps: int | None = None
    words: Words = ""


class SkipRating(Struct, frozen=True, tag="skip_rating"):
    pass


Act = (  # what staff do: pages emit exactly one of these a touch
    CheckEverything | SomethingWrong | OpenTill | OpenTheCase | ChooseSymptom | ChooseTopic | Search | MoreHelp
    | ReadArticle | StartProcedure | Note | AddPhoto | Sign | Cancel | Back | GoHome | FixIt | GetExpert | Answer
    | TakeBack | TestCard | StepDone | DidNotHelp | CannotDo | SendCase | DoNotSend | Say | QuickReply | Draft
    | GiveConsent | StopRequest | EndSession | ReleaseStop | Rate | SkipRating
)  # fmt: skip
"""Choosing a language is the window's own affair: it renders the same screen again."""
