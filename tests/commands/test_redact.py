import io
import json
import sys

import pytest

from kiosk.__main__ import main


def test_masked_bytes_out_report_beside(tmp_path, capfdbinary):
    file = tmp_path / "log"
    file.write_bytes(b"PAN 4111111111111111\xff\n")
    assert main(["redact", str(file)]) == 0
    out, err = capfdbinary.readouterr()
    assert out == b"PAN xxxxxxxxxxxxxxxx\xff\n"
    assert json.loads(err) == {"schema": 1, "bytes": 22, "masked": 1, "counts": {"ascii": 1}}


def test_standard_input(monkeypatch, capfdbinary):
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(bytes.fromhex("040f0c22f0f8411111111111111119" + "00")))
    )
    assert main(["redact", "--protocol", "zvt", "--framing", "tcp", "-"]) == 0
    assert b"\x11" not in capfdbinary.readouterr()[0]


@pytest.mark.parametrize(
    "wrong", [["no/such/file"], ["--protocol", "nobody", "-"], ["--protocol", "zvt", "--framing", "usb", "-"]]
)
def test_wrong_use_is_one_sentence(wrong, capsys):
    assert main(["redact", *wrong]) == 2
    assert capsys.readouterr().err.startswith("kiosk: ")
