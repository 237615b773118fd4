"""kiosk replay: a bundle that kiosk check sealed comes to the same findings."""

import json

import pytest

from kiosk.__main__ import main
from tests.fakes.simulated import simulated


@pytest.fixture
def sealed(tmp_path, capsys, monkeypatch, expect_log):
    """A bundle of one check of a simulated terminal with a fault."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    expect_log("no system keyring")

    def make(fault, deadline="2", protocol="zvt"):
        file = tmp_path / f"{fault}.zip"
        options = ("--latency", "0.01", *(("--fault", fault) if fault else ()))
        with simulated(protocol, *options) as terminal:
            arguments = ("--port", terminal.address, "--protocol", protocol, "--level", "internal", "--json")
            status = main(["check", *arguments, "--deadline", deadline, "--bundle", str(file)])
        return file, status, json.loads(capsys.readouterr().out)

    return make


@pytest.mark.parametrize("fault", ["tamper", "silent"])
def test_a_bundle_reaches_the_same_findings(sealed, capsys, fault):
    file, status, first = sealed(fault)
    assert main(["replay", "--json", str(file)]) == status
    again = json.loads(capsys.readouterr().out)
    assert again["same"] is True
    for key in ("findings", "chain", "health"):
        assert again["terminals"][0][key] == first["terminals"][0][key]
    assert main(["replay", str(file)]) == status
    assert "the same" in capsys.readouterr().out


def test_a_file_that_is_no_bundle_is_a_clear_sentence(tmp_path, capsys):
    file = tmp_path / "no.zip"
    file.write_bytes(b"PK\x03\x04 not at all")
    for name in (file, tmp_path / "missing.zip"):
        assert main(["replay", str(name)]) == 2
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith("kiosk: ")
