"""Work that hangs is left behind; what came back counts, what comes late does not."""

import threading

from kiosk.diagnostics.host import network
from kiosk.diagnostics.host.bounded import side_by_side


def test_answers_stand_in_the_order_of_the_jobs():
    assert side_by_side([lambda: 1, lambda: 2, lambda: 3], 5.0, "counting") == (1, 2, 3)
    assert side_by_side([], 5.0, "nothing") == ()


def test_one_that_hangs_holds_up_nobody():
    release = threading.Event()
    try:
        assert side_by_side([release.wait, lambda: 2], 0.05, "hanging") == (None, 2)
        assert all(t.daemon for t in threading.enumerate() if t.name == "hanging")
    finally:
        release.set()


def test_a_host_whose_name_is_looked_up_for_ever_is_not_reached(monkeypatch):
    release = threading.Event()

    def hangs(*_where):
        release.wait(20)
        raise OSError

    monkeypatch.setattr(network.socket, "create_connection", hangs)
    monkeypatch.setattr(network, "LONGEST", 0.5)
    try:
        (told,) = network.reached(("bank.example:443",), 0.1)
    finally:
        release.set()
    assert (told.name, told.value) == ("reaches bank.example:443", False)
