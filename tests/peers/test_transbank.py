"""Transbank's official Python SDK polls our simulated terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.fakes.simulated import Simulated, simulated

sdk = pytest.importorskip("transbank.POS.POSIntegrado", reason="transbank-pos-sdk is not installed")


@contextmanager
def connected(terminal: Simulated) -> Iterator[object]:
    till = sdk.POSIntegrado()
    till.timeout = 25  # of its turns of 0.2 s
    assert till.open_port(terminal.address, 115200)
    try:
        yield till
    finally:
        till.close_port()


def test_its_poll_is_answered() -> None:
    with simulated("transbank") as terminal, connected(terminal) as till:
        assert till.poll()
        assert terminal.tell("counts")["counts"]["polls"] == 1


def test_a_refusal_is_false_and_silence_an_error() -> None:
    with simulated("transbank", "--fault", "refuses") as terminal, connected(terminal) as till:
        assert not till.poll()
        terminal.tell("fault silent on")
        till.timeout = 2
        with pytest.raises(sdk.TransbankException):
            till.poll()


def test_its_commands_are_read_and_barred_here() -> None:
    from kiosk.protocols.conversation import Send
    from kiosk.protocols.protocol import protocols

    ours = protocols()["transbank"]
    names = []
    for payload in ("0100", "0200|5000|ABC123|||0|", "0250|", "0300", "0500||", "0700||", "0800", "1200|63|"):
        frame = bytes(sdk.POSIntegrado()._create_command(payload))
        names.append(ours.decode(frame, "serial").frames[0].name)
        assert (ours.level_of(Send(frame), "serial") is None) is (payload != "0100")
    assert names[:4] == ["Poll", "Sale", "Last sale", "Change to normal mode"]
    assert "Unknown" not in names
