"""Images of memory as text: a number over two lines is masked, right checksums are made anew, wrong ones stay wrong."""

import pytest

from kiosk.evidence.redaction import redact
from tests.fakes.card_dumps import DUMPS

NUMBER = b"4111111111111111"
DATA = b"twelve bytes" + NUMBER + b" and the rest of it"


@pytest.mark.parametrize("form", ["intel hex", "s-record"])
def test_masked_over_the_lines_with_their_checksums(form):
    write, _ = DUMPS[form]
    assert redact(write(DATA)).data == write(DATA.replace(NUMBER, b"x" * 16))


@pytest.mark.parametrize("form", ["intel hex", "s-record"])
def test_in_small_letters_and_in_a_log(form):
    write, _ = DUMPS[form]
    log = b"14:30:05 RX " + write(DATA).lower().replace(b"s1", b"S1").replace(b"\n", b"\n14:30:05 RX ")
    masked = DATA.replace(NUMBER, b"x" * 16)
    assert redact(log).data == b"14:30:05 RX " + write(masked).lower().replace(b"s1", b"S1").replace(
        b"\n", b"\n14:30:05 RX "
    )


def test_a_wrong_checksum_stays_wrong():
    lines = DUMPS["intel hex"][0](DATA).split(b"\n")
    lines[0] = lines[0][:-2] + b"00"
    masked = redact(b"\n".join(lines)).data.split(b"\n")
    assert masked[0].endswith(b"00")
    assert masked[1] == DUMPS["intel hex"][0](DATA.replace(NUMBER, b"x" * 16)).split(b"\n")[1]


@pytest.mark.parametrize("text", [b":10000000", b":0C0000004111", b"S1FF00001234567890ABCD\n", b"x:" + b"00" * 300])
def test_what_only_begins_like_a_record_is_none(text):
    assert redact(text).data == text
