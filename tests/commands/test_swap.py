"""kiosk swap: a person exchanges one part at a time; real checks between, over pseudo-terminals."""

import io
import json

import pytest

from kiosk.__main__ import main
from kiosk.diagnostics.differential import Part, Why
from kiosk.model.text import Text
from kiosk.resources import catalogue
from tests.fakes.peers import pty_peer, silent
from tests.fakes.simulated import simulated


def swapped(monkeypatch, capsys, *answers):
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
    with pty_peer(silent) as dead, simulated("escpos", "--latency", "0.01") as works:
        ports = {"OLD": dead.address, "NEW": works.address}
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{ports.get(a, a)}\n" for a in answers)))
        status = main(["swap", "--json", "--port", dead.address, "--protocol", "escpos"])
    return status, json.loads(capsys.readouterr().out)


def test_at_another_port_it_works_and_back_at_the_old_it_does_not(monkeypatch, capsys):
    status, told = swapped(monkeypatch, capsys, "NEW", "")
    assert status == 1
    assert (told["fault"]["id"], told["part"], told["proven"]) == ("protocol.no_answer", "port", True)
    assert told["trials"] == [{"exchanged": "port", "result": "gone"}]


def test_whoever_stops_gets_no_verdict(monkeypatch, capsys):
    _, told = swapped(monkeypatch, capsys, "n")
    assert (told["part"], told["why"], told["next"]) == (None, "not_yet", "port")


def test_a_healthy_terminal_needs_no_exchange(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with simulated("escpos", "--latency", "0.01") as works:
        assert main(["swap", "--port", works.address, "--protocol", "escpos"]) == 0
    assert "no fault" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "de"])
def test_there_are_words_for_every_end_and_every_exchange(language):
    say = catalogue(language)
    undecided = [f"why.{why}" for why in Why if why not in (Why.FOLLOWS, Why.LEFT_OVER)]
    parts = [f"{kind}.{part}" for kind in ("do", "likely", "proven") for part in Part]
    assert all(say.has(f"swap.{id}") for id in (*undecided, *parts))
    assert say(Text("swap.no")).split()[0] == "n"
