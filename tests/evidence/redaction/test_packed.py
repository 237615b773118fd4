import pytest

from kiosk.evidence.redaction.packed import packed_hits


def found(text):
    data = bytes.fromhex(text)
    return [data[h.start : h.end].hex() for h in packed_hits(data)]


@pytest.mark.parametrize(
    "text, number",
    [
        ("c3 37 82 82 24 63 10 00 5f aa", "378282246310005f"),
        ("c3 41 11 11 11 11 11 11 11 ff ff", "4111111111111111"),
        ("c3 41 11 11 11 11 11 11 11 d2 51 22 01 00 0f", "4111111111111111d25122010" + "00f"),
        ("22 f0 f8 41 11 11 11 11 11 11 11 49 09 78", "4111111111111111"),
        ("ab 08 41 11 11 11 11 11 11 11 49 09", "4111111111111111"),
        ("ff 00 41 11 11 11 11 11 11 11 00 ff", "4111111111111111"),
    ],
)
def test_found_where_something_proves_it(text, number):
    assert number in found(text)


def test_letters_are_no_digits():
    assert not list(packed_hits(b"\xffSTATUS UUUUUUDD PAPER\x00"))


def test_no_proof_no_hit_in_large_data():
    data = bytes(5000).replace(b"\0", b"\xab") + bytes.fromhex("4111111111111111") + b"\xab"
    assert not list(packed_hits(data))


def test_masked_before():
    assert found("f0 f8 55 98 83 ee ee ee 80 74") == []


@pytest.mark.parametrize(
    "text",
    [
        "02 30 30 30 30 30 30 30 30 30 73 03 3f",  # a question of ECR17
        "02 53 30 30 30 30 30 30 30 03 60 06 02 53 50 6f",  # a status of Point ECR, and what follows it
    ],
)
def test_figures_written_as_text_are_no_packed_digits(text):
    assert found(text) == []
    assert found("c3 37 82 82 24 63 10 00 5f aa 31 32 33 34 35 36") == ["378282246310005f"]
    assert found("31 32 33 34 35 36 22 f0 f8 35 30 11 13 33 30 00 00 49 09 78") == ["3530111333300000"]


@pytest.mark.parametrize("line", [b"14:30:05 card %s ok", b"card: %s", b"read %s\r", b"%s was read"])
def test_raw_in_a_line_of_a_log(line):
    number = bytes.fromhex("4111111111111111")
    log = b"14:30:04 all is well\n" * 60 + line % number + b"\n" + b"14:30:06 done\n" * 20
    assert [log[h.start : h.end] for h in packed_hits(log)] == [number]


def test_not_in_a_line_of_anything_else():
    number = bytes.fromhex("4111111111111111")
    for line in (b"\x01\x02\x03\x04\x05 %s ok", b"%s", b"\xa7\xc3\xdb: %s ", b"STATUS UUUUUUUU PAPER"):
        log = b"\xa7" * 300 + b"\n" + line.replace(b"%s", number) + b"\n" + b"\xa7" * 900
        assert not list(packed_hits(log))


def test_a_rare_issuer_alone_in_a_short_message():
    number, noise = bytes.fromhex("8171006012345677"), b"\xa7" * 20
    assert [h.start for h in packed_hits(noise + number + noise)] == [20]
    assert not list(packed_hits(noise + number + noise * 2))
    assert not list(packed_hits(noise + bytes.fromhex("3595050000000000") + noise))
