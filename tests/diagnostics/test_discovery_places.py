"""Moved and swapped terminals: told by serial number alone, never by a port's name, and never guessed."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from kiosk.diagnostics import discovery
from kiosk.diagnostics.checks.port_present import port_present
from kiosk.diagnostics.discovery import gather
from kiosk.diagnostics.discovery.device import Device
from kiosk.diagnostics.discovery.places import places, settled
from kiosk.model.report import Facts, Place, Placed, SeenPort
from kiosk.model.terminal import Kind, Port, Terminal, Usb

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACM0, ACM1, ACM2 = (f"/dev/ttyACM{n}" for n in range(3))


def till(id: str, address: str, serial: str = "") -> Terminal:
    return Terminal(id, Port(address, serial or address), serial=serial, till=id)


def plugged(port: str | None, serial: str | None, path: str = "1-1", also: tuple[str, ...] = ()) -> Device:
    return Device(port, Usb("11ca", "0220", serial, path), Kind.TERMINAL, also=also)


def test_a_terminal_in_its_place_is_not_mentioned():
    listed = [till("1", ACM0, "A"), till("2", "usb:1-2", "B"), till("3", "tcp://10.0.0.9:20007", "C"), till("4", ACM2)]
    here = [plugged(ACM0, "A"), plugged(ACM1, "B", "1-2"), plugged("/dev/ttyACM7", "C", "1-3"), plugged(ACM2, "D")]
    assert places(listed, here) == ()


def test_a_moved_terminal_is_found_again_and_the_check_goes_on_there():
    listed = [till("1", ACM0, "A"), till("2", ACM1, "B")]
    moves = places(listed, [plugged(ACM2, "A", "1-9"), plugged(ACM1, "B")])
    assert moves == (Place("1", ACM0, ACM2, Placed.MOVED),)
    assert [t.port.address for t in settled(listed, moves)] == [ACM2, ACM1]


def test_an_address_by_topology_moves_to_the_new_topology_even_where_the_ports_name_stayed():
    assert places([till("1", "usb:1-4", "A")], [plugged(ACM0, "A", "2-1")]) == (
        Place("1", "usb:1-4", "usb:2-1", Placed.MOVED),
    )


def test_two_swapped_terminals_are_both_told():
    listed = [till("1", ACM0, "A"), till("2", ACM1, "B")]
    moves = places(listed, [plugged(ACM0, "B"), plugged(ACM1, "A", "1-2")])
    assert moves == (Place("1", ACM0, ACM1, Placed.SWAPPED, "2"), Place("2", ACM1, ACM0, Placed.SWAPPED, "1"))


def test_one_without_a_number_on_the_list_is_told_by_who_sits_in_its_place():
    listed = [till("1", ACM0, "A"), till("2", ACM1)]
    moves = places(listed, [plugged(ACM0, None), plugged(ACM1, "A", "1-2")])
    assert moves == (Place("1", ACM0, ACM1, Placed.SWAPPED, "2"), Place("2", ACM1, ACM0, Placed.SWAPPED, "1"))


@pytest.mark.parametrize(
    ("serial", "here"), [("", [plugged(ACM1, "A")]), ("X", [plugged(ACM1, "A"), plugged(ACM0, None)])]
)
def test_one_whose_place_is_taken_and_that_cannot_be_found_is_never_guessed(serial, here):
    listed = [till("1", ACM0, "A"), till("2", ACM1, serial)]
    moves = places(listed, here)
    assert moves[1] == Place("2", ACM1, "", Placed.TAKEN, "1")
    assert settled(listed, moves)[1].port.address == ACM1


@pytest.mark.parametrize(
    "here",
    [
        [],
        [plugged(ACM1, None)],  # tells no number
        [plugged(ACM1, "A"), plugged(ACM2, "A", "1-2")],  # a number that many share
        [plugged(None, "A")],  # there, but without its driver it has no port
        [plugged(ACM1, "A", also=(ACM0,))],  # its second port
    ],
)
def test_what_is_not_known_for_sure_is_not_claimed(here):
    assert places([till("1", ACM0, "A")], here) == ()


def test_links_of_the_system_follow_the_device_by_themselves():
    assert places([till("1", "/dev/serial/by-id/usb-x", "A")], [plugged(ACM1, "A")]) == ()


def test_two_terminals_listed_at_one_device_are_not_swapped():
    listed = [till("1", ACM0, "A"), till("2", ACM1, "A")]
    assert places(listed, [plugged(ACM0, "A", also=(ACM1,))]) == ()


def test_facts_tell_the_places_and_look_where_the_terminal_is_now(monkeypatch):
    monkeypatch.setattr(discovery, "attached", lambda: (plugged(None, "A", "2-1"),))
    listed = (till("1", "usb:1-4", "A"),)
    facts = gather(listed, (), (), NOW, listed)
    assert facts.places == (Place("1", "usb:1-4", "usb:2-1", Placed.MOVED),)
    assert [(p.address, p.exists) for p in facts.ports] == [("usb:2-1", True)]


@pytest.mark.parametrize(
    ("how", "ids"),
    [
        (Placed.MOVED, ["port.moved"]),
        (Placed.SWAPPED, ["port.swapped"]),
        (Placed.TAKEN, ["port.swapped", "port.missing"]),
    ],
)
def test_the_check_of_the_port_says_so(how, ids):
    class Scene:
        terminal = till("1", ACM1, "A")
        seen = SeenPort(ACM1, exists=True)
        facts = Facts(NOW, places=(Place("1", ACM0, ACM1, how, "2"),))

    assert [finding.id for finding in port_present(Scene())] == ids
    Scene.facts = replace(Scene.facts, places=())
    assert list(port_present(Scene())) == []
