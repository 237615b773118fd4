"""Levels: a run allows what needs no more than it was given. Stores: terminals are found by id, tills by terminal."""

import pytest

from kiosk.model.terminal import Level, Port, Store, Terminal, Till

ORDER = [Level.PASSIVE, Level.INTERNAL, Level.EXTERNAL, Level.INTERACTIVE]
READER = Terminal("t1", Port("/dev/ttyS0"), make="Ingenico", model="Lane/3000")
PRINTER = Terminal("p1", Port("/dev/usb/lp0"), make="Epson")
STORE = Store("s1", "Store", tills=(Till("1", "Till 1", (READER,)), Till("2", "Till 2", (PRINTER,))))


@pytest.mark.parametrize("given", ORDER)
@pytest.mark.parametrize("needed", ORDER)
def test_a_level_allows_itself_and_what_is_below(given, needed):
    assert given.allows(needed) == (ORDER.index(needed) <= ORDER.index(given))


def test_a_title_is_what_is_known():
    assert READER.title == "Ingenico Lane/3000"
    assert PRINTER.title == "Epson"
    assert Terminal("x", Port("COM3")).title == ""


def test_a_terminal_is_found_with_its_till():
    assert STORE.terminal("p1") is PRINTER
    assert STORE.till_of("p1") is STORE.tills[1]


def test_what_is_not_there_is_none():
    assert STORE.terminal("gone") is None
    assert STORE.till_of("gone") is None
