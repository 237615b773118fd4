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
from kiosk.model import screen as s
from kiosk.model.terminal import Port, Terminal, Till

TAPS = st.one_of(
    st.sampled_from(
        [
            s.CheckEverything(), s.SomethingWrong(), s.Cancel(), s.Back(), s.GoHome(), s.FixIt(), s.FixIt("2"),
            s.FixIt("3"), s.GetExpert(), s.StepDone(), s.DidNotHelp(), s.CannotDo(), s.SendCase(), s.DoNotSend(),
            s.EndSession(), s.SkipRating(), s.Say("hello"), s.QuickReply("done"), s.ReleaseStop("X"),
            s.Rate(csat=3), s.OpenTill("1"), s.OpenTill("2"), s.OpenTill("3"), s.OpenTill("gone"),
            s.Answer("nobody"), s.Answer("lit"), s.Answer("dark"), s.Answer("yes"), s.Answer("no"),
            s.ChooseSymptom("print.nopaper"), s.ChooseSymptom("tamper.message"), s.Draft("h"),
            s.GiveConsent("nothing", given=True), s.StopRequest("nothing"), s.OpenTheCase("nothing"),
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
