"""The case: looked at before it goes, opened in the right order, requests only with consent, rated at the end."""

from typing import Any

from kiosk.journey.casework import pending_request
from kiosk.journey.turns import Arrived, CancelRun, DeskChanged, Put, Refused, Sealed, StartRun, Upload
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.case import (
    Assigned,
    Author,
    Body,
    BundleSent,
    CaseEvent,
    Consent,
    Ended,
    Evidence,
    Message,
    Opened,
    Rating,
    Read,
    Request,
    Resolved,
    Result,
    Side,
    Symptom,
    Withdrawn,
)
from kiosk.model.text import text


def opened(walker: Any) -> str:
    """A case about the silent till 2, sent."""
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.FixIt("2"))
    walker.did(a.Answer("lit"))
    walker.did(a.GetExpert())
    case: str = walker.journey.case.id
    line = s.Line(text("section.findings"), text("section.lines", n=1), "all of it")
    walker.did(Sealed(case, "/tmp/b.zip", "ab" * 32, 1000, (line,), ("screenshots",)))
    walker.did(a.SendCase())
    return case


def from_desk(walker: Any, body: Body, seq: int, id: str = "", side: Side = Side.EXPERT) -> tuple[Any, ...]:
    event = CaseEvent(
        id or f"0190-desk-{seq}", walker.journey.case.id, Author(side, "e1", "Alex"), walker.now, body, seq
    )
    result: tuple[Any, ...] = walker.did(Arrived(event))
    return result


def stored(walker: Any) -> None:
    """Everything put so far becomes durable, then delivered."""
    for number, wish in enumerate([w for w in walker.wishes if isinstance(w, Put)], 1):
        walker.did(Arrived(wish.event))
        e = wish.event
        walker.did(Arrived(CaseEvent(e.id, e.case, e.author, e.at, e.body, number)))


def test_nothing_goes_before_staff_have_seen_it(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.GetExpert())
    assert walker.put() == []
    shown = walker.screen
    assert isinstance(shown, s.Preview)
    assert not shown.ready
    walker.did(a.DoNotSend())
    assert walker.put() == []
    assert walker.journey.case is None


def test_what_an_expert_needs_first_goes_first(walker: Any) -> None:
    opened(walker)
    kinds = [type(b) for b in walker.put()]
    assert kinds[:3] == [Opened, Symptom, Evidence]
    assert kinds[-1] is BundleSent
    first, evidence = walker.put()[0], walker.put()[2]
    assert isinstance(first, Opened)
    assert (first.till, first.tills_working, first.tills_total) == ("Till 2", 2, 3)
    assert isinstance(evidence, Evidence)
    assert evidence.verdict == "protocol.no_answer"
    assert evidence.likely
    assert any(isinstance(w, Upload) for w in walker.wishes)


def test_sending_twice_sends_once(walker: Any) -> None:
    opened(walker)
    count = len(walker.put())
    walker.did(a.SendCase())
    assert len(walker.put()) == count


def test_the_case_may_open_before_its_bundle_is_ready(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.GetExpert())
    walker.did(a.SendCase())
    assert not any(isinstance(w, Upload) for w in walker.wishes)
    case = walker.journey.case.id
    walker.did(Sealed(case, "/tmp/b.zip", "ab" * 32, 1000))
    assert any(isinstance(w, Upload) for w in walker.wishes)


def test_own_words_turn_from_waiting_to_delivered_to_read(walker: Any) -> None:
    opened(walker)
    (put,) = walker.did(a.Say("It stopped"))
    walker.did(Arrived(put.event))

    def mark() -> s.Delivery | None:
        return next(b.delivery for b in walker.screen.bubbles if b.id == put.event.id)

    assert mark() is s.Delivery.WAITING
    e = put.event
    walker.did(Arrived(CaseEvent(e.id, e.case, e.author, e.at, e.body, 9)))
    assert mark() is s.Delivery.DELIVERED
    from_desk(walker, Read(9), 10)
    assert mark() is s.Delivery.READ
    walker.did(Arrived(put.event))
    assert mark() is s.Delivery.READ, "an old copy without a seq takes nothing back"


def test_an_event_twice_is_shown_once_and_in_the_desk_s_order(walker: Any) -> None:
    opened(walker)
    from_desk(walker, Message("second"), 12)
    from_desk(walker, Message("first"), 11)
    from_desk(walker, Message("second"), 12)
    words = [b.words.args.get("words") for b in walker.screen.bubbles if not b.mine]
    assert words == ["first", "second"]


def test_what_is_seen_is_told_as_read(walker: Any) -> None:
    opened(walker)
    (put,) = from_desk(walker, Message("Hello"), 11)
    assert put.event.body == Read(11)
    assert from_desk(walker, Message("Hello"), 11) == ()


