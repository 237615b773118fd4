"""`kiosk enrol`: what goes wrong is one plain sentence with a cure, and nothing is half joined."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.escalation.enrolment import enrolment, release_key, signing_key
from kiosk.escalation.outbox import FILE, Outbox
from kiosk.escalation.vault import TOKEN, Vault
from tests.fakes.desk_process import DeskProcess, free_port


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    process = DeskProcess.prepare(tmp_path_factory.mktemp("desk"))
    process.start()
    yield process
    process.stop()


def test_a_kiosk_joins_once_with_a_code(
    desk: DeskProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
):
    expect_log("no system keyring")
    expect_log("plain http")
    code = desk.code()
    assert main(["enrol", code, "--desk", desk.url, "--name", "till pc", "--data", str(tmp_path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == 1
    assert (answer["store"], answer["store_name"], answer["desk"]) == ("S1", "Store one", desk.url)
    outbox, vault = Outbox(tmp_path / FILE), Vault(tmp_path)
    joined = enrolment(outbox)
    assert joined is not None
    assert joined.kiosk == answer["kiosk"]
    outbox.close()
    token = vault.get(TOKEN)
    assert token
    assert token.encode() not in (tmp_path / FILE).read_bytes(), "no secrets beside the vault"
    assert len(release_key(vault) or b"") == 32
    assert signing_key(vault).private_bytes_raw() == signing_key(Vault(tmp_path)).private_bytes_raw()
    assert main(["enrol", code, "--desk", desk.url, "--data", str(tmp_path / "second")]) == 2
    assert "does not know this code" in capsys.readouterr().err


def test_a_desk_that_is_down_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
):
    expect_log("no system keyring")
    expect_log("plain http")
    assert main(["enrol", "CODE", "--desk", f"http://127.0.0.1:{free_port()}", "--data", str(tmp_path)]) == 2
    assert "cannot be reached" in capsys.readouterr().err


def test_an_unprotected_desk_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
):
    expect_log("no system keyring")
    assert main(["enrol", "CODE", "--desk", "http://desk.example.com", "--data", str(tmp_path)]) == 2
    assert "not protected" in capsys.readouterr().err
