"""A real card service with a virtual reader and card: found, asked, tested, and never a command to the card."""

import json

import pytest

from tests.fakes.card_service import NUMBER, READER, card_service, missing, traces_of_card


def skip_where_missing(card):
    if reason := missing(card):
        pytest.skip(reason)


def findings(answer):
    (terminal,) = json.loads(answer["out"])["terminals"]
    return [finding["id"] for finding in terminal["findings"]]


@pytest.mark.parametrize("card", ["own", "vicc"])
def test_a_reader_of_the_card_service_is_found_and_powers_a_card(tmp_path, card):
    skip_where_missing(card)
    port = f"pcsc:{READER}"
    with card_service(tmp_path, card) as service:
        devices = json.loads(service.run("devices", "--json")["out"])["devices"]
        asked = service.run("check", "--json", "--port", port)
        bundle = ("--bundle", str(tmp_path / "bundle.zip"))
        tested = service.run("check", "--json", "--port", port, "--level", "interactive", *bundle)
        heard = service.asked_of_card()
        service.take_card_out()
        empty = service.run("check", "--json", "--port", port)
    mine = next(d for d in devices if d["port"] == port)
    assert (mine["kind"], mine["protocol"], mine["usb"]) == ("smart_card_reader", "ccid", None)
    assert (asked["status"], findings(asked)) == (0, [])
    assert (tested["status"], findings(tested)) == (0, ["reader.card_answered"])
    assert (empty["status"], findings(empty)) == (0, ["reader.no_card"])
    measured = {m["name"]: m["value"] for m in json.loads(tested["out"])["terminals"][0]["measurements"]}
    assert measured["ccid.powered_off"] is True
    assert set(heard) <= {"00", "01", "02", "04"}, "off, on, reset and answer to reset: not one command to the card"
    assert card != "own" or {"01", "04", "00"} <= set(heard)
    assert traces_of_card(tmp_path) == []
    assert NUMBER not in tested["out"] + tested["err"]


def test_a_reader_that_the_service_does_not_know_is_a_wrong_call(tmp_path):
    skip_where_missing("none")
    with card_service(tmp_path, "none") as service:
        answer = service.run("check", "--json", "--port", "pcsc:Another Reader 00 00")
        nobody = service.run("check", "--json", "--port", f"pcsc:{READER}")
    assert (answer["status"], answer["out"]) == (2, "")
    assert findings(nobody) == ["reader.no_card"]
