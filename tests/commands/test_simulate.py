"""`kiosk simulate` as a process: its address first, orders by line, the record, and clear words for wrong use."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.__main__ import main

COMMAND = [sys.executable, "-m", "kiosk", "simulate", "--protocol", "zvt"]


@pytest.fixture
def started(request: pytest.FixtureRequest, tmp_path: Path):
    process = subprocess.Popen(
        [*COMMAND, *request.param, "--record", str(tmp_path / "got")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield process, process.stdout.readline().strip(), tmp_path / "got"
    finally:
        process.kill()
        process.communicate()


def tell(process: subprocess.Popen[str], line: str) -> dict[str, object]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(line + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


@pytest.mark.parametrize("started", [["--tcp", "0", "--fault", "tamper", "--serial", "4711"]], indirect=True)
def test_over_tcp(started) -> None:
    process, address, record = started
    host, port = address.removeprefix("tcp://").split(":")
    with socket.create_connection((host, int(port)), 5) as peer:
        peer.settimeout(5)
        peer.sendall(bytes.fromhex("0501051234560304"))
        came = b""
        while len(came) < 60:
            came += peer.recv(400)
    assert came.startswith(bytes.fromhex("800000060f"))
    assert bytes.fromhex("1f42024711") in came
    assert bytes.fromhex("1f430103") in came  # device state: fraud
    answer = tell(process, "fault tamper off")
    assert answer["ok"] is True
    assert answer["faults"] == []
    assert answer["counts"]["enquiries"] == 1
    assert record.read_bytes() == bytes.fromhex("0501051234560304")
    assert tell(process, "quit")["ok"] is True
    assert process.wait(10) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("started", [["--pty"]], indirect=True)
def test_over_a_pseudo_terminal(started) -> None:
    process, address, _ = started
    assert Path(address).is_char_device()
    fd = os.open(address, os.O_RDWR | os.O_NOCTTY)
    try:
        os.write(fd, bytes.fromhex("1002050103123456100300 00".replace(" ", "")))
        assert os.read(fd, 10) == b"\x15"  # a wrong check sum
    finally:
        os.close(fd)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--list", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["schema"] == 1
    by_id = {p["id"]: {f["id"] for f in p["faults"]} for p in shown["protocols"]}
    assert {"zvt", "escpos"} <= set(by_id)
    assert {"silent", "cable_out", "unplugged", "busy", "wrong_checksum", "paper_out", "tamper"} <= by_id["zvt"]
    assert main(["simulate", "--list"]) == 0
    assert "tamper" in capsys.readouterr().out


WRONG = [
    ([], "no simulated"),
    (["--protocol", "nonsense", "--pty"], "no simulated nonsense"),
    (["--protocol", "zvt"], "needs a place"),
    (["--protocol", "zvt", "--tcp", "0", "--fault", "nonsense"], "no fault nonsense"),
    (["--protocol", "zvt", "--tcp", "99999999"], "cannot be used"),
    (["--protocol", "zvt", "--tcp", "0", "--latency", "-1"], "before the question"),
    (["--protocol", "zvt", "--tcp", "0", "--serial", "abc"], "digits only"),
    (["--protocol", "zvt", "--tcp", "0", "--name", "Müller"], "plain ASCII"),
    (["--protocol", "zvt", "--tcp", "0", "--record", "/nowhere/at/all"], "cannot be written"),
]


@pytest.mark.parametrize(("words", "says"), WRONG)
def test_wrong_use_is_one_clear_sentence(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *words]) == 2
    assert says in capsys.readouterr().err
