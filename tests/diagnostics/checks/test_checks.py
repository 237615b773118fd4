"""Each check on its own: what it yields for what it sees."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from kiosk.diagnostics.checks import (
    bank_reachable,
    card_test,
    link_opens,
    link_signal,
    pc_ready,
    permission,
    port_owner,
    port_present,
    printer_health,
    protocol_answers,
    protocol_guessed,
    terminal_health,
)
from kiosk.errors import Barred, Busy, DeviceError, Garbled, Gone, NoAnswer, NotPermitted, Refused
from kiosk.model.finding import Finding, Hop, HopState, Link, Measurement
from kiosk.model.health import Health, Reading
from kiosk.model.report import Facts, HostFact, SeenPort
from kiosk.model.terminal import Holder, Kind, Port, Terminal
from kiosk.protocols.conversation import LineState, NotReported
from tests.fakes.toy_protocol import TOY

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass
class Stage:
    """A scene whose port opens, or fails, and whose talks answer, as the test says."""

    seen: SeenPort | None = None
    address: str = "/dev/x"
    protocol: object = TOY
    framing: str = "raw"
    answer: object = None
    came: bytes = b""
    facts: Facts = field(default_factory=lambda: Facts(NOW))

    @property
    def terminal(self):
        return Terminal("1", Port(self.address))

    def open(self):
        self._give()

    def heard(self):
        return self.came

    def reads(self, data):
        return b"." in data

    def talk(self, conversation):
        conversation.close()
        return self._give()

    def _give(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def ids(items):
    return [i.id for i in items if isinstance(i, Finding)]


def found(body, stage):
    return ids(body(stage))


def test_a_port_that_is_not_there_is_missing():
    assert found(port_present.port_present, Stage()) == ["port.missing"]
    assert found(port_present.port_present, Stage(SeenPort("/dev/x", False))) == ["port.missing"]
    assert found(port_present.port_present, Stage(SeenPort("/dev/x", True))) == []


def test_another_program_on_the_port_is_named_with_its_pid():
    holder = Holder(4711, "minicom", "2026-03-02T08:00:00+00:00")
    (finding,) = port_owner.port_owner(Stage(SeenPort("/dev/x", True, held_by=holder)))
    assert finding.id == "port.busy"
    assert finding.data == {"port": "/dev/x", "pid": 4711, "name": "minicom", "since": "2026-03-02T08:00:00+00:00"}


def test_the_till_program_on_the_port_is_normal_and_ends_the_chain_there():
    stage = Stage(SeenPort("/dev/x", True, held_by=Holder(1, "Till.EXE")), facts=Facts(NOW, pos_programs=("till",)))
    finding, *links = port_owner.port_owner(stage)
    assert finding.id == "port.in_use_by_pos"
    assert links[0] == Link(Hop.PORT, HopState.OK)
    assert {link.state for link in links[1:]} == {HopState.NOT_CHECKED}


def test_a_missing_right_names_the_group():
    (finding,) = permission.permission(Stage(SeenPort("/dev/x", True, False, "dialout")))
    assert (finding.id, finding.data["group"]) == ("port.no_permission", "dialout")
    assert found(permission.permission, Stage(SeenPort("/dev/x", True, None))) == []


@pytest.mark.parametrize(
    ("error", "serial", "network"),
    [
        (Gone("x"), "port.missing", "port.name_unknown"),
        (Busy("x"), "port.busy", "link.refused"),
        (NotPermitted("x"), "port.no_permission", "link.refused"),
        (DeviceError("x"), "port.open_failed", "link.refused"),
        (Refused("x"), "port.open_failed", "link.refused"),
        (NoAnswer("x"), "port.open_failed", "link.unplugged"),
    ],
)
def test_what_opening_told(error, serial, network):
    assert found(link_opens.link_opens, Stage(answer=error)) == [serial]
    assert found(link_opens.link_opens, Stage(answer=error, address="tcp://h:1")) == [network]


def test_an_open_connection_proves_the_network_cable_but_not_a_serial_one():
    assert list(link_opens.link_opens(Stage(address="tcp://h:1"))) == [Link(Hop.CABLE, HopState.OK)]
    assert list(link_opens.link_opens(Stage())) == []


@pytest.mark.parametrize(
    ("error", "id"),
    [
        (NoAnswer("x"), "protocol.no_answer"),
        (Garbled("x"), "protocol.garbled"),
        (Gone("x"), "link.unplugged"),
        (Busy("x"), "terminal.busy"),
        (Refused("x"), "protocol.refused"),
        (Barred("x"), "guard.refused"),
    ],
)
def test_what_asking_for_an_answer_told(error, id):
    assert found(protocol_answers.protocol_answers, Stage(answer=error)) == [id]


def test_an_answer_proves_the_cable_and_no_protocol_proves_nothing():
    assert list(protocol_answers.protocol_answers(Stage())) == [Link(Hop.CABLE, HopState.OK)]
    unknown = list(protocol_answers.protocol_answers(Stage(protocol=None)))
    assert unknown == [Link(Hop.ANSWER, HopState.NOT_CHECKED)]


def test_a_protocol_that_asks_nothing_has_no_answer():
    mute = replace(TOY, asks=False)
    assert list(protocol_answers.protocol_answers(Stage(protocol=mute))) == [Link(Hop.ANSWER, HopState.NOT_CHECKED)]


@pytest.mark.parametrize("body", [terminal_health.terminal_health, printer_health.printer_health])
@pytest.mark.parametrize(
    ("error", "id"),
    [
        (NoAnswer("x"), "protocol.no_answer"),
        (Garbled("x"), "protocol.garbled"),
        (Gone("x"), "link.unplugged"),
        (Refused("x"), "terminal.out_of_order"),
        (Barred("x"), "guard.refused"),
    ],
)
def test_a_health_talk_that_fails_is_a_finding_and_never_health(body, error, id):
    items = list(body(Stage(answer=error)))
    assert ids(items) == [id]
    assert not [i for i in items if isinstance(i, Reading)]


def test_a_card_test_hands_on_what_the_reader_told():
    reading = Reading(Health(card_reader_ok=True))
    testing = replace(TOY, card_test=TOY.read)
    assert list(card_test.card_test(Stage(protocol=testing, answer=reading))) == [reading]
    assert found(card_test.card_test, Stage(protocol=testing, answer=Busy("x"))) == ["terminal.busy"]
    assert list(card_test.card_test(Stage(answer=reading))) == [], "the toy has no such test"
    assert list(card_test.card_test(Stage(protocol=None))) == []


def test_health_is_handed_on():
    reading = Reading(Health(make="Toy"))
    assert list(printer_health.printer_health(Stage(answer=reading))) == [reading]
    assert list(printer_health.printer_health(Stage(protocol=None))) == []


@pytest.mark.parametrize(
    ("clock", "minutes"),
    [("2026-03-02T09:33:00", None), ("2026-03-02T09:40:00", 10), ("2025-03-02T09:30:00", 525600), ("soon", None)],
)
def test_a_clock_that_is_off_is_told_in_minutes(clock, minutes):
    items = list(terminal_health.terminal_health(Stage(answer=Reading(Health(clock=clock)))))
    told = [i.data["minutes"] for i in items if isinstance(i, Finding)]
    assert told == ([minutes] if minutes else [])
    measured = [i.ok for i in items if isinstance(i, Measurement)]
    assert measured == ([] if clock == "soon" else [not minutes])


@pytest.mark.parametrize(
    ("at", "soon"),
    [("09:45", True), ("09:30", True), ("10:01", False), ("09:29", False), ("25:00", False), ("x", False)],
)
def test_a_restart_within_half_an_hour_is_told(at, soon):
    items = terminal_health.terminal_health(Stage(answer=Reading(Health(restart_at=at))))
    assert ids(items) == (["terminal.restart_soon"] if soon else [])


def test_a_pending_restart_of_the_pc_is_information():
    pending = Facts(NOW, host=(HostFact("restart_pending", True),))
    assert found(pc_ready.pc_ready, Stage(facts=pending)) == ["host.restart_pending"]
    assert found(pc_ready.pc_ready, Stage()) == []


def test_the_bank_is_judged_by_the_hosts_that_policy_names():
    def stage(*answers):
        hosts = tuple(f"h{n}:1" for n in range(len(answers)))
        host = tuple(HostFact(f"reaches {h}", a) for h, a in zip(hosts, answers, strict=True))
        return Stage(facts=Facts(NOW, host=host, payment_hosts=hosts))

    assert list(bank_reachable.bank_reachable(stage())) == [Link(Hop.BANK, HopState.NOT_CHECKED)]
    assert list(bank_reachable.bank_reachable(stage(None))) == [Link(Hop.BANK, HopState.NOT_CHECKED)]
    assert list(bank_reachable.bank_reachable(stage(True))) == []
    (finding,) = bank_reachable.bank_reachable(stage(True, False))
    assert (finding.id, finding.data) == ("bank.unreachable", {"host": "h1:1"})


@dataclass
class Unknown(Stage):
    """A scene whose terminal speaks nobody knows what: what is overheard, and the one protocol that answers."""

    protocol: object = None
    says: object = b""
    speaks: str = ""
    kind: Kind = Kind.TERMINAL
    asked: list = field(default_factory=list)

    @property
    def terminal(self):
        return Terminal("1", Port(self.address), kind=self.kind)

    def overhear(self):
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def probe(self, probe):
        self.asked.append(probe.protocol.id)
        if probe.protocol.id != self.speaks:
            raise NoAnswer("silence") if not isinstance(self.answer, Exception) else self.answer


def test_the_first_protocol_that_answers_is_a_guess_and_proves_the_cable():
    scene = Unknown(speaks="idtech")
    items = list(protocol_guessed.protocol_guessed(scene))
    assert ids(items) == ["protocol.guessed"]
    assert items[1:] == [Link(Hop.CABLE, HopState.OK), Link(Hop.ANSWER, HopState.NOT_CHECKED)]
    assert scene.asked[-1] == "idtech"
    assert scene.asked.count("idtech") == 1


def test_what_is_overheard_needs_no_question():
    scene = Unknown(says=bytes.fromhex("1002060f0bf0f0f7322e31342e3135001003b111"))
    assert ids(protocol_guessed.protocol_guessed(scene)) == ["protocol.guessed"]
    assert scene.asked == []


def test_no_answer_is_no_guess():
    assert list(protocol_guessed.protocol_guessed(Unknown())) == [Link(Hop.ANSWER, HopState.NOT_CHECKED)]


def test_a_cable_that_goes_ends_the_guess_and_a_server_that_hangs_up_does_not():
    scene = Unknown(answer=Gone("gone"))
    assert found(protocol_guessed.protocol_guessed, scene) == ["link.unplugged"]
    assert len(scene.asked) == 1
    server = Unknown(answer=Gone("cut"), address="tcp://h:1", speaks="nexo")
    assert found(protocol_guessed.protocol_guessed, server) == ["protocol.guessed"]


def test_a_usb_reader_is_not_listened_to():
    scene = Unknown(says=AssertionError("listened"), address="usb:1-1", kind=Kind.CARD_READER, speaks="magtek")
    assert found(protocol_guessed.protocol_guessed, scene) == ["protocol.guessed"]


@pytest.mark.parametrize("kind", [Kind.PRINTER, Kind.SERIAL_ADAPTER, Kind.OTHER, Kind.HUB])
def test_only_terminals_and_card_readers_are_guessed(kind):
    scene = Unknown(kind=kind, speaks="escpos")
    assert list(protocol_guessed.protocol_guessed(scene)) == []
    assert list(protocol_guessed.protocol_guessed(Unknown(protocol=TOY))) == []
    assert scene.asked == []


STRAY, MISREAD = b"hello there", b"\x00\xf0\xfe\x00\xf8"


@pytest.mark.parametrize(
    ("came", "expected"),
    [(b"", []), (b"x", []), (b"status.", []), (STRAY, ["link.noise"]), (MISREAD, ["link.wrong_speed"])],
)
def test_bytes_that_nobody_asked_for(came, expected):
    items = list(link_signal.link_signal(Stage(answer=(NotReported(), came, NotReported()))))
    assert ids(items) == expected
    assert [i for i in items if isinstance(i, Link)] == [Link(Hop.PORT, HopState.OK)]
    assert Measurement("line.unasked", len(came), "B") in items


def test_counters_that_rise_while_nobody_asks():
    rose = LineState(frame_errors=0), b"", LineState(frame_errors=4)
    assert found(link_signal.link_signal, Stage(answer=rose)) == ["link.wrong_speed"]


def test_a_line_that_cannot_be_listened_to():
    assert found(link_signal.link_signal, Stage(answer=Gone("x"))) == ["link.unplugged"]
    assert list(link_signal.link_signal(Stage(answer=NoAnswer("x")))) == []
    assert list(link_signal.link_signal(Stage(address="usb:1-4"))) == []
    assert list(link_signal.link_signal(Stage(protocol=None))) == []


@pytest.mark.parametrize("error", [Garbled("x"), NoAnswer("x")])
def test_an_answer_that_is_misread_names_the_speed(error):
    answers = protocol_answers.protocol_answers
    assert found(answers, Stage(answer=error, came=MISREAD)) == ["link.wrong_speed"]
    assert found(answers, Stage(answer=error, came=STRAY)) != ["link.wrong_speed"]
    assert found(answers, Stage(answer=error, came=MISREAD, address="tcp://h:1")) != ["link.wrong_speed"]
    assert found(answers, Stage(answer=Refused("x"), came=MISREAD)) == ["protocol.refused"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"reaches h:1": False, "gateway": False, "resolves h:1": False}, ["bank.no_gateway"]),
        ({"reaches h:1": False, "gateway": True, "resolves h:1": False}, ["bank.dns"]),
        ({"reaches h:1": False, "gateway": None}, ["bank.unreachable"]),
        ({"reaches h:1": True, "gateway": False}, []),
        ({"reaches h:1": True, "trust h:1": "public", "issuer h:1": "X"}, []),
        ({"reaches h:1": True, "trust h:1": "unknown", "issuer h:1": "X"}, []),
        ({"reaches h:1": True, "trust h:1": "local", "issuer h:1": "Wall"}, ["bank.intercepted"]),
        ({"reaches h:1": True, "trust h:1": "dated", "issuer h:1": "X"}, ["bank.certificate"]),
    ],
)
def test_the_first_thing_on_the_way_to_the_bank_that_is_missing(facts, expected):
    host = (*(HostFact(name, value) for name, value in facts.items()), HostFact("connections_reset", 3))
    items = list(bank_reachable.bank_reachable(Stage(facts=Facts(NOW, host=host, payment_hosts=("h:1",)))))
    assert ids(items) == expected
    assert Measurement("network.connections_reset", 3) in items
