"""@check and the collection: order, needs, levels, kinds; and every check is as the house wants it."""

import pytest

from kiosk.diagnostics.check import check, checks, in_order
from kiosk.errors import ContentError
from kiosk.model.finding import Hop, HopState
from kiosk.model.terminal import Kind, Level, Port, Terminal
from kiosk.resources import catalogue, languages


def one(id, needs=(), hop=Hop.PC, **more):
    @check(id=id, needs=needs, hop=hop, **more)
    def body(scene):
        yield from ()

    return body.check


def test_checks_run_by_hop_and_after_what_they_need():
    a, b, c = one("a", needs=("c",), hop=Hop.PORT), one("b", hop=Hop.PC), one("c", hop=Hop.PORT)
    assert [x.id for x in in_order([a, b, c])] == ["b", "c", "a"]


def test_a_need_that_does_not_exist_or_a_circle_is_told():
    with pytest.raises(ContentError, match="ghost"):
        in_order([one("a", needs=("ghost",))])
    with pytest.raises(ContentError, match="circle"):
        in_order([one("a", needs=("b",)), one("b", needs=("a",))])


def test_a_check_suits_by_level_and_kind():
    printer = Terminal("1", Port("x"), kind=Kind.PRINTER)
    assert one("a", level=Level.INTERNAL).suits(printer, Level.EXTERNAL)
    assert not one("a", level=Level.INTERNAL).suits(printer, Level.PASSIVE)
    assert not one("a", kinds=(Kind.TERMINAL,)).suits(printer, Level.INTERNAL)


def test_the_checks_of_the_house_are_found_and_each_has_its_words_in_every_language():
    found = checks()
    assert len({c.id for c in found}) == len(found)
    wanted = {"port_present", "port_owner", "permission", "link_opens", "protocol_answers"}
    assert wanted | {"terminal_health", "printer_health"} <= {c.id for c in found}
    for language in languages():
        say = catalogue(language, "checks")
        missing = [c.id for c in found if not say.has(f"check.{c.id}")]
        assert not missing, f"write check.<id> in resources/text/{language}/checks.json for {missing}"
        states = [*(f"check.hop.{h}" for h in Hop), *(f"check.state.{s}" for s in HopState)]
        assert all(say.has(id) for id in states)


def test_what_shows_at_the_terminal_runs_at_level_external_only_and_behind_its_health():
    """No run at level internal meets such a check; the one that needs a person's hand is a level above."""
    external = {c.id for c in checks() if c.level is Level.EXTERNAL}
    assert external == {
        "terminal_configuration",
        "terminal_self_test",
        "terminal_diagnosis",
        "printer_report",
    }
    assert {c.id for c in checks() if c.level is Level.INTERACTIVE} == {"card_test", "link_loopback"}
    assert all(c.needs for c in checks() if not Level.INTERNAL.allows(c.level))
    asked_before = [c.id for c in checks() if Level.INTERNAL.allows(c.level) and c.hop is Hop.TERMINAL]
    order = [c.id for c in checks()]
    assert all(
        order.index(one) < order.index(other)
        for one in asked_before
        for other in external
        if one.startswith("printer") == other.startswith("printer")
    )