def test_a_card_number_is_refused_in_words_and_the_draft_is_kept_apart(walker: Any) -> None:
    opened(walker)
    (put,) = walker.did(a.Say("4111 1111 1111 1111"))
    walker.did(Refused(put.event.id, text("refused.card")))
    assert walker.screen.refused == text("refused.card")
    walker.did(a.Draft("Sorry"))
    assert walker.screen.refused is None
    assert walker.screen.draft == "Sorry"


def test_a_request_does_nothing_until_staff_say_yes(walker: Any) -> None:
    opened(walker)
    stored(walker)
    runs = sum(isinstance(w, StartRun) for w in walker.wishes)
    from_desk(walker, Request("check", "2.1"), 20, "0190-request")
    assert sum(isinstance(w, StartRun) for w in walker.wishes) == runs
    assert walker.screen.request.request == "0190-request"
    walker.did(a.GiveConsent("0190-request", given=False))
    assert sum(isinstance(w, StartRun) for w in walker.wishes) == runs
    assert walker.put()[-1] == Consent("0190-request", given=False)


def test_a_yes_runs_the_check_and_its_result_goes_back(walker: Any) -> None:
    opened(walker)
    stored(walker)
    from_desk(walker, Request("check", "2.1"), 20, "0190-request")
    walker.did(a.GiveConsent("0190-request", given=True))
    stored(walker)
    assert walker.started().terminals == ("2.1",)
    assert walker.screen.request.running
    walker.finish({})
    result = walker.put()[-1]
    assert isinstance(result, Result)
    assert result.ok
    assert result.evidence is not None
    assert result.evidence.verdict == "ok"
    assert isinstance(walker.screen, s.Chat), "the talk goes on"


def test_what_runs_on_request_can_be_stopped(walker: Any) -> None:
    opened(walker)
    stored(walker)
    from_desk(walker, Request("check", "2.1"), 20, "0190-request")
    walker.did(a.GiveConsent("0190-request", given=True))
    run = walker.started().run
    wishes = walker.did(a.StopRequest("0190-request"))
    assert CancelRun(run) in wishes
    stopped = walker.put()[-1]
    assert isinstance(stopped, Result)
    assert stopped.stopped
    assert stopped.evidence is None


def test_a_withdrawn_request_is_gone_and_one_outside_the_list_is_not_done(walker: Any) -> None:
    opened(walker)
    from_desk(walker, Request("check", "2.1"), 20, "0190-request")
    from_desk(walker, Withdrawn("0190-request"), 21)
    assert pending_request(walker.journey, walker.now) is None
    from_desk(walker, Request("check", "nothing-here"), 22, "0190-other")
    walker.did(a.GiveConsent("0190-other", given=True))
    answer = walker.put()[-1]
    assert isinstance(answer, Result)
    assert not answer.ok


def test_the_bar_shows_who_is_here_until_staff_end_it(walker: Any) -> None:
    opened(walker)
    from_desk(walker, Assigned("e1", "Alex", "amber window"), 5, side=Side.DESK)
    bar = walker.screen.header.connected
    assert (bar.name, bar.words) == ("Alex", "amber window")
    assert not walker.screen.header.expert
    walker.did(a.EndSession())
    ended = walker.put()[-1]
    assert isinstance(ended, Ended)
    stored(walker)
    assert walker.screen.header.connected is None


def test_a_resolved_case_is_rated_once(walker: Any) -> None:
    opened(walker)
    walker.later(minutes=12)
    from_desk(walker, Resolved("cable.at_terminal", "cable.push_terminal", "machine"), 30)
    done = walker.screen
    assert isinstance(done, s.Done)
    assert done.rate
    assert done.minutes == 12
    walker.did(a.Rate(csat=5))
    walker.did(a.Rate(csat=1))
    assert [b for b in walker.put() if isinstance(b, Rating)] == [Rating(5)]
    assert walker.screen.rated
    walker.did(a.GoHome())
    assert isinstance(walker.screen, s.Home)
    assert walker.screen.cases == ()


def test_offline_is_said_and_the_case_waits(walker: Any) -> None:
    opened(walker)
    walker.did(DeskChanged(online=False))
    assert walker.screen.offline
    assert walker.screen.status.id == "chat.offline"
    walker.did(DeskChanged(online=True, percent=40))
    assert walker.screen.progress == 40
    walker.did(a.GoHome())
    assert walker.screen.cases[0].number == walker.screen.cases[0].number.upper()
    walker.did(a.OpenTheCase(walker.journey.case.id))
    assert isinstance(walker.screen, s.Chat)


def test_closed_without_a_passing_check_is_not_called_working(walker: Any) -> None:
    opened(walker)
    from_desk(walker, Resolved("tamper.sensor", "other", "Alex"), 30)
    assert walker.screen.title.id == "done.closed"


def test_with_nothing_heard_yet_what_goes_is_ready_once_it_is_sealed(walker: Any) -> None:
    walker.did(a.GetExpert())
    assert not walker.screen.ready
    walker.did(Sealed(walker.journey.case.id, "/tmp/b.zip", "ab" * 32, 1000))
    assert walker.screen.ready
