"""TCP: connects within its time, tells refusal, silence and a cut apart."""

import socket

import pytest

from kiosk.diagnostics.channels.tcp import TcpChannel, host_and_port
from kiosk.errors import Gone, NoAnswer, Refused, Usage
from kiosk.protocols.conversation import Control, Line, NotReported
from tests.fakes.peers import tcp_peer


@pytest.mark.parametrize(
    ("address", "parts"), [("tcp://till-2:20007", ("till-2", 20007)), ("tcp://[::1]:1", ("::1", 1))]
)
def test_an_address_has_a_host_and_a_port(address, parts):
    assert host_and_port(address) == parts


@pytest.mark.parametrize("address", ["tcp://host", "tcp://:20007", "tcp://host:x", "tcp://host:0", "tcp://host:70000"])
def test_what_is_no_address_is_told_with_a_cure(address):
    with pytest.raises(Usage, match="tcp://host:port"):
        host_and_port(address)


def test_bytes_go_both_ways_and_silence_is_empty():
    with tcp_peer(lambda data: [data.upper()]) as peer, TcpChannel(peer.address) as channel:
        assert channel.send(b"abc", 0.05) == 3
        assert channel.receive(100, 2.0) == b"ABC"
        assert channel.receive(100, 0.01) == b""
        assert channel.lines() == NotReported("modem lines")
        assert channel.line(Line(9600, "8N1")) == NotReported("line speed")
        assert channel.control(Control(0, 0, 0, 0), 0.05) == NotReported("control transfers")


def test_nobody_listening_is_a_refusal():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Refused), TcpChannel(f"tcp://127.0.0.1:{port}"):
        pass


def test_an_address_that_cannot_be_reached_is_no_answer(refused_addresses):
    with pytest.raises(NoAnswer), TcpChannel("tcp://192.0.2.1:20007"):
        pass
    assert refused_addresses


def test_a_connection_that_is_cut_is_gone():
    with socket.create_server(("127.0.0.1", 0)) as server, TcpChannel(f"tcp://{_name(server)}") as channel:
        server.accept()[0].close()
        with pytest.raises(Gone):
            channel.receive(10, 1.0)
    with pytest.raises(Gone):
        channel.send(b"x", 0.05)


def _name(server):
    host, port = server.getsockname()
    return f"{host}:{port}"
