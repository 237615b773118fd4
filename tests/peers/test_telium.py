"""pyTeliumManager, a till's library that is not ours, knocks at our simulated Telium terminal."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.fakes.simulated import simulated

telium = pytest.importorskip("telium", reason="pyTeliumManager is not installed")


def test_it_is_ok() -> None:
    with simulated("telium") as terminal, closing(telium.Telium(terminal.address, timeout=5)) as till:
        assert till.is_ok()
        assert till.is_ok()
        counts = terminal.tell("counts")["counts"]
    assert counts == {"enquiries": 2, "ends": 2, "unended": 0, "forbidden": 0, "acknowledged": 0}


def test_a_busy_one_is_not_ok() -> None:
    with (
        simulated("telium", "--fault", "busy") as terminal,
        closing(telium.Telium(terminal.address, timeout=5)) as till,
    ):
        assert not till.is_ok()


def test_a_payment_of_that_library_is_read_and_barred_here() -> None:
    from kiosk.protocols.conversation import Send
    from kiosk.protocols.protocol import protocols

    ask = telium.TeliumAsk("1", "0", "0", "1", "978", "A010", "B010", 91.1).encode().encode("ascii")
    ours = protocols()["telium"]
    (frame,) = ours.decode(ask, "serial").frames
    assert (frame.name, frame.ok, frame.fields["amount"]) == ("Payment request", True, "00009110")
    assert ours.level_of(Send(ask), "serial") is None


def test_a_full_answer_of_that_library_is_masked() -> None:
    from kiosk.evidence.redaction import redact

    card = "4012888888881881"  # made up; passes Luhn
    report = card.ljust(55)
    body = f"010{'00000100'}1{report}978{' ' * 10}\x03"
    answer = b"\x02" + body.encode("ascii") + bytes([telium.payment.TeliumData.lrc(body)])
    assert telium.TeliumResponse.decode(answer).card_id == card
    masked = redact(answer, "telium", "serial").data
    assert b"4012" not in masked
    assert telium.payment.TeliumData.lrc_check(masked)
