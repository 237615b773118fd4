from collections import Counter

from kiosk.evidence.redaction.hits import BCD, BINARY, NAME, TEXT, Hit, apply


def test_each_sign_in_its_own_encoding():
    data = bytearray(b"4111" + b"DOE/J 1" + b"\x41\x1d\x0f" + b"\x12\xab")
    counts: Counter[str] = Counter()
    apply(data, [Hit(0, 4, TEXT, "a"), Hit(4, 11, NAME, "b"), Hit(11, 14, BCD, "c"), Hit(14, 16, BINARY, "d")], counts)
    assert bytes(data) == b"xxxx" + b"xxx/x x" + b"\xee\xed\xef" + b"\xee\xee"
    assert counts == {"a": 1, "b": 1, "c": 1, "d": 1}


def test_what_is_masked_already_is_not_counted():
    counts: Counter[str] = Counter()
    apply(bytearray(b"xxxx\xee"), [Hit(0, 4, TEXT, "a"), Hit(4, 5, BCD, "b")], counts)
    assert not counts
