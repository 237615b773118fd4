"""What was said of a device holds for its identity, and for nothing that is known better."""

from __future__ import annotations

from kiosk.model.learned import Learned, identity_of, taught, taught_store
from kiosk.model.terminal import Kind, Port, Store, Terminal, Till

ZVT = Learned("zvt", "ZVT", Kind.TERMINAL, 115200)
NEW = Terminal("n", Port("/dev/ttyACM0", "52885440"), Kind.OTHER)


def test_a_device_is_known_by_its_serial_number_or_place_and_not_by_its_port() -> None:
    moved = Terminal("m", Port("/dev/ttyACM3", "52885440"), Kind.OTHER)
    assert identity_of(NEW) == identity_of(moved) == "52885440"
    assert identity_of(Terminal("x", Port("tcp://10.0.0.2:20007"))) == "tcp://10.0.0.2:20007"
    got = taught(moved, {"52885440": ZVT})
    assert (got.protocol, got.kind, got.baud, got.certain) == ("zvt", Kind.TERMINAL, 115200, True)
    assert taught(NEW, {"/dev/ttyACM0": ZVT}) == NEW


def test_the_list_stands_above_what_was_said_and_a_no_teaches_nothing() -> None:
    listed = Terminal("l", Port("/dev/ttyACM0", "52885440"), protocol="ecr17")
    assert taught(listed, {"52885440": ZVT}) == listed
    assert taught(NEW, {"52885440": Learned(denied=("zvt",))}) == NEW


def test_a_store_learns_for_all_its_tills() -> None:
    store = taught_store(Store("s", "Shop", tills=(Till("1", "Till 1", (NEW,)),)), {"52885440": ZVT})
    assert store.tills[0].terminals[0].protocol == "zvt"
