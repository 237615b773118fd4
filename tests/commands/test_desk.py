"""The desk's commands: what they print, and plain errors."""

from __future__ import annotations

import io
import socket

import pytest

from kiosk.__main__ import main


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """Runs `kiosk desk ...` on one folder; answers (status, standard output, standard error)."""

    def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = main(["desk", *words, "--data", str(tmp_path / "data")])
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


@pytest.fixture
def ready(desk):
    assert desk("migrate") == (0, "", "")
    assert desk("store", "add", "s1", "Bakery Street 12")[0] == 0
    assert (
        desk("user", "add", "anna", "--role", "expert", "--tier", "2", "--password-stdin", typed="long enough\n")[0]
        == 0
    )
    return desk


def test_a_code_and_a_token_are_one_line_each(ready):
    status, out, _ = ready("store", "code", "s1")
    assert status == 0
    assert [len(part) for part in out.strip().split("-")] == [4, 4, 4]
    first, second = ready("user", "token", "anna")[1], ready("user", "token", "anna")[1]
    assert first != second
    assert len(first.strip()) > 40


def test_migrating_again_changes_nothing(ready):
    assert ready("migrate") == (0, "", "")


def test_care(ready, tmp_path):
    assert ready("rebuild")[:2] == (0, "0 cases, 0 rows were different\n")
    assert ready("verify-audit")[:2] == (0, "whole: 2 rows\n")
    assert ready("backup", str(tmp_path / "copy"))[0] == 0
    assert (tmp_path / "copy" / "desk.sqlite3").stat().st_mode & 0o777 == 0o600
    again = ("restore", str(tmp_path / "copy"), "--data", str(tmp_path / "second"))
    assert main(["desk", *again]) == 0
    assert main(["desk", *again]) == 2, "never over a desk that has data"
    assert main(["desk", "verify-audit", "--data", str(tmp_path / "second")]) == 0


def test_retention_and_erasing_say_what_went(ready):
    assert ready("retain", "--cases", "365", "--files", "30")[:2] == (
        0,
        "removed: 0 cases, 0 events, 0 files; left too old: 0\n",
    )
    assert ready("erase", "s1")[:2] == (0, "removed: 0 cases, 0 events, 0 files\n")


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (("store", "code", "s9"), "", "There is no store s9."),
        (("store", "add", "s1", "Again"), "", "There is a store s1 already."),
        (("user", "token", "bob"), "", "There is no person called bob."),
        (("user", "add", "bob", "--role", "lead", "--password-stdin"), "short\n", "at least 10 characters"),
        (("user", "add", "anna", "--role", "lead", "--password-stdin"), "long enough\n", "called anna already"),
        (("serve", "--host", "0.0.0.0"), "", "does not speak plain HTTP on 0.0.0.0"),  # noqa: S104
        (("serve", "--host", "127.0.0.1", "--port", "99999"), "", "cannot listen"),
    ],
)
def test_errors_are_one_sentence_with_a_cure(ready, words, typed, told):
    status, out, err = ready(*words, typed=typed)
    assert status == 2
    assert out == ""
    assert told in err
    assert "Traceback" not in err


def test_without_a_database_it_says_so(desk):
    status, _, err = desk("rebuild")
    assert status == 2
    assert "kiosk desk migrate" in err


def test_a_port_that_is_taken_is_told(ready):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, _, err = ready("serve", "--port", str(taken.getsockname()[1]))
    assert status == 2
    assert "Choose another --port." in err
