from dataclasses import replace

from kiosk.diagnostics.external_talk import try_external
from kiosk.errors import Barred, Gone, NoAnswer
from kiosk.model.finding import Finding, Hop, HopState, Link, Measurement, Severity
from kiosk.model.health import GlobalStatus, Health, Reading
from tests.fakes.toy_protocol import TOY, read


class Stage:
    """A scene whose talk answers, or fails, as the test says."""

    framing = "raw"

    def __init__(self, answer=None, protocol=None):
        self.answer, self.protocol = answer, protocol or replace(TOY, external={"self_test": read})

    def talk(self, conversation):
        conversation.close()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_measurements_and_findings_are_handed_on_and_health_is_not():
    done, paper = Measurement("zvt.self_test", "done"), Finding("printer.no_paper", Severity.FAULT)
    reading = Reading(Health(global_status=GlobalStatus.OK), (done,), (paper,))
    assert list(try_external(Stage(reading), "self_test")) == [done, paper]


def test_a_protocol_that_has_no_such_test_is_not_asked():
    assert list(try_external(Stage(Gone("never reached")), "diagnosis")) == []
    stage = Stage()
    stage.protocol = None
    assert list(try_external(stage, "self_test")) == []


def test_what_went_wrong_on_the_way():
    finding, link = try_external(Stage(Barred("held back")), "self_test")
    assert (finding.id, link) == ("guard.refused", Link(Hop.TERMINAL, HopState.NOT_CHECKED))
    assert [f.id for f in try_external(Stage(Gone("out")), "self_test")] == ["link.unplugged"]
    (measured,) = try_external(Stage(NoAnswer("It was silent.")), "self_test")
    assert measured == Measurement("self_test.failed", "It was silent.", ok=False)
