"""What od and hexdump print: masked cell by cell, the rows stay as they stood; numbers in columns are none."""

import pytest

from kiosk.evidence.redaction import redact
from tests.fakes.card_dumps import DUMPS

NUMBER = b"4111111111111111"


@pytest.mark.parametrize("form", ["od", "od -b", "od -c", "hexdump", "octal list"])
def test_written_back_as_it_stood(form):
    write, _ = DUMPS[form]
    data = b"pan=" + NUMBER + b";ok \0\n"
    assert redact(write(data)).data == write(data.replace(NUMBER, b"x" * 16))


@pytest.mark.parametrize("form", ["od", "od -b", "od -c", "hexdump", "octal list"])
def test_packed_digits_in_it(form):
    write, read = DUMPS[form]
    data = bytes.fromhex("9f0206000000001290 5a08 4111111111111111 9f3602002a 00")
    assert read(redact(write(data)).data)[: len(data)] == data.replace(b"\x41" + b"\x11" * 7, b"\xee" * 8)


def test_part_of_a_dump_without_its_first_row():
    whole = DUMPS["od -b"][0](b"x" * 32 + b"pan=" + NUMBER)
    part = whole[whole.index(b"0000040") :]
    assert redact(part).data.count(b"170") == 16


@pytest.mark.parametrize(
    "text",
    [
        b"100 200 300 100 200 300 100 200 300 100 200 300 100 200",
        b"0000000 000 001 002 003 004 005 006 007\n0000010 010 011 012\n",
        b"1234567 4111 2222 3333\n1234568 4111 2222 3333\n",
    ],
)
def test_other_numbers_in_columns_stay(text):
    assert redact(text).data == text
