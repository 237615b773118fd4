"""The desk as a service: its unit and its containers start commands that exist, say no secret and ask for little."""

from __future__ import annotations

import argparse
import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.commands import desk
from kiosk.settings import SERVICE_ENVIRONMENT

yaml = pytest.importorskip("yaml", reason="no reader of YAML here")

PLACE = Path(__file__).resolve().parents[2] / "installer" / "desk"
UNIT = PLACE / "support-kiosk-desk.service"
HARD = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "UMask": "0077",
}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PLACE / "compose.yaml").read_text(encoding="utf-8"))
    return found


def understood(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    desk.arguments(parser)
    return parser.parse_args(words)


def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(delimiters=("=",), strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser


def test_the_unit_starts_a_command_that_is_there_and_may_do_little():
    service = unit()["Service"]
    program, command, *words = service["ExecStart"].split()
    assert (program, command) == ("/usr/bin/kiosk", "desk")
    assert understood(words).behind_tls
    assert {key: service.get(key) for key in HARD} == HARD
    assert service["KillSignal"] == "SIGTERM"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace("/usr/bin/kiosk", sys.executable), encoding="utf-8")
    told = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in told.stderr.splitlines() if UNIT.name in line]
    assert (told.returncode, ours) == (0, [])


def test_containers_start_commands_that_are_there():
    services = compose()["services"]
    assert understood(services["migrate"]["command"]).act
    assert understood(services["desk"]["command"]).workers == 2
    image = (PLACE / "Dockerfile").read_text(encoding="utf-8")
    [words] = re.findall(r"^CMD \[(.+)\]$", image, re.MULTILINE)
    assert understood(re.findall(r'"([^"]+)"', words)).behind_tls


def test_every_image_has_a_version_and_every_server_is_asked_for_its_health():
    services = compose()["services"]
    for name, service in services.items():
        assert re.search(r":v?\d+\.\d+", service["image"]), f"{name}: name a version"
        for other, how in service.get("depends_on", {}).items():
            ready = "healthcheck" in services[other]
            assert how["condition"] != "service_healthy" or ready, f"{other} has no health check"
        once = service.get("restart") == "no"
        assert once or "healthcheck" in service, f"{name}: say how it is known to be well"


def test_no_secret_stands_in_the_file():
    parts = compose()
    assert set(parts["secrets"]) == {name for s in parts["services"].values() for name in s.get("secrets", [])}
    assert all(set(secret) == {"file"} for secret in parts["secrets"].values())
    for service in parts["services"].values():
        plain = [n for n in service.get("environment", {}) if re.search("PASSWORD|SECRET|KEY", n)]
        assert all(name.endswith("_FILE") for name in plain)
    text = (PLACE / "compose.yaml").read_text(encoding="utf-8") + UNIT.read_text(encoding="utf-8")
    assert not re.search(r"://[^/\s]+:[^/\s]+@", text)


def test_the_example_of_the_environment_names_what_the_desk_reads():
    lines = (PLACE / "desk.env.example").read_text(encoding="utf-8").splitlines()
    names = {line.lstrip("# ").partition("=")[0] for line in lines if re.match(r"#? ?[A-Z_]+=", line)}
    ours = {name for name in names if name.startswith("KIOSK_")}
    assert ours == {*SERVICE_ENVIRONMENT, desk.OPENID_VARIABLE}
    assert {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= names
