"""One cause behind the trouble of several tills: said once, with the tills it concerns, and helped once for all."""

from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.journey import together
from kiosk.journey.turns import PortsChanged, StartRun
from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.terminal import Port, Store, Terminal, Till, Usb
from kiosk.model.text import literal
from tests.journey.conftest import Walker


def reader(id: str, hub: str, model: str = "X") -> Terminal:
    usb = Usb("11ca", "0220", path=f"{hub}.{id}")
    return Terminal(id, Port(f"/dev/tty{id}", usb=usb), make="Make", model=model, protocol="zvt", till=id)


def shop(*terminals: Terminal) -> Store:
    return Store("s1", "Bakery Street 12", "office", tuple(Till(t.id, f"Till {t.id}", (t,)) for t in terminals))


@pytest.fixture
def hub(knowledge: Any) -> Any:
    """Two tills on one hub, one elsewhere."""
    return Walker(shop(reader("1", "1-4"), reader("2", "1-4"), reader("3", "1-2", "Y")), knowledge)


SILENT = {"1": "protocol.no_answer", "2": "protocol.no_answer"}


def test_home_says_the_cause_and_its_tills_once(hub: Any) -> None:
    hub.check_all(SILENT)
    (banner,) = hub.screen.banners
    assert banner.words.id == "together.hub"
    assert banner.words.args["what"] == "1-4"
    assert banner.words.args["tills"].args == {"first": "Till 1", "last": "Till 2"}
    hub.check_all({"1": "protocol.no_answer"})
    assert hub.screen.banners == (), "one till alone shares nothing"


def test_the_verdict_of_each_till_says_it(hub: Any) -> None:
    hub.check_all(SILENT)
    hub.did(a.OpenTill("2"))
    assert hub.screen.together.id == "together.hub"
    hub.did(a.GoHome())
    hub.did(a.OpenTill("3"))
    assert hub.screen.together is None


def test_while_checking_it_is_said_as_soon_as_two_have_it(hub: Any) -> None:
    hub.did(a.CheckEverything())
    if isinstance(hub.screen, s.Ask):
        hub.did(a.Answer("nobody"))
    assert hub.screen.together is None
    hub.told("1", "protocol.no_answer")
    assert hub.screen.together is None
    hub.told("2", "protocol.no_answer")
    assert hub.screen.together.id == "together.hub"


def test_what_is_not_sure_any_more_proves_nothing(hub: Any) -> None:
    hub.check_all(SILENT)
    hub.did(PortsChanged(("1",)))
    assert hub.screen.banners == ()
    hub.check_all(SILENT)
    hub.later(hours=1)
    assert together.now(replace(hub.journey, now=hub.now)) == ()


def test_two_devices_of_one_till_are_no_matter_of_several(knowledge: Any) -> None:
    one = Till("1", "Till 1", (reader("1", "1-4"), replace(reader("2", "1-4"), till="1")))
    walker = Walker(Store("s1", "Shop", tills=(one, Till("3", "Till 3", (reader("3", "1-2"),)))), knowledge)
    walker.check_all(SILENT)
    assert walker.screen.banners == ()


def test_all_of_a_pc_and_all_of_a_model(knowledge: Any) -> None:
    everyone = Walker(shop(reader("1", "1-1", "X"), reader("2", "1-2", "Y")), knowledge)
    everyone.check_all(SILENT)
    assert [b.words.id for b in everyone.screen.banners] == ["together.pc"]
    model = Walker(shop(reader("1", "1-1"), reader("2", "1-2"), reader("3", "1-3", "Y")), knowledge)
    model.check_all(SILENT)
    assert [(b.words.id, b.words.args["what"]) for b in model.screen.banners] == [("together.model", "Make X")]


def answer_all(walker: Any) -> None:
    """Through questions and steps until a check begins; staff say that nobody is paying."""
    for _ in range(40):
        if walker.journey.running is not None:
            return
        screen = walker.screen
        if isinstance(screen, s.Ask):
            ids = [option.id for option in screen.options]
            walker.did(a.Answer("nobody" if "nobody" in ids else ids[0]))
        else:
            walker.did(a.StepDone())
    raise AssertionError("no check began")


def test_help_starts_once_for_all_and_looks_at_all_of_them(hub: Any) -> None:
    hub.check_all(SILENT)
    hub.did(a.OpenTill("1"))
    hub.did(a.FixIt())
    assert hub.screen.till == "Till 1 · Till 2"
    first = hub.journey.trouble
    hub.did(a.GoHome())
    hub.did(a.OpenTill("2"))
    hub.did(a.FixIt())
    assert hub.journey.trouble == first, "the other till goes on with the same help"
    answer_all(hub)
    run = hub.started()
    assert isinstance(run, StartRun)
    assert run.terminals == ("1", "2")
    hub.finish({})
    assert isinstance(hub.screen, s.Done)
    hub.did(a.GoHome())
    assert hub.screen.title.id == "home.all_work"


def test_names_of_tills_as_one_text() -> None:
    assert together.names(()) == literal("")
    assert together.names(("Till 1",)) == literal("Till 1")
    assert together.names(("1", "2", "3")).args == {"first": "1, 2", "last": "3"}
