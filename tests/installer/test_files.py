"""What the package brings along besides the program: menu entry, autostart, icon, udev rules, manual page, scripts."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEBIAN = ROOT / "installer" / "debian"


@pytest.mark.parametrize("name", ["support-kiosk.desktop", "autostart.desktop"])
def test_entries_are_whole(name):
    """Desktop Entry Specification 1.5: required keys; names in every language of the kiosk."""
    parser = configparser.RawConfigParser(delimiters=("=",), strict=True)
    parser.optionxform = str
    parser.read_string((DEBIAN / name).read_text(encoding="utf-8"))
    entry = parser["Desktop Entry"]
    assert entry["Type"] == "Application"
    assert entry["Exec"] == "kiosk app"
    assert entry["Icon"] == "support-kiosk"
    assert {"Name", "Name[de]", "Comment", "Comment[de]"} <= set(entry)
    assert entry.get("Categories", ";").endswith(";")


def test_the_icon_is_drawn_in_the_brand_colour():
    icon = ElementTree.parse(DEBIAN / "support-kiosk.svg").getroot()  # noqa: S314 our own file
    assert icon.get("viewBox") == "0 0 128 128"
    assert "#0B5D4E" in {e.get("fill") for e in icon.iter()}


def rules() -> str:
    return (DEBIAN / "60-support-kiosk.rules").read_text(encoding="utf-8")


def test_every_vendor_of_the_table_has_a_rule():
    with (ROOT / "resources" / "terminals.toml").open("rb") as file:
        table = tomllib.load(file)
    vendors = {ids.partition(":")[0].lower() for ids in (*table.get("model", {}), *table.get("vendor", {}))}
    ruled = set(re.findall(r"\b[0-9a-f]{4}\b", " ".join(re.findall(r'idVendor}=="([^"]+)"', rules()))))
    assert vendors <= ruled, f"add to installer/debian/60-support-kiosk.rules: {sorted(vendors - ruled)}"


def test_rules_keep_modem_manager_off_and_open_nothing_to_everybody():
    assert 'ENV{ID_MM_DEVICE_IGNORE}="1"' in rules()
    assert set(re.findall(r'MODE="(\d+)"', rules())) == {"0660"}
    assert set(re.findall(r'GROUP="(\w+)"', rules())) == {"dialout", "plugdev", "lp"}


def test_rules_jump_to_a_label_that_is_there():
    assert set(re.findall(r'GOTO="(\w+)"', rules())) == set(re.findall(r'LABEL="(\w+)"', rules()))


def test_the_manual_page_names_every_command():
    page = (DEBIAN / "kiosk.1").read_text(encoding="utf-8")
    commands = [p.stem for p in (ROOT / "kiosk" / "commands").glob("*.py") if not p.stem.startswith("_")]
    missing = [name for name in commands if not re.search(rf"\b{name}\b", page)]
    assert not missing, f"add to installer/debian/kiosk.1: {missing}"


@pytest.mark.parametrize("name", ["debian/postinst", "debian/postrm", "setup.sh", "test.sh", "lock.sh"])
def test_scripts_can_be_read_by_their_shell(name):
    script = ROOT / "installer" / name
    shell = script.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!")
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not here")
    done = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
