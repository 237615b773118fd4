"""What a change at the ports means for the store: grey lights, and tills that nobody set up."""

import pytest
from msgspec.structs import replace

from kiosk.diagnostics.discovery.device import Device
from kiosk.diagnostics.discovery.hotplug import Change
from kiosk.diagnostics.discovery.newcomers import touched, with_newcomers
from kiosk.model.terminal import Kind, Port, Store, Terminal, Till, Usb

PAD = Device("/dev/ttyACM0", Usb("11ca", "0220", "A", "1-2", "02"), Kind.TERMINAL, "Verifone", "Vx805")
READER = Device(None, Usb("076b", "3021", None, "1-4", "0b"), Kind.SMART_CARD_READER)


def store(address: str, serial: str = "") -> Store:
    return Store(
        "s1", "Bakery", tills=(Till("1", "Till 1", (Terminal("1.1", Port(address), serial=serial, till="1"),)),)
    )


@pytest.mark.parametrize(
    ("address", "serial", "device", "is_touched"),
    [
        ("/dev/ttyACM0", "", PAD, True),
        ("usb:1-2", "", PAD, True),
        ("/dev/ttyACM9", "A", PAD, True),  # moved, but the same one
        ("/dev/ttyACM9", "", PAD, False),
        ("tcp://10.0.0.9:20007", "", PAD, False),
        ("pcsc:Reader 00 00", "", READER, True),  # the service names it only later
        ("pcsc:Reader 00 00", "", PAD, False),
    ],
)
def test_whose_port_changed(address, serial, device, is_touched):
    expected = ("1.1",) if is_touched else ()
    assert touched(store(address, serial), Change((), (device,))) == expected
    assert touched(store(address, serial), Change((), (), (device,))) == expected
    assert touched(store(address, serial), Change((device,))) == ()


def test_a_terminal_that_no_till_lists_is_a_till_of_its_own():
    known = store("/dev/ttyACM9")
    seen = with_newcomers(known, (PAD, READER), "New terminal")
    assert seen.tills[0] == known.tills[0]
    (new,) = seen.tills[1:]
    assert (new.id, new.name) == ("new.A", "New terminal")
    (terminal,) = new.terminals
    assert (terminal.id, terminal.till, terminal.port.address, terminal.title) == (
        "new.A", "new.A", "/dev/ttyACM0", "Verifone Vx805"
    )  # fmt: skip


def test_several_are_told_apart():
    other = replace(PAD, port="/dev/ttyACM1", usb=Usb("11ca", "0220", "B", "1-3", "02"))
    assert [t.name for t in with_newcomers(store("x"), (PAD, other), "New terminal").tills[1:]] == [
        "New terminal", "New terminal 2"
    ]  # fmt: skip


@pytest.mark.parametrize(("address", "serial"), [("/dev/ttyACM0", ""), ("usb:1-2", ""), ("/dev/ttyACM9", "A")])
def test_a_listed_one_is_not_new_wherever_it_is(address, serial):
    assert with_newcomers(store(address, serial), (PAD,), "New") == store(address, serial)


def test_what_is_no_payment_terminal_is_no_till():
    others = [replace(PAD, kind=kind) for kind in Kind if kind is not Kind.TERMINAL]
    assert with_newcomers(store("x"), (*others, replace(PAD, port=None, usb=None)), "New") == store("x")
