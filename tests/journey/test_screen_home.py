"""What Home, verdict and choose say."""

from typing import Any

from kiosk.model import act as a
from kiosk.model import screen as s
from kiosk.model.terminal import Kind, Store


def test_the_title_names_who_needs_help(walker: Any) -> None:
    assert walker.screen.title.id == "home.not_checked"
    walker.check_all({"2.1": "protocol.no_answer", "3.1": "printer.no_paper"})
    home = walker.screen
    assert home.title.id == "home.some_need"
    assert home.fix == "2"
    assert home.fix_name == "Till 2"
    walker.check_all({"3.1": "printer.no_paper"})
    assert (walker.screen.title.id, walker.screen.title.args) == ("home.one_needs", {"till": "Till 3"})
    walker.check_all({})
    assert walker.screen.title.id == "home.all_work"


def test_no_till_is_said(walker: Any, knowledge: Any) -> None:
    empty = type(walker)(Store("s", "New store"), knowledge)
    assert empty.screen.title.id == "home.nothing"
    assert empty.screen.cards == ()


def test_a_till_has_a_line_for_each_terminal_and_shows_the_worst(walker: Any) -> None:
    walker.check_all({"2.2": "printer.no_paper"})
    card = walker.screen.cards[1]
    assert [line.light for line in card.terminals] == [s.Light.WORKING, s.Light.BROKEN]
    assert card.light is s.Light.BROKEN
    assert card.words.id == "printer.no_paper"


def test_the_verdict_says_where_to_send_customers(walker: Any) -> None:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.OpenTill("2"))
    verdict = walker.screen
    assert verdict.others.args == {"till": "Till 1"}, "a till that only prints takes no payments"
    assert verdict.lead.id == "verdict.silence"
    assert verdict.minutes is not None
    assert verdict.reasons


def test_a_working_till_has_nothing_to_fix(walker: Any) -> None:
    walker.check_all({})
    walker.did(a.OpenTill("1"))
    assert walker.screen.title.id == "verdict.works"
    assert walker.screen.minutes is None


def tiles_of(walker: Any, till: str) -> set[str]:
    """Every symptom that can be reached from a till's page, through its topics."""
    walker.did(a.SomethingWrong())
    walker.did(a.OpenTill(till))
    topics = [tile.topic for tile in walker.screen.tiles if tile.topic]
    reached = {tile.symptom for tile in walker.screen.tiles if tile.symptom}
    for topic in topics:
        walker.did(a.ChooseTopic(topic))
        reached |= {tile.symptom for tile in walker.screen.tiles}
        walker.did(a.Back())
    return reached


def test_a_printer_till_offers_symptoms_of_printers(walker: Any) -> None:
    printer, terminal = tiles_of(walker, "3"), tiles_of(walker, "1")
    assert "print.nopaper" in printer
    assert "screen.frozen" in terminal - printer
    assert "pc.random_drop" in printer
    assert not printer & {"card.tap", "pos.app_down", "net.wifi"}


def test_every_symptom_of_a_terminal_is_behind_one_of_a_few_pictures(walker: Any) -> None:
    walker.did(a.SomethingWrong())
    walker.did(a.OpenTill("1"))
    assert len(walker.screen.tiles) <= 9
    assert all(tile.topic and tile.picture for tile in walker.screen.tiles)
    reached = tiles_of(walker, "1")
    kinds = {Kind.TERMINAL}
    symptoms = walker.knowledge.guide.symptoms
    assert reached == {id for id, one in symptoms.items() if any(one.is_offered_at(kind) for kind in kinds)}


def test_back_leads_from_a_topic_to_the_topics_and_then_to_the_tills(walker: Any) -> None:
    walker.did(a.SomethingWrong())
    walker.did(a.OpenTill("1"))
    topics = walker.screen.tiles
    walker.did(a.ChooseTopic("paper"))
    assert "print.jam" in {tile.symptom for tile in walker.screen.tiles}
    walker.did(a.Back())
    assert walker.screen.tiles == topics
    walker.did(a.Back())
    assert walker.screen.tills


def test_own_words_bring_what_fits_them_first(walker: Any) -> None:
    walker.did(a.SomethingWrong())
    assert not walker.screen.search, "first the till"
    walker.did(a.OpenTill("1"))
    everything = walker.screen.tiles
    assert walker.screen.search
    assert walker.screen.found is None
    walker.did(a.Search("it says no papper"))
    assert walker.screen.tiles[0].symptom == "print.nopaper"
    assert len(walker.screen.tiles) <= 6 < len(everything)
    assert (walker.screen.words, walker.screen.found.id) == ("it says no papper", "choose.found")
    walker.did(a.Search("qqqq"))
    assert (walker.screen.tiles, walker.screen.found.id) == (everything, "choose.not_found")
    walker.did(a.Search(""))
    assert (walker.screen.tiles, walker.screen.found) == (everything, None)


def test_words_are_forgotten_with_the_till(walker: Any) -> None:
    walker.did(a.SomethingWrong())
    walker.did(a.OpenTill("1"))
    walker.did(a.Search("no paper"))
    walker.did(a.Back())
    walker.did(a.Back())
    walker.did(a.OpenTill("2"))
    assert (walker.screen.words, walker.screen.found) == ("", None)
    walker.did(a.GoHome())
    walker.did(a.Search("too late"))
    assert walker.journey.words == ""


def test_a_printer_is_not_asked_about_cards_whatever_is_said(walker: Any) -> None:
    printers = tiles_of(walker, "3")
    walker.did(a.Search("card is not read"))
    assert {tile.symptom for tile in walker.screen.tiles if not tile.article} <= printers


def test_a_terminal_nobody_named_is_called_by_its_kind_and_never_by_its_port(walker: Any) -> None:
    titles = [line.title for card in walker.screen.cards for line in card.terminals]
    assert {title.id for title in titles} == {"kind.terminal", "kind.printer"}
    assert "/dev/" not in repr(titles)


def reader_till(walker: Any, knowledge: Any, kind: Kind) -> set[str]:
    from kiosk.model.terminal import Port, Terminal, Till

    only = Till("9", "Till 9", (Terminal("9.1", Port("usb:1-9"), kind, till="9"),))
    other = type(walker)(Store("s", "Shop", tills=(only, walker.journey.store.tills[0])), knowledge)
    return tiles_of(other, "9")


def test_a_till_with_a_reader_alone_is_asked_about_what_a_reader_has(walker: Any, knowledge: Any) -> None:
    chip = reader_till(walker, knowledge, Kind.SMART_CARD_READER)
    swipe = reader_till(walker, knowledge, Kind.CARD_READER)
    for reached in (chip, swipe):
        assert not reached & {"card.pin", "keys.stuck", "print.nopaper", "battery.low", "net.wifi", "screen.frozen"}
        assert reached >= {"pc.not_seen", "card.chip", "tamper.suspicious"}
    assert "card.tap" not in chip
    assert "card.swipe" in swipe
