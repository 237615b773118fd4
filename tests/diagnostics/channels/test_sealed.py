"""Sealed messages over real connections to the simulated terminal: what the wire shows, what the trace keeps."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.diagnostics.channels.channel import Channel
from kiosk.diagnostics.channels.converse import converse
from kiosk.diagnostics.channels.opening import Doors
from kiosk.diagnostics.channels.replay import ReplayChannel
from kiosk.diagnostics.channels.sealed import SealedChannel, SharedKey
from kiosk.diagnostics.channels.tls import Trust
from kiosk.errors import Barred, Garbled, Refused, WrongKey
from kiosk.evidence.admit import admit
from kiosk.evidence.trace import Trace
from kiosk.model.health import GlobalStatus, Reading
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.model.trace import TraceHeader, What
from kiosk.protocols.conversation import Conversation, Send
from kiosk.protocols.nexo import PROTOCOL
from kiosk.simulator.device import Setup
from kiosk.simulator.nexo import build
from kiosk.simulator.sealing import KEY, PASSPHRASE, VERSION
from tests.fakes.certificates import Maker, shows, terminal
from tests.fakes.peers import tcp_peer

RIGHT = SharedKey(KEY, VERSION, PASSPHRASE)
HEADER = TraceHeader("1.1", "tls://localhost:8443", "nexo", "http", "2026-03-12T14:30:00+00:00")


def read(channel: Channel, trace: Trace | None = None, talk: Conversation[Reading] | None = None) -> Reading:
    with channel:
        return converse(
            talk or PROTOCOL.read("http"),
            channel,
            protocol=PROTOCOL,
            framing="http",
            level=Level.INTERNAL,
            deadline=time.monotonic() + 10,
            trace=trace,
        )


@contextmanager
def simulated(*faults: str) -> Iterator[tuple[Channel, list[bytes]]]:
    """The way to a terminal on the loopback network, and what came over the wire."""
    device, wire = build(Setup(faults=set(faults))), list[bytes]()

    def answer(data: bytes) -> list[bytes]:
        wire.append(data)
        said = b"".join(reply.data for reply in device.feed(data))
        wire.append(said)
        return [said[:50], said[50:]]

    with tcp_peer(answer) as peer:
        yield Doors(keys={"1.1": RIGHT})(Terminal("1.1", Port(peer.address), protocol="nexo")), wire


def test_a_diagnosis_goes_sealed_both_ways_and_the_trace_holds_what_was_said() -> None:
    trace = Trace(HEADER)
    trace.add(What.OPEN)
    with simulated("sealed", "paper_out") as (channel, wire):
        reading = read(channel, trace)
    assert (reading.health.global_status, reading.findings[0].id) == (GlobalStatus.OK, "printer.no_paper")
    over = b"".join(wire)
    assert over.count(b"NexoBlob") == 2
    assert b"PrinterStatus" not in over
    assert b"HostDiagnosisFlag" not in over
    kept = b"".join(entry.data for entry in admit(trace.entries, HEADER, b"k" * 32))
    assert b"NoPaper" in kept
    assert b"HostDiagnosisFlag" in kept
    assert PASSPHRASE.encode() not in kept
    again = read(ReplayChannel(admit(trace.entries, HEADER, b"k" * 32), "tcp"))
    assert again == reading, "a replay needs no key"


def test_over_tls_too(tmp_path: Path) -> None:
    maker, name = Maker(tmp_path), "V400m-123456789.test.terminal.adyen.com"
    device = build(Setup(faults={"sealed"}, serial="123456789"))
    certificate = shows(maker.issue(name))
    with terminal(certificate, say=lambda data: b"".join(r.data for r in device.feed(data))) as address:
        trust = Trust(maker.root, "*.test.terminal.adyen.com", "123456789")
        doors = Doors({"1.1": trust}, {"1.1": RIGHT})
        reading = read(doors(Terminal("1.1", Port(address), protocol="nexo")))
    assert reading.health.serial == "123456789"


@pytest.mark.parametrize("fault", ["other_key", "unsealed", "changed_header"])
def test_a_key_that_does_not_fit_is_told_and_nothing_is_believed(fault: str) -> None:
    with simulated(fault) as (channel, _), pytest.raises(WrongKey):
        read(channel)


def test_without_a_key_such_a_terminal_refuses() -> None:
    with simulated("sealed") as (channel, _), pytest.raises(Refused, match="sealed"):
        read(channel._below)  # type: ignore[attr-defined]


def test_a_passphrase_that_is_not_known_opens_nothing() -> None:
    with tcp_peer(lambda _data: []) as peer:
        doors = Doors(keys={"1.1": SharedKey("mine", 3, "")})
        with pytest.raises(WrongKey, match="kiosk key mine --version 3"):
            read(doors(Terminal("1.1", Port(peer.address), protocol="nexo")))
        assert not peer.pieces


def test_the_guard_judges_what_is_meant() -> None:
    def pays() -> Conversation[Reading]:
        yield Send(b'POST /nexo HTTP/1.1\r\nContent-Length: 24\r\n\r\n{"SaleToPOIRequest":null}')
        raise AssertionError

    with simulated("sealed") as (channel, wire), pytest.raises(Barred):
        read(channel, talk=pays())
    assert not wire


def test_what_is_no_http_comes_as_it_is() -> None:
    with tcp_peer(lambda _data: [b"\x10\x02what" * 900]) as peer, pytest.raises(Garbled):
        read(Doors(keys={"1.1": RIGHT})(Terminal("1.1", Port(peer.address), protocol="nexo")))


def test_the_key_is_for_its_protocol_alone_and_shows_nowhere() -> None:
    doors = Doors(keys={"1.1": RIGHT})
    assert not isinstance(doors(Terminal("1.1", Port("tcp://h:1"), protocol="zvt")), SealedChannel)
    assert PASSPHRASE not in repr(doors) + repr(RIGHT)
    assert {e.what for e in Trace(HEADER).entries} <= set(What)
    assert PASSPHRASE not in json.dumps(
        [repr(c) for c in (doors, SealedChannel(doors(Terminal("2", Port("tcp://h:1"))), RIGHT))]
    )
