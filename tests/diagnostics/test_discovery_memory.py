"""What was seen at a listed terminal is remembered over a restart, and a swap is noticed by it."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from kiosk.diagnostics.discovery.memory import FILE, WANTED, Memory, keep, learned, recall, remembered
from kiosk.diagnostics.discovery.places import places
from kiosk.model.report import Facts, Place, Placed, SeenPort
from kiosk.model.terminal import Usb
from tests.diagnostics.test_discovery_places import ACM0, ACM1, ACM2, plugged, till

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TILLS = (till("1", ACM0), till("2", ACM1))


def facts(ports, *moves, at=NOW):
    seen = (SeenPort(address, True, usb=Usb("11ca", "0220", serial)) for address, serial in ports.items())
    return Facts(at, ports=tuple(seen), places=moves)


def test_a_swap_without_a_number_on_the_list_is_noticed_after_a_restart(tmp_path):
    keep(tmp_path, learned(Memory(), TILLS, facts({ACM0: "A", ACM1: "B"})))
    known = remembered(TILLS, recall(tmp_path))
    assert places(TILLS, [plugged(ACM0, "B"), plugged(ACM1, "A", "1-2")]) == (), "the list alone does not tell"
    moves = places(known, [plugged(ACM0, "B"), plugged(ACM1, "A", "1-2")])
    assert moves == (Place("1", ACM0, ACM1, Placed.SWAPPED, "2"), Place("2", ACM1, ACM0, Placed.SWAPPED, "1"))
    assert places(known, [plugged(ACM2, "A"), plugged(ACM1, "B", "1-2")]) == (Place("1", ACM0, ACM2, Placed.MOVED),)
    assert places(known, [plugged(ACM0, "A"), plugged(ACM1, "B", "1-2")]) == ()


def test_a_new_device_at_the_place_is_the_terminals_from_then_on():
    before = Memory({"1": "A"})
    assert places(remembered(TILLS, before), [plugged(ACM0, "N")]) == ()
    assert learned(before, TILLS, facts({ACM0: "N"})).serials == {"1": "N"}


def test_what_the_list_says_counts_and_is_not_remembered():
    listed = (till("1", ACM0, "A"), till("3", "tcp://192.0.2.9:20007"))
    assert learned(Memory(), listed, facts({ACM0: "B", "tcp://192.0.2.9:20007": "C"})) == Memory()
    assert remembered(listed, Memory({"1": "B"})) == listed


def test_a_number_that_two_devices_tell_or_none_is_nobodys():
    assert learned(Memory(), TILLS, facts({ACM0: "0001", ACM1: "0001"})) == Memory()
    assert learned(Memory(), TILLS, facts({ACM0: None})) == Memory()


def test_who_leaves_it_swapped_for_a_week_wants_it_so():
    swap = (Place("1", ACM0, ACM1, Placed.SWAPPED, "2"), Place("2", ACM1, ACM0, Placed.SWAPPED, "1"))
    ports = {ACM0: "B", ACM1: "A"}
    memory = learned(Memory({"1": "A", "2": "B"}), TILLS, facts(ports, *swap))
    assert memory == Memory({"1": "A", "2": "B"}, {"1": NOW, "2": NOW})
    later = learned(memory, TILLS, facts(ports, *swap, at=NOW + WANTED - timedelta(hours=1)))
    assert later == memory
    assert learned(memory, TILLS, facts(ports, *swap, at=NOW + WANTED)) == Memory({"1": "B", "2": "A"})
    assert learned(memory, TILLS, facts({ACM0: "A", ACM1: "B"})) == Memory({"1": "A", "2": "B"}), "put back"
    gone = learned(memory, TILLS, facts({}, *swap, at=NOW + WANTED))
    assert gone == Memory()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"serials": {"1": 5}}'])
def test_a_file_that_cannot_be_read_is_forgotten(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert recall(tmp_path) == Memory()
    assert recall(tmp_path / "nowhere") == Memory()


def test_a_disk_that_takes_nothing_costs_only_the_memory(tmp_path):
    (tmp_path / "file").write_text("")
    keep(tmp_path / "file", Memory({"1": "A"}))
    assert replace(recall(tmp_path / "file"), out={}) == Memory()
