"""A check of every simulated device with every fault, sealed as by `--bundle`, opened and replayed: the same findings.

Kinds and faults are found by themselves. The driver hands the recording out wish by wish, and refuses bytes that
differ; so what today's checks send is, byte for byte, what the recording holds.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.__main__ import main
from kiosk.diagnostics.replay import replay
from kiosk.diagnostics.verdict import same
from kiosk.evidence.bundle import Contents, open_bundle, seal
from kiosk.model.terminal import Level
from kiosk.model.trace import What
from kiosk.resources import findings
from tests.diagnostics.test_allow_list import FRAMED, check, faults_of


def sealed(outcome, file):
    seal(
        Contents(outcome.report, tuple((t.header, t.entries) for t in outcome.traces)),
        file,
        key=Ed25519PrivateKey.from_private_bytes(b"k" * 32),
        pseudonym_key=b"p" * 32,
        kiosk="",
        version="0",
        now=datetime(2026, 3, 2, tzinfo=UTC),
        names=(),
    )
    return open_bundle(file).contents


def outbound(entries):
    return [e.data for e in entries if e.what is What.SEND]


@pytest.mark.parametrize("level", [Level.INTERNAL, Level.EXTERNAL])
@pytest.mark.parametrize(("kind", "framing"), FRAMED)
def test_every_fault_is_found_again_in_its_bundle(kind, framing, level, tmp_path, capsys):
    for fault in faults_of(kind):
        outcome, channel = check(kind, framing, fault, level=level)
        opened = sealed(outcome, tmp_path / "till.zip")
        again = replay(opened.report, opened.traces, findings())
        assert again.broken == again.not_recorded == (), fault
        assert same(opened.report, again.report), (fault, opened.report.terminals, again.report.terminals)
        assert opened.report.terminals[0].chain == again.report.terminals[0].chain, fault
        ((_, recorded),) = opened.traces
        assert outbound(recorded) == outbound(again.traces[0].entries), fault
        if level is Level.INTERNAL:
            main(["replay", "--json", str(tmp_path / "till.zip")])
            assert json.loads(capsys.readouterr().out)["same"] is True, fault
        if fault not in ("cable_out", "unplugged"):
            assert b"".join(outbound(recorded)) == b"".join(channel.received), fault


@pytest.mark.parametrize(("kind", "framing"), FRAMED)
def test_a_question_that_was_held_back_is_held_back_again(kind, framing, tmp_path):
    outcome, _ = check(kind, framing, None, may_act=False)
    opened = sealed(outcome, tmp_path / "till.zip")
    again = replay(opened.report, opened.traces, findings())
    assert same(opened.report, again.report)
    assert outbound(opened.traces[0][1]) == outbound(again.traces[0].entries)


@pytest.mark.parametrize(("kind", "framing"), FRAMED)
def test_a_recording_with_another_question_is_refused(kind, framing, tmp_path):
    outcome, _ = check(kind, framing, None)
    opened = sealed(outcome, tmp_path / "till.zip")
    ((header, entries),) = opened.traces
    first = next((i for i, e in enumerate(entries) if e.what is What.SEND), None)
    if first is None:
        pytest.skip("it sends no bytes, only control transfers")
    other = list(entries)
    other[first] = msgspec.structs.replace(entries[first], data=bytes([entries[first].data[0] ^ 0xFF]) * 3)
    again = replay(opened.report, [(header, other)], findings())
    assert not same(opened.report, again.report)
    assert "other bytes" in again.broken[0].trace
