"""The main job once on real input: a scripted peer answers with payloads that real terminals sent."""

import json
from pathlib import Path

import pytest

from kiosk.diagnostics.discovery import gather
from kiosk.diagnostics.replay import replay
from kiosk.diagnostics.runner import Plan, run
from kiosk.diagnostics.verdict import same
from kiosk.model.finding import Hop, HopState
from kiosk.model.health import GlobalStatus
from kiosk.model.terminal import Level, Port, Terminal
from kiosk.protocols.protocol import protocols
from kiosk.resources import findings
from tests.diagnostics.conftest import NOW
from tests.fakes.peers import pty_peer, tcp_peer

DATA = Path(__file__).parents[2] / ".." / "shared" / "data" / "zvt"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the recorded payloads of real terminals are not here")

ENQUIRY = bytes.fromhex("0501")
ACKNOWLEDGED = bytes.fromhex("800000")
HEALTHY = "060f0bf0f0f7322e31342e3135"  # completion with software 2.14.15 and status 00
INTERMEDIATE = "04ff0117"
BUSY = "849c00"


def crc(data: bytes) -> bytes:
    """CRC-16 of PA00P016 over the unstuffed message and ETX, low byte first; written here a second time on purpose."""
    value = 0
    for byte in (*data, 0x03):
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return value.to_bytes(2, "little")


def real_serial_frame(start: str) -> bytes:
    """The whole frame, check sum included, as a terminal sent it."""
    vectors = json.loads((DATA / "serial_frames.json").read_text())["vectors"]
    return next(bytes.fromhex(v["hex"]) for v in vectors if v["hex"].startswith("1002" + start))


def real_payload(start: str) -> bytes:
    frame = real_serial_frame(start)
    return frame[2:-4].replace(b"\x10\x10", b"\x10")


def serial_script(*frames: bytes):
    """A terminal on a serial line: acknowledges, then says its frames one by one, each after it was acknowledged."""

    left: list[bytes] = []
    said: list[bytes] = []

    def answer(data: bytes):
        if ENQUIRY in data:
            left[:] = frames
            yield b"\x06"
            yield 0.02
        elif ACKNOWLEDGED in data:
            yield b"\x06"
        elif not (said and ACKNOWLEDGED in said[-1]):
            return  # the PC has acknowledged a frame, and now sends the message that lets us go on
        if left:
            said.append(left.pop(0))
            yield said[-1]

    return answer


def tcp_script(*payloads: bytes):
    """The same on a network: no ACK bytes, messages follow their acknowledgement."""

    def answer(data: bytes):
        if ENQUIRY in data:
            left[:] = payloads
            yield left.pop(0)
        if left and (ACKNOWLEDGED in data or payloads[0] == ACKNOWLEDGED):
            yield left.pop(0)

    left: list[bytes] = []
    return answer


def checked(address: str):
    terminal = Terminal("till 1", Port(address), protocol="zvt")
    facts = gather((terminal,), (), (), NOW)
    assert protocols()["zvt"].title == "ZVT"
    return run(Plan((terminal,), Level.INTERNAL, 20.0, facts, True), emit=lambda e: None, kinds=findings())


def states(outcome):
    return {link.hop: link.state for link in outcome.report.terminals[0].chain}


def again(outcome):
    """Replay of the run finds the same."""
    traces = [(t.header, t.entries) for t in outcome.traces]
    second = replay(outcome.report, traces, findings())
    assert same(outcome.report, second.report)
    assert [t.chain for t in second.report.terminals] == [t.chain for t in outcome.report.terminals]
    assert [t.health for t in second.report.terminals] == [t.health for t in outcome.report.terminals]


def test_the_frames_of_the_script_are_as_real_terminals_sent_them():
    for start in ("060f0b", "849c00", "800000"):
        frame = real_serial_frame(start)
        assert crc(real_payload(start)) == frame[-2:]


def test_health_out_of_real_bytes_on_a_serial_line():
    script = serial_script(real_serial_frame("800000"), real_serial_frame("060f0b"))
    with pty_peer(script) as peer:
        outcome = checked(peer.address)
    (report,) = outcome.report.terminals
    assert report.findings == ()
    assert report.health.software == "2.14.15"
    assert report.health.global_status is GlobalStatus.OK
    assert [states(outcome)[h] for h in Hop] == [HopState.OK] * 5 + [HopState.NOT_CHECKED]
    again(outcome)


def test_health_out_of_real_bytes_on_the_network():
    status = bytes.fromhex(INTERMEDIATE)
    assert (DATA / "feig_cvend" / "1680728162.647465000_pt_ecr.blob").read_bytes() == status
    with tcp_peer(tcp_script(ACKNOWLEDGED, status, real_payload("060f0b"))) as peer:
        outcome = checked(peer.address)
    (report,) = outcome.report.terminals
    assert report.findings == ()
    assert report.health.software == "2.14.15"
    assert [states(outcome)[h] for h in Hop] == [HopState.OK] * 5 + [HopState.NOT_CHECKED]
    again(outcome)


@pytest.mark.parametrize("line", ["serial", "network"])
def test_findings_out_of_real_bytes(line):
    """84 9C: the terminal asks to wait."""
    frame = real_serial_frame(BUSY)
    where = pty_peer(serial_script(frame)) if line == "serial" else tcp_peer(tcp_script(real_payload(BUSY)))
    with where as peer:
        outcome = checked(peer.address)
    (report,) = outcome.report.terminals
    assert [f.id for f in report.findings] == ["terminal.busy"]
    assert report.health.global_status is GlobalStatus.BUSY
    assert states(outcome)[Hop.ANSWER] is HopState.OK
    assert states(outcome)[Hop.TERMINAL] is HopState.BROKEN
    again(outcome)


def test_an_abort_that_a_real_terminal_sent_is_an_answer_with_a_finding():
    abort = (DATA / "feig_cvend" / "partial_reversal.blob").read_bytes()
    with tcp_peer(tcp_script(ACKNOWLEDGED, abort)) as peer:
        outcome = checked(peer.address)
    (report,) = outcome.report.terminals
    assert report.findings
    assert states(outcome)[Hop.ANSWER] in (HopState.OK, HopState.BROKEN)
    assert report.health.software is None
    again(outcome)


def test_whatever_was_sent_is_on_the_allow_list():
    zvt = protocols()["zvt"]
    with tcp_peer(tcp_script(ACKNOWLEDGED, real_payload("060f0b"))) as peer:
        outcome = checked(peer.address)
    from kiosk.model.trace import What
    from kiosk.protocols.conversation import Send

    sent = [e.data for e in outcome.traces[0].entries if e.what is What.SEND]
    assert b"".join(sent) == peer.data
    assert {zvt.level_of(Send(data), "tcp") for data in sent} == {Level.INTERNAL}
