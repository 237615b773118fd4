# ruff: noqa: E501
import msgspec

from kiosk.evidence.bundle import readable
from kiosk.model.trace import Entry, What


def test_every_value_is_there(contents):
    text = "\n".join(line for _, lines in readable(contents) for line in lines)
    for word in ("Feig", "cVEND", "17001234", "2.14.15.1", "port.busy", "payments.example", "memory_free: 1234 MiB", "05 01 00",
                 "no_answer", "check begins", "replug"):  # fmt: skip
        assert word in text


def test_what_was_never_sealed_shows_no_card_data_either(contents):
    header, _ = contents.traces[0]
    halves = (Entry(0.1, What.RECEIVE, b"card 4111 1111 "), Entry(0.2, What.RECEIVE, b"1111 1111"))
    shown = str(readable(msgspec.structs.replace(contents, traces=((header, halves),), log=("4111111111111111",))))
    assert b"1111".hex(" ") not in shown
    assert "1111" not in shown


def test_what_is_empty_has_no_section(contents):
    assert "screenshots" not in dict(readable(contents))
