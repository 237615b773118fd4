"""What a step says: where we are, how long, what the PC knows, where to sell meanwhile."""

from typing import Any

from kiosk.model import act as a
from kiosk.model import screen as s


def step(walker: Any) -> s.Do:
    walker.check_all({"2.1": "protocol.no_answer"})
    walker.did(a.FixIt("2"))
    walker.did(a.Answer("lit"))
    shown = walker.screen
    assert isinstance(shown, s.Do)
    return shown


def test_a_step_tells_what_the_machine_knows(walker: Any) -> None:
    shown = step(walker)
    assert shown.till == "Till 2"
    assert shown.machine is not None
    assert shown.machine.id == "guide.machine.port"
    assert shown.keep_selling is not None
    assert shown.minutes >= 1
    assert 1 == shown.step <= shown.of
    assert shown.picture


def test_the_action_stays_on_the_screen_while_the_machine_looks(walker: Any) -> None:
    shown = step(walker)
    title = shown.title
    while not walker.screen.checking:
        title = walker.screen.title
        walker.did(a.StepDone())
    assert walker.screen.title == title
    walker.finish({"2.1": "protocol.no_answer"})
    after = walker.screen
    assert after.found is not None
    assert after.found.id == "guide.found.same"
    assert isinstance(after, s.Ask) or after.step == 2
