"""Settings: one file, the environment, a policy that wins; what is wrong is said in a sentence."""

from pathlib import Path

import pytest

from kiosk.errors import SettingsError
from kiosk.model.terminal import Kind
from kiosk.settings import data_folder, load, load_service

FILE = """
language = "de"

[store]
name = "Bakery Street 12"
security_phone = "0800 000 111"

[[till]]
name = "Till 1"

  [[till.terminal]]
  port = "/dev/ttyUSB0"
  protocol = "zvt"
  serial = "S1"

  [[till.terminal]]
  port = "usb:1-2"
  protocol = "escpos"
  kind = "printer"

[policy]
pos_programs = ["till.exe"]
"""


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    return tmp_path / "no-policy.toml"


def written(folder: Path, name: str, words: str) -> Path:
    file = folder / name
    file.write_text(words, encoding="utf-8")
    return file


def test_a_till_has_several_terminals(tmp_path: Path, nowhere: Path) -> None:
    settings = load(written(tmp_path, "settings.toml", FILE), {}, nowhere)
    (till,) = settings.tills()
    assert [t.id for t in till.terminals] == ["1.1", "1.2"]
    assert till.terminals[0].port.identity == "S1", "a terminal is bound to its serial number, not to a port name"
    assert till.terminals[1].kind is Kind.PRINTER
    assert settings.as_store().security_phone == "0800 000 111"


def test_a_check_asks_first_unless_the_model_is_known_to_be_safe(tmp_path: Path, nowhere: Path) -> None:
    safe = FILE.replace('serial = "S1"', "status_safe = true")
    (till,) = load(written(tmp_path, "settings.toml", safe), {}, nowhere).tills()
    assert [t.asks_first for t in till.terminals] == [False, True]


def test_the_environment_is_above_the_file_and_the_policy_above_both(tmp_path: Path) -> None:
    file = written(tmp_path, "settings.toml", FILE)
    policy = written(tmp_path, "policy.toml", '[desk]\nurl = "https://desk.example"\n')
    settings = load(file, {"KIOSK_LANGUAGE": "en", "KIOSK_DESK_URL": "https://other.example"}, policy)
    assert settings.language == "en"
    assert settings.desk.url == "https://desk.example"
    assert settings.store.name == "Bakery Street 12"


def test_no_file_is_the_defaults(tmp_path: Path, nowhere: Path) -> None:
    assert load(tmp_path / "missing.toml", {}, nowhere).tills() == ()
    assert load(None, {}, nowhere).language == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("language = ", "not valid TOML"),
        ("langauge = 'de'", "langauge"),
        ("[store]\nname = 7", "store.name"),
        ("[[till]]\nname = 'T'\n[[till.terminal]]\nprotocol = 'zvt'", "port"),
        ("\udcff", "not valid TOML"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong(tmp_path: Path, nowhere: Path, words: str, said: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(words.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError) as caught:
        load(file, {}, nowhere)
    assert said in str(caught.value)
    assert "settings.toml" in str(caught.value)
    assert "Correct the settings file" in str(caught.value)


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path, nowhere: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path, {}, nowhere)


def test_the_data_folder_is_this_user_s(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert data_folder() == tmp_path / ".local" / "share" / "support-kiosk"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert data_folder() == tmp_path / "data" / "support-kiosk"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert data_folder() == tmp_path / ".local" / "share" / "support-kiosk"


def test_the_data_folder_on_windows_does_not_roam(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert data_folder() == tmp_path / "support-kiosk"


def test_the_desks_addresses_come_from_its_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    assert load_service(file, {}).database == ""
    written(tmp_path, "desk.toml", 'database = "postgresql://db/desk"\nfiles = "s3://bundles"\n')
    found = load_service(file, {"KIOSK_DESK_DATABASE": "postgresql://other/desk", "KIOSK_DESK_HINTS": "nats://n:4222"})
    assert (found.database, found.hints, found.files) == ("postgresql://other/desk", "nats://n:4222", "s3://bundles")
    written(tmp_path, "desk.toml", 'databse = "x"\n')
    with pytest.raises(SettingsError, match="databse"):
        load_service(file, {})
