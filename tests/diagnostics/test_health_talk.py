"""Reading health for a check: the reading is handed on, a failure is a finding and gives no health."""

import pytest

from kiosk.diagnostics.health_talk import read_health
from kiosk.errors import Barred, Busy, NoAnswer
from kiosk.model.finding import Hop, HopState, Link
from kiosk.model.health import Health, Reading
from tests.fakes.toy_protocol import TOY


class Asked:
    """A scene whose talk gives one answer."""

    framing = "raw"

    def __init__(self, answer, protocol=TOY):
        self.answer, self.protocol = answer, protocol

    def talk(self, conversation):
        conversation.close()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def heard(scene):
    """What it yielded, and what it returned."""
    items, talk = [], read_health(scene)
    while True:
        try:
            items.append(next(talk))
        except StopIteration as stop:
            return items, stop.value


def test_the_reading_is_handed_on():
    reading = Reading(Health(make="Toy"))
    assert heard(Asked(reading)) == ([reading], reading.health)


@pytest.mark.parametrize(
    ("error", "id"),
    [(NoAnswer("x"), "protocol.no_answer"), (Barred("x"), "guard.refused"), (Busy("x"), "terminal.busy")],
)
def test_a_failure_gives_a_finding_and_no_health(error, id):
    (finding, *rest), health = heard(Asked(error))
    assert (finding.id, health) == (id, None)
    assert rest == ([Link(Hop.TERMINAL, HopState.NOT_CHECKED)] if id == "guard.refused" else [])


def test_without_a_protocol_nothing_is_asked():
    assert heard(Asked(None, protocol=None)) == ([], None)


def test_a_reading_without_health_leaves_the_terminal_unchecked():
    """A protocol that only proves that it talks says nothing of the terminal's own health."""
    items, health = heard(Asked(Reading()))
    assert items == [Reading(), Link(Hop.TERMINAL, HopState.NOT_CHECKED)]
    assert health == Health()
