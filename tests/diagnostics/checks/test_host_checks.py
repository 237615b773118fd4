"""What the checks make of facts about the PC and the device behind a port."""

import pytest

from kiosk.diagnostics.checks import (
    bank_reachable,
    card_service,
    device_driver,
    link_opens,
    pc_clock,
    pc_ready,
    port_owner,
    print_queue,
    terminal_health,
    usb_power,
)
from kiosk.errors import Busy
from kiosk.model.finding import Hop, HopState, Link, Measurement, Severity
from kiosk.model.health import Health, Reading
from kiosk.model.report import Facts, HostFact, Plugged, SeenPort
from kiosk.resources import catalogue
from tests.diagnostics.checks.test_checks import NOW, Stage, found, ids


def behind(address="/dev/x", exists=True, **facts):
    return Stage(SeenPort(address, exists, plugged=Plugged(**facts)), address)


def host(**facts):
    return Stage(facts=Facts(NOW, host=tuple(HostFact(name, value) for name, value in facts.items())))


@pytest.mark.parametrize(
    ("code", "id"),
    [
        (1, "port.driver_missing"), (10, "port.device_failed"), (14, "port.restart_needed"), (22, "port.disabled"),
        (24, "port.device_failed"), (28, "port.driver_missing"), (31, "port.driver_missing"),
        (37, "port.driver_missing"), (39, "port.driver_missing"), (43, "port.device_failed"),
        (48, "port.driver_blocked"), (52, "port.driver_blocked"),
    ],
)  # fmt: skip
def test_a_problem_code_of_windows_is_named_with_words_that_cure(code, id):
    (finding,) = device_driver.device_driver(behind(problem=code))
    assert (finding.id, finding.data["problem"]) == (id, code)
    assert all(catalogue(language).has(f"windows.problem.{code}") for language in ("en", "de"))


@pytest.mark.parametrize("code", [None, 0, 45, 51])
def test_other_codes_are_no_matter_of_the_driver(code):
    assert found(device_driver.device_driver, behind(problem=code, driver_bound=True)) == []


def test_a_serial_terminal_without_a_driver_has_no_port():
    assert found(device_driver.device_driver, behind(exists=False, driver_bound=False)) == ["port.driver_missing"]
    assert found(device_driver.device_driver, behind("usb:1-4", driver_bound=False)) == ["port.driver_missing"]
    assert found(device_driver.device_driver, behind(driver_bound=False)) == []
    assert found(device_driver.device_driver, behind(exists=False)) == []
    assert found(device_driver.device_driver, Stage()) == []


def test_power_is_measured_and_judged_where_it_is_reported():
    items = list(
        usb_power.usb_power(behind(over_current=2, draws=500, hub_gives=400, hub_draws=600, power_saving=True))
    )
    assert ids(items) == ["host.over_current", "host.hub_overloaded", "host.power_saving"]
    assert [(m.name, m.value, m.ok) for m in items if isinstance(m, Measurement)] == [
        ("usb.over_current", 2, False), ("usb.draws", 500, None), ("usb.hub_load", 600, False)
    ]  # fmt: skip
    assert ids(usb_power.usb_power(behind(over_current=0, hub_gives=400, hub_draws=400, power_saving=False))) == []
    assert list(usb_power.usb_power(behind())) == []
    assert list(usb_power.usb_power(Stage())) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"service_print": False, "print_jobs": 3}, ["host.spooler_stopped"]),
        ({"print_jobs": 3, "print_jobs_failed": 1, "print_oldest": 0}, ["host.spooler_stuck"]),
        ({"print_jobs": 1, "print_jobs_failed": 0, "print_oldest": 10}, ["host.spooler_stuck"]),
        ({"print_jobs": 1, "print_jobs_failed": 0, "print_oldest": 9}, []),
        ({"print_jobs": 0, "print_jobs_failed": 0, "print_oldest": 0}, []),
        ({"service_print": None, "print_jobs": None}, []),
    ],
)
def test_a_print_queue_that_does_not_move(facts, expected):
    assert found(print_queue.print_queue, host(**facts)) == expected


def test_the_card_service_is_no_matter_of_the_network():
    assert found(card_service.card_service, host(service_card=False)) == ["host.card_service_stopped"]
    assert found(card_service.card_service, host(service_card=None)) == []
    network = Stage(facts=host(service_card=False).facts, address="tcp://h:1")
    assert found(card_service.card_service, network) == []


@pytest.mark.parametrize(("synchronised", "expected"), [(False, True), (True, False), (None, False)])
def test_where_the_clocks_differ_the_pcs_may_be_the_wrong_one(synchronised, expected):
    far = Reading(Health(clock="2026-03-02T12:30:00"))
    stage = Stage(answer=far, facts=host(clock_synchronised=synchronised).facts)
    assert found(terminal_health.terminal_health, stage) == ["terminal.clock_wrong"] + ["host.clock_unset"] * expected


