"""The command line: exit status, errors as one sentence on standard error, only the called command is loaded."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from kiosk import __main__
from kiosk.errors import Busy, Usage


@pytest.fixture
def command(monkeypatch):
    """A command `probe` whose `run` does what the test says."""
    probe = SimpleNamespace(__doc__="Probes.\n\nAt length.", arguments=lambda parser: parser.add_argument("--loud"))
    real = __main__.import_module
    monkeypatch.setattr(__main__, "import_module", lambda name: probe if name == "kiosk.commands.probe" else real(name))
    monkeypatch.setattr(__main__, "_wanted", lambda argv: ["probe"])

    def does(run):
        probe.run = run

    return does


def raises(error):
    def run(args):
        raise error

    return run


@pytest.mark.parametrize("status", [0, 1])
def test_a_command_answers_its_status(command, status):
    command(lambda args: status)
    assert __main__.main(["probe"]) == status


@pytest.mark.parametrize("error", [Busy("Port COM3 is in use."), Usage("No such port.")])
def test_an_error_is_one_sentence_with_a_cure(command, capsys, error):
    command(raises(error))
    assert __main__.main(["probe"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"kiosk: {error}\n"
    assert error.cure in err


def test_an_interrupted_command_ends_with_130(command):
    command(raises(KeyboardInterrupt()))
    assert __main__.main(["probe"]) == 130


def test_arguments_reach_the_command(command):
    heard = []
    command(lambda args: heard.append(args.loud) or 0)
    __main__.main(["probe", "--loud", "yes"])
    assert heard == ["yes"]


def test_wrong_use_ends_with_2(command, capsys):
    command(lambda args: 0)
    with pytest.raises(SystemExit) as stop:
        __main__.main(["probe", "--quiet"])
    assert stop.value.code == 2
    assert "--quiet" in capsys.readouterr().err


def kiosk(*args: str, **kwargs) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *args], capture_output=True, text=True, timeout=60, check=False, **kwargs)


def test_help_names_every_command(root_of_commands):
    run = kiosk("-m", "kiosk", "--help")
    assert run.returncode == 0, run.stderr
    for name in root_of_commands:
        assert f"\n    {name}" in run.stdout


@pytest.fixture
def root_of_commands() -> list[str]:
    return __main__._wanted([])


def test_no_command_is_wrong_use():
    run = kiosk("-m", "kiosk")
    assert run.returncode == 2
    assert "COMMAND" in run.stderr


def test_only_the_called_command_is_loaded(root_of_commands):
    """The window paints sooner when nothing else is read first."""
    probe = (
        "import sys, contextlib, kiosk.__main__ as m\n"
        f"with contextlib.suppress(SystemExit): m.main([{root_of_commands[0]!r}, '--help'])\n"
        "print([n for n in sys.modules if n.startswith('kiosk.commands.')], file=sys.stderr)"
    )
    assert kiosk("-c", probe).stderr.strip() == str([f"kiosk.commands.{root_of_commands[0]}"])
