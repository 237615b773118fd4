"""The vault: the system's keyring where there is one, else a file of this user alone, said in the log."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from kiosk.errors import SettingsError
from kiosk.escalation import vault as room
from kiosk.escalation.vault import FILE, TOKEN, Vault


class Memory(KeyringBackend):
    """A keyring as a system brings one, in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def test_with_a_keyring_nothing_is_in_the_folder(tmp_path: Path):
    keyring = Memory()
    vault = Vault(tmp_path, keyring)
    vault.put(TOKEN, "secret")
    assert Vault(tmp_path, keyring).get(TOKEN) == "secret"
    assert list(tmp_path.iterdir()) == []
    vault.drop(TOKEN)
    assert vault.get(TOKEN) is None


def test_two_folders_are_two_kiosks(tmp_path: Path):
    keyring = Memory()
    Vault(tmp_path / "a", keyring).put(TOKEN, "secret")
    assert Vault(tmp_path / "b", keyring).get(TOKEN) is None


def test_without_a_keyring_a_file_for_this_user_alone(
    tmp_path: Path, expect_log: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(room, "get_all_keyring", list)
    expect_log("no system keyring")
    Vault(tmp_path).put(TOKEN, "secret")
    Vault(tmp_path).put("other", "more")
    assert (Vault(tmp_path).get(TOKEN), Vault(tmp_path).get("other")) == ("secret", "more")
    assert [p.name for p in tmp_path.iterdir()] == [FILE], "no half-written copy stays"
    if os.name != "nt":
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_keyrings_that_keep_plain_files_are_passed_over(monkeypatch: pytest.MonkeyPatch):
    plain = type("PlaintextKeyring", (Memory,), {"__module__": "keyrings.alt.file", "priority": 9})()
    good = type("Keyring", (Memory,), {"__module__": "keyring.backends.SecretService", "priority": 5})()
    monkeypatch.setattr(room, "get_all_keyring", lambda: [plain, good])
    assert room.system_keyring() is good
    monkeypatch.setattr(room, "get_all_keyring", lambda: [plain])
    assert room.system_keyring() is None


def test_a_damaged_file_is_said_plainly(
    tmp_path: Path, expect_log: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(room, "get_all_keyring", list)
    expect_log("no system keyring")
    (tmp_path / FILE).write_text("{")
    with pytest.raises(SettingsError, match="cannot be used"):
        Vault(tmp_path).get(TOKEN)
