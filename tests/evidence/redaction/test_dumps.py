"""Dumps are read across their lines, and both columns are masked."""

import pytest

from kiosk.evidence.redaction import redact

NUMBER = b"4111111111111111"


def xxd(data):
    return "\n".join(
        f"{at:08x}: {data[at : at + 16].hex(' ', 2):<39}  " + "".join(chr(b) for b in data[at : at + 16])
        for at in range(0, len(data), 16)
    )


def canonical(data):
    return "\n".join(
        f"{at:08x}  {data[at : at + 8].hex(' '):<23}  {data[at + 8 : at + 16].hex(' '):<23}  |"
        + "".join(chr(b) for b in data[at : at + 16])
        + "|"
        for at in range(0, len(data), 16)
    )


def of_eight(data):
    return "\n".join(
        f"{at:04X}: {data[at : at + 8].hex(' '):<24} " + "".join(chr(b) for b in data[at : at + 8])
        for at in range(0, len(data), 8)
    )


def octal(data):
    return "\n".join(f"{at:07o} {data[at : at + 16].hex(' ')}" for at in range(0, len(data), 16))


@pytest.mark.parametrize("lead", [b"", b"pan=", b"is: ", b"0123456 "])
@pytest.mark.parametrize("style", [xxd, canonical, of_eight, octal])
def test_no_column_shows_the_number(style, lead):
    data = lead + NUMBER + b";"
    out = redact(style(data).encode()).data.decode()
    assert out == style(data.replace(NUMBER, b"x" * 16))
