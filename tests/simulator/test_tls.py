"""A simulated terminal over TLS: who trusts its maker hears it, who does not sends it nothing."""

from __future__ import annotations

import json
import socket
import ssl
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.errors import Usage
from kiosk.simulator import tls
from tests.fakes.simulated import Simulated, simulated

ENQUIRY = bytes.fromhex("0501051234560304")


def answer(address: str, context: ssl.SSLContext) -> bytes:
    host, _, port = address.removeprefix("tls://").rpartition(":")
    with (
        socket.create_connection((host, int(port)), 20) as line,
        context.wrap_socket(line, server_hostname=host) as talk,
    ):
        talk.sendall(ENQUIRY)
        return talk.recv(100)


def till(folder: Path, terminal: Simulated, **trust: str) -> list[str]:
    """Words of `kiosk check` for a till whose settings trust so."""
    file = folder / "settings.toml"
    rows = "\n".join(f"{name} = {json.dumps(value)}" for name, value in trust.items())
    file.write_text(
        f'[[till]]\nname = "Till 1"\n[[till.terminal]]\nport = "{terminal.address}"\nprotocol = "zvt"\n'
        f"[till.terminal.tls]\n{rows}\n",
        encoding="utf-8",
    )
    words = ["check", "--json", "--settings", str(file), "--port", terminal.address, "--level", "internal"]
    return [*words, "--deadline", "60"]


def test_the_command_trusts_it_by_the_root_that_it_wrote_or_not_at_all(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    root, record = tmp_path / "root.pem", tmp_path / "record"
    with simulated("zvt", "--tls", str(root), "--record", str(record), place=("--tcp", "0")) as terminal:
        assert terminal.address.startswith("tls://127.0.0.1:")
        assert main(till(tmp_path, terminal, name="*.live.terminal.example.com", root=str(root))) == 1
        wrong = json.loads(capsys.readouterr().out)["terminals"][0]
        assert main(till(tmp_path, terminal)) == 1
        unknown = json.loads(capsys.readouterr().out)["terminals"][0]
        assert record.read_bytes() == b"", "nothing is sent to whom we do not trust"
        assert main(till(tmp_path, terminal, root=str(root))) == 0
        good = json.loads(capsys.readouterr().out)["terminals"][0]
    assert [f["id"] for f in wrong["findings"]] == ["link.wrong_name"]
    assert [f["id"] for f in unknown["findings"]] == ["link.issuer_unknown"]
    assert (good["findings"], good["health"]["global_status"]) == ([], "ok")
    assert record.read_bytes()
    assert b"PRIVATE" not in root.read_bytes()


def test_who_does_not_know_tls_is_let_go_and_the_next_is_served(tmp_path):
    root = tmp_path / "root.pem"
    with simulated("zvt", "--tls", str(root), place=("--tcp", "0")) as terminal:
        host, _, port = terminal.address.removeprefix("tls://").rpartition(":")
        with socket.create_connection((host, int(port)), 20) as plain:
            plain.sendall(ENQUIRY)
            assert terminal.tell("counts")["ok"] is True
        assert answer(terminal.address, ssl.create_default_context(cafile=root)).startswith(bytes.fromhex("800000"))


def test_a_long_message_in_one_record_is_taken_whole(tmp_path):
    """More than is read at once stands decrypted in the library, where no wait sees it."""
    record = tmp_path / "record"
    with simulated("zvt", "--tls", str(tmp_path / "root.pem"), "--record", str(record), place=("--tcp", "0")) as one:
        host, _, port = one.address.removeprefix("tls://").rpartition(":")
        context = ssl.create_default_context(cafile=tmp_path / "root.pem")
        with (
            socket.create_connection((host, int(port)), 20) as line,
            context.wrap_socket(line, server_hostname=host) as talk,
        ):
            talk.sendall(b"\xff" * 16000)
            talk.sendall(ENQUIRY)
            assert any(one.tell("counts")["ok"] and record.read_bytes().count(0xFF) == 16000 for _ in range(2000))


def test_wrong_use_is_said(tmp_path, capsys):
    with pytest.raises(Usage, match="cannot be written"):
        tls.shown(tmp_path / "none" / "root.pem")
    assert main(["simulate", "--protocol", "zvt", "--pty", "--tls", str(tmp_path / "root.pem")]) == 2
    assert "TLS needs a network." in capsys.readouterr().err
