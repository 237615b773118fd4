"""Every thing that can happen has a handler, and any order of taps leaves a page that can be drawn."""

from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk import resources
from kiosk.journey import turns
from kiosk.journey.journey import HANDLERS
from kiosk.journey.state import restored, saved
from kiosk.journey.turns import PortsChanged, StoreKnown
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.terminal import Port, Terminal, Till

TAPS = st.one_of(
    st.sampled_from(
        [
            a.CheckEverything(), a.SomethingWrong(), a.Cancel(), a.Back(), a.GoHome(), a.FixIt(), a.FixIt("2"),
            a.FixIt("3"), a.GetExpert(), a.StepDone(), a.DidNotHelp(), a.CannotDo(), a.SendCase(), a.DoNotSend(),
            a.EndSession(), a.SkipRating(), a.Say("hello"), a.QuickReply("done"), a.ReleaseStop("X"),
            a.Rate(csat=3), a.OpenTill("1"), a.OpenTill("2"), a.OpenTill("3"), a.OpenTill("gone"),
            a.Answer("nobody"), a.Answer("lit"), a.Answer("dark"), a.Answer("yes"), a.Answer("no"),
            a.ChooseSymptom("print.nopaper"), a.ChooseSymptom("tamper.message"), a.Draft("h"),
            a.GiveConsent("nothing", given=True), a.StopRequest("nothing"), a.OpenTheCase("nothing"),
        ]
    ),
    st.dictionaries(
        st.sampled_from(["1.1", "2.1", "2.2", "3.1"]), st.sampled_from(sorted(resources.findings())), max_size=3
    ),
)  # fmt: skip


def test_nothing_can_happen_without_a_handler() -> None:
    assert set(HANDLERS) == set(get_args(turns.What))


@given(taps=st.lists(TAPS, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_order_of_taps_leaves_a_page(taps: list[Any], walker: Any, store: Any) -> None:
    fresh = type(walker)(store, walker.knowledge)
    for tap in taps:
        if not isinstance(tap, dict):
            fresh.did(tap)
        elif fresh.journey.running is not None:
            fresh.finish(tap)
        assert fresh.screen is not None
        halted = {h.terminal for h in fresh.journey.halts}
        trouble = fresh.journey.trouble
        on_help = isinstance(fresh.screen, s.Do)
        assert not (on_help and trouble and trouble.terminal in halted), "help at a halted terminal"
    assert restored(saved(fresh.journey)).halts == fresh.journey.halts


def test_a_store_that_changed_keeps_what_was_seen_of_the_rest(walker: Any, store: Any) -> None:
    walker.check_all({})
    smaller = type(store)("s1", "Bakery Street 12", tills=store.tills[:1])
    walker.did(StoreKnown(smaller))
    assert set(walker.journey.seen) == {"1.1"}
    assert isinstance(walker.screen, s.Home)


def test_a_new_till_appears_on_home_and_leaves_it_again(walker: Any, store: Any) -> None:
    new = Till("new.A", "New terminal", (Terminal("new.A", Port("/dev/ttyACM9"), till="new.A"),))
    walker.did(StoreKnown(replace(store, tills=(*store.tills, new))))
    assert [card.name for card in walker.screen.cards][-1] == "New terminal"
    walker.did(StoreKnown(store))
    assert [card.name for card in walker.screen.cards] == [t.name for t in store.tills]


def test_a_stop_stays_when_its_terminal_is_unplugged(walker: Any, store: Any) -> None:
    walker.check_all({"1.1": "terminal.tamper"})
    assert walker.journey.halts
    walker.did(StoreKnown(replace(store, tills=store.tills[1:])))
    assert walker.journey.store.till_of("1.1") is not None
    assert isinstance(walker.screen, s.Stop)


def test_home_is_grey_at_once_where_a_port_changed(walker: Any, store: Any) -> None:
    walker.check_all({})
    walker.did(PortsChanged(("1.1",)))
    assert walker.journey.seen["1.1"].stale
    assert next(card.light for card in walker.screen.cards) is s.Light.NOT_CHECKED
    assert s.Light.WORKING in [card.light for card in walker.screen.cards][1:]
