"""A guess is put to whoever sits at the keyboard; what they say counts at once and later."""

import json
import os
import subprocess
import sys
import threading
import types
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from kiosk.__main__ import main
from kiosk.commands._confirm import asked
from kiosk.model.finding import Finding, Severity
from kiosk.model.health import Health
from kiosk.model.learned import Learned
from kiosk.model.report import Report, TerminalReport
from kiosk.model.terminal import Kind, Level, Port, Terminal
from kiosk.resources import catalogue
from tests.fakes.simulated import simulated


@pytest.mark.skipif(sys.platform == "win32", reason="the keyboard is a pseudo-terminal here")
def test_a_guess_is_confirmed_at_the_keyboard_and_counts_from_then_on(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with simulated("ecr17", "--latency", "0.01") as terminal:
        words = ["check", "--json", "--port", terminal.address, "--level", "internal"]
        asked, told = at_keyboard(words, "yes")
        main(words)
        (later,) = json.loads(capsys.readouterr().out)["terminals"]
    assert f"{terminal.address}: It seems to speak ECR17. Is that right? [yes/no]" in asked
    (now,) = told["terminals"]
    for one in (now, later):
        assert (one["protocol"], one["health"]["global_status"], one["findings"]) == ("ecr17", "ok", [])


def at_keyboard(words, answer):
    """What a person reads whose keyboard and screen are one pseudo-terminal, and the document on standard output."""
    person, theirs = os.openpty()
    command = [sys.executable, "-m", "kiosk", *words]
    with subprocess.Popen(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        seen = b""
        while b"Is that right" not in seen:
            seen += os.read(person, 1000)
        os.write(person, answer.encode() + b"\n")
        reader = threading.Thread(target=drain, args=(person,))
        reader.start()
        out, _ = process.communicate(timeout=60)
    reader.join()
    os.close(person)
    return seen.decode(), json.loads(out)


def drain(fd):
    """Until nobody has the other end."""
    with suppress(OSError):
        while os.read(fd, 1000):
            pass


GUESS = Finding("protocol.guessed", Severity.INFO, {"protocol": "ECR17", "id": "ecr17", "kind": "terminal"})
OTHER = Finding("protocol.guessed", Severity.INFO, {"protocol": "ZVT", "id": "zvt", "kind": "terminal"})


def answered(monkeypatch, known, *answers, at_terminal=True):
    """What is known after a person gave these answers of a terminal with two guesses; each is asked for."""
    typed = iter(answers)
    keys = types.SimpleNamespace(isatty=lambda: at_terminal, readline=lambda: f"{next(typed)}\n")
    monkeypatch.setattr("sys.stdin", keys)
    monkeypatch.setattr("sys.stderr", types.SimpleNamespace(isatty=lambda: True, write=len, flush=lambda: None))
    terminal = Terminal("t", Port("/dev/ttyUSB0", "S1"))
    report = TerminalReport(terminal, (), Health(), (GUESS, OTHER), (), ())
    now = asked(Report(datetime.now(UTC), 1.0, Level.INTERNAL, (report,)), known, catalogue("en"))
    assert next(typed, None) is None
    return now


def test_no_leads_to_the_next_guess_and_is_not_asked_again(monkeypatch):
    assert answered(monkeypatch, {}, at_terminal=False) == {}
    assert answered(monkeypatch, {}, "") == {}
    known = answered(monkeypatch, {}, "no", "perhaps")
    assert known == {"S1": Learned(denied=("ecr17",))}
    known = answered(monkeypatch, known, "y")
    assert known == {"S1": Learned("zvt", "ZVT", Kind.TERMINAL, denied=("ecr17",))}
