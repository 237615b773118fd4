"""The simulated Caisse-AP terminal: takes all, answers nothing."""

import pytest

from kiosk.errors import Usage
from kiosk.simulator.caisse_ap import build
from kiosk.simulator.device import Setup


def test_whatever_comes_is_counted_and_not_answered() -> None:
    terminal = build(Setup())
    assert terminal.feed(b"CZ0040300") == []
    assert terminal.counts() == {"forbidden": 9}
    with pytest.raises(Usage):
        terminal.say(["paper", "in"])
