"""The card service's socket: there or not, and where its own variable says."""

import sys

import pytest

from kiosk.diagnostics.channels import card_socket


@pytest.mark.skipif(sys.platform == "win32", reason="Windows always has its service")
def test_the_service_is_there_where_its_socket_is(monkeypatch, tmp_path):
    monkeypatch.delenv("PCSCLITE_CSOCK_NAME", raising=False)
    monkeypatch.setattr(card_socket, "SOCKETS", (tmp_path / "one", tmp_path / "two"))
    assert not card_socket.is_there()
    (tmp_path / "two").touch()
    assert card_socket.is_there()
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "own"))
    assert not card_socket.is_there()