@pytest.mark.parametrize(
    ("facts", "minutes"),
    [
        ({"clock_off": None}, None),
        ({"clock_off": 59.0, "clock_off_within": 0.5}, None),
        ({"clock_off": -61.0, "clock_off_within": 2.0}, None),  # it may be less
        ({"clock_off": -90.0, "clock_off_within": 0.5}, 2),
        ({"clock_off": 61.0, "clock_off_within": None}, 1),
        ({"clock_off": 7200}, 120),
    ],
)
def test_a_clock_of_the_pc_that_is_off(facts, minutes):
    items = list(pc_clock.pc_clock(host(**facts)))
    assert ids(items) == (["host.clock_off"] if minutes else [])
    assert [i.data["n"] for i in items if not isinstance(i, Measurement)] == ([minutes] if minutes else [])
    assert [i.ok for i in items if isinstance(i, Measurement)] == ([] if facts["clock_off"] is None else [not minutes])


def test_a_terminals_clock_is_held_against_the_right_time():
    """The PC is 20 minutes ahead: a terminal that differs is right, and one that agrees with the PC is not."""
    facts = host(clock_off=1200.0, clock_synchronised=False).facts
    right = Stage(answer=Reading(Health(clock="2026-03-02T09:10:00")), facts=facts)
    wrong = Stage(answer=Reading(Health(clock="2026-03-02T09:30:00")), facts=facts)
    assert found(terminal_health.terminal_health, right) == []
    assert found(terminal_health.terminal_health, wrong) == ["terminal.clock_wrong"]


@pytest.mark.parametrize(("off", "expected"), [(100_000.0, []), (-100_000.0, []), (300.0, ["bank.certificate"])])
def test_to_a_pc_that_lives_in_another_week_no_certificate_is_out_of_date(off, expected):
    facts = {"reaches h:1": True, "trust h:1": "dated", "issuer h:1": "X", "clock_off": off}
    told = tuple(HostFact(name, value) for name, value in facts.items())
    stage = Stage(facts=Facts(NOW, host=told, payment_hosts=("h:1",)))
    assert found(bank_reachable.bank_reachable, stage) == expected


def test_a_till_program_that_does_not_run_is_information():
    assert found(pc_ready.pc_ready, host(pos_running="")) == ["host.pos_not_running"]
    assert found(pc_ready.pc_ready, host(pos_running="till.exe")) == []
    assert found(pc_ready.pc_ready, host()) == [], "policy names none"


def test_a_port_that_is_taken_while_the_till_program_runs_is_most_likely_the_tills():
    """Windows does not say who has a port open."""
    taken = Stage(answer=Busy("taken"), facts=host(pos_running="till.exe").facts)
    finding, *links = link_opens.link_opens(taken)
    assert (finding.id, finding.data["name"], finding.data["likely"]) == ("port.in_use_by_pos", "till.exe", True)
    assert links[0] == Link(Hop.PORT, HopState.OK)
    assert {link.state for link in links[1:]} == {HopState.NOT_CHECKED}
    assert found(link_opens.link_opens, Stage(answer=Busy("taken"), facts=host(pos_running="").facts)) == ["port.busy"]
    network = Stage(answer=Busy("x"), address="tcp://h:1", facts=host(pos_running="till.exe").facts)
    assert found(link_opens.link_opens, network) == ["link.refused"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"reaches h:1": False, "gateway": True, "gateway_answers": False}, ["bank.no_gateway"]),
        ({"reaches h:1": False, "proxy": True}, ["bank.unreachable", "bank.proxy"]),
        ({"reaches h:1": True, "proxy": True}, []),
    ],
)
def test_a_router_that_is_silent_and_a_proxy_in_between(facts, expected):
    told = tuple(HostFact(name, value) for name, value in facts.items())
    assert found(bank_reachable.bank_reachable, Stage(facts=Facts(NOW, host=told, payment_hosts=("h:1",)))) == expected


def test_a_port_that_the_system_did_not_give_back_to_us_is_told_as_ours():
    finding, *links = port_owner.port_owner(Stage(SeenPort("/dev/x", True, stuck=True)))
    assert (finding.id, finding.severity) == ("port.held_by_us", Severity.INFO)
    assert {(link.hop, link.state) for link in links} == {
        (hop, HopState.NOT_CHECKED) for hop in (Hop.PORT, Hop.CABLE, Hop.ANSWER, Hop.TERMINAL, Hop.BANK)
    }
