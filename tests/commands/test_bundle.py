import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.__main__ import main
from kiosk.evidence.bundle import Contents, seal
from kiosk.model.report import Report
from kiosk.model.terminal import Level
from kiosk.model.trace import Entry, TraceHeader, What

NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


@pytest.fixture
def bundle(tmp_path):
    header = TraceHeader("till-1", "/dev/ttyUSB0", "zvt", "tcp", NOW.isoformat())
    entries = (Entry(0.1, What.SEND, bytes.fromhex("050100")), Entry(1.1, What.SILENCE, seconds=1.0))
    contents = Contents(Report(NOW, 1.0, Level.INTERNAL), ((header, entries),), log=("a \x1b[31mline",))
    path = tmp_path / "case.zip"
    seal(contents, path, key=KEY, pseudonym_key=b"p", kiosk="kiosk", version="0.1", now=NOW, names=())
    return path


def test_show(bundle, capsys):
    assert main(["bundle", "show", str(bundle)]) == 0
    out = capsys.readouterr().out
    assert "0501" in out
    assert "silence" in out
    assert "\x1b" not in out


def test_show_as_json(bundle, capsysbinary):
    assert main(["bundle", "show", "--json", str(bundle)]) == 0
    document = json.loads(capsysbinary.readouterr().out)
    assert document["schema"] == 1
    assert document["traces"][0]["lines"][0]["direction"] == "out"


def test_verify(bundle, capsys):
    assert main(["bundle", "verify", str(bundle)]) == 0
    told = capsys.readouterr()
    assert "intact" in told.out
    assert "not known" in told.err


def test_verify_with_its_key(bundle, capsysbinary):
    key = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    assert main(["bundle", "verify", "--json", "--key", key, str(bundle)]) == 0
    assert json.loads(capsysbinary.readouterr().out) == {"schema": 1, "intact": True, "key_known": True, "problems": []}


def test_a_changed_bundle(bundle, capsys):
    import zipfile

    with zipfile.ZipFile(bundle, "a") as archive:
        archive.writestr(
            "trace/77_more.jsonl", b'{"terminal":"t","port":"p","protocol":null,"framing":null,"began":""}\n'
        )
    assert main(["bundle", "verify", str(bundle)]) == 1
    assert "77_more" in capsys.readouterr().out


@pytest.mark.parametrize("action", [["show"], ["verify"], ["export", "--pcapng", "x"]])
def test_what_is_no_bundle(tmp_path, capsys, action):
    file = tmp_path / "x"
    file.write_bytes(b"no")
    assert main(["bundle", *action, str(file)]) == 2
    assert "not a bundle" in capsys.readouterr().err


def test_export(bundle, tmp_path, capsys):
    file = tmp_path / "out.pcapng"
    assert main(["bundle", "export", "--pcapng", str(file), str(bundle)]) == 0
    assert file.read_bytes().startswith(b"\x0a\x0d\x0d\x0a")
    assert "20007,zvt" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["verify", "--key", "short"], ["export", "--pcapng", "/no/such/folder/x"]])
def test_wrong_use(bundle, capsys, wrong):
    assert main(["bundle", *wrong, str(bundle)]) == 2
    assert capsys.readouterr().err.startswith("kiosk: ")
