# ruff: noqa: E501
import pytest

from kiosk.evidence.redaction.emv import emv_hits

BEFORE, AFTER = "9f0206000000001234", "9f3602002a9505" + "00" * 5


def found(text):
    data = bytes.fromhex(text)
    return {h.rule: data[h.start : h.end].hex() for h in emv_hits(data)}


@pytest.mark.parametrize(
    "tag, value",
    [
        ("5a", "5412751234567890"), ("5f24", "251231"), ("9f1f", "30303030"), ("9f20", "1234"), ("99", "2412345678ffffff"),
        ("5f20", "444f452f4a"), ("57", "4111111111111111d2512201000f"), ("9f6b", "4111111111111111d2512201000f"),
        ("56", "42343131313131313131313131313131315e444f452f4a5e32353132"),
    ],
)  # fmt: skip
def test_card_tags_among_others(tag, value):
    hits = found(BEFORE + tag + f"{len(value) // 2:02x}" + value + AFTER)
    assert hits.get(f"emv {tag.upper()}") == value


def test_tags_without_card_data_stay():
    assert not found(BEFORE + "9f1e083132333435363738" + "9f2608" + "0102030405060708" + AFTER)


def test_a_tag_needs_a_proof():
    assert not found("ab99081122334455667788ab")
    assert not found("abcd5a0812345678ab")
