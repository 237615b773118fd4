"""`kiosk key`: into the vault and out of it, never on a screen; and what the settings make of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.errors import SettingsError
from kiosk.escalation.vault import Vault
from kiosk.secure import doors, secret
from kiosk.settings import load

SETTINGS = """
[[till]]
name = "Till 1"
[[till.terminal]]
port = "tls://10.0.0.9:8443"
protocol = "nexo"
serial = "123456789"
[till.terminal.tls]
root = "/etc/support-kiosk/maker.pem"
name = "*.live.terminal.adyen.com"
[till.terminal.key]
id = "shopkey"
version = 2
[[till.terminal]]
port = "/dev/ttyUSB0"
"""


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda words: monkeypatch.setattr("sys.stdin", io.StringIO(words))


def test_a_passphrase_is_kept_used_and_forgotten(
    tmp_path: Path, typed, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
) -> None:
    expect_log("no system keyring")
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS)
    typed("correct horse\n")
    assert main(["key", "shopkey", "--version", "2", "--data", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert "shopkey" in told.out
    assert "horse" not in told.out + told.err
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    made = doors(load(file, {}, tmp_path / "none"), lambda: Vault(tmp_path))
    assert (made.keys["1.1"].id, made.keys["1.1"].version, made.keys["1.1"].passphrase) == (
        "shopkey",
        2,
        "correct horse",
    )
    trust = made.trusts["1.1"]
    assert (trust.root, trust.name, trust.serial) == (
        Path("/etc/support-kiosk/maker.pem"),
        "*.live.terminal.adyen.com",
        "123456789",
    )
    assert set(made.trusts) == set(made.keys) == {"1.1"}
    assert main(["key", "shopkey", "--version", "2", "--forget", "--data", str(tmp_path)]) == 0
    assert Vault(tmp_path).get(secret("shopkey", 2)) is None


@pytest.mark.parametrize("words", ["", "\n", "Grüße\n"])
def test_what_is_no_passphrase_is_said(tmp_path: Path, typed, capsys, expect_log, words: str) -> None:
    expect_log("no system keyring")
    typed(words)
    assert main(["key", "shopkey", "--data", str(tmp_path)]) == 2
    assert "passphrase" in capsys.readouterr().err


@pytest.mark.parametrize("pin", ["ab", "zz" * 32, "ab:" * 31])
def test_a_fingerprint_that_is_none_is_refused(tmp_path: Path, pin: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS.replace('name = "*', f'fingerprint = "{pin}"\nname = "*'))
    with pytest.raises(SettingsError, match="fingerprint"):
        load(file, {}, tmp_path / "none")
