"""No file names a machine or a registry, no test sleeps, nothing prints but commands; and what a fault once taught."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

# Put together from parts, so that this file passes too.
PATHS = re.compile("|".join(["/" + "work/", "/" + "root/", "/" + "tmp/brief"]))
HOSTS = re.compile(
    "|".join([r"pypi\." + "org", r"files\.python" + "hosted", r"deb\." + "debian", r"registry\." + "npmjs"])
)
TALK = re.compile(
    "|".join(["issue " + r"#?\d", "sub" + "agent", "language " + "model", "work" + "place", "TO" + "DO", "FIX" + "ME"])
)
GROUP_POSSESSIVE = re.compile(r"(?<!\\)\)(?:\{[0-9,]*\}|[*+?])\+|\(\?>")
BINARY = {".ttf", ".otf", ".woff2", ".png", ".jpg", ".ico", ".bin", ".bundle", ".pcapng", ".gz", ".zip"}


@pytest.fixture(scope="module")
def tracked(root):
    """Text files under version control: path -> text. An unpacked archive has no list, and nothing to check."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = [n for n in listed.stdout.split("\0") if n and Path(n).suffix not in BINARY and (root / n).is_file()]
    return {name: (root / name).read_text(encoding="utf-8", errors="replace") for name in names}


@pytest.mark.parametrize(
    ("pattern", "cure"),
    [
        (PATHS, "a path of one machine; build it from the file's own place or from settings"),
        (HOSTS, "the host of a registry; name the package only, the machine knows where to get it"),
        (TALK, "talk about how the work is done; tell what the code does instead"),
    ],
    ids=["paths", "hosts", "talk"],
)
def test_files_speak_of_the_kiosk_alone(tracked, pattern, cure):
    found = [
        f"{name}:{text.count(chr(10), 0, m.start()) + 1}: {m.group()}"
        for name, text in tracked.items()
        for m in pattern.finditer(text)
    ]
    assert not found, f"{cure}:\n" + "\n".join(found)


def test_nothing_prints_but_commands(program):
    allowed = ("kiosk/commands/", "kiosk/__main__.py")
    found = [
        f"{s.name}:{n.lineno}"
        for s in program
        if not s.name.startswith(allowed)
        for n in ast.walk(s.tree)
        if isinstance(n, ast.Call) and name_of(n.func) == "print" and is_output(n, s.text.splitlines()[n.lineno - 1])
    ]
    assert not found, f"return the value, or log it; only commands print: {found}"


def is_output(call: ast.Call, line: str) -> bool:
    """On standard output without saying why; into a file that was handed in is no business of ours."""
    return "file" not in {k.arg for k in call.keywords} and "noqa: T201 " not in line


def test_no_test_sleeps(sources):
    found = [
        f"{s.name}:{line}"
        for s in sources
        if s.room == "tests" and s.path.name.startswith("test_")
        for line in sleeps(s.tree)
    ]
    assert not found, f"wait for what you wait for, with a deadline: the fixture `eventually`: {found}"


def sleeps(tree: ast.AST, looping: bool = False) -> list[int]:
    """Lines that call `sleep` outside a loop; a short one inside a loop is a poll."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and not looping and name_of(node.func) == "sleep" and node.args:
            found.append(node.lineno)
        found += sleeps(node, looping or isinstance(node, ast.While | ast.For | ast.AsyncFor))
    return found


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_no_group_is_possessive(program):
    """Before Python 3.11.5 such a group may end in the middle of a failing turn; `redaction/runs.py` is the way."""
    found = [
        f"{s.name}:{n.lineno}"
        for s in program
        for n in ast.walk(s.tree)
        if isinstance(n, ast.Constant)
        and isinstance(n.value, str | bytes)
        and GROUP_POSSESSIVE.search(as_text(n.value))
    ]
    assert not found, f"make its single parts possessive, or use runs(): {found}"


def test_what_cannot_be_read_has_one_name(program):
    """Text that is no UTF-8 is none of msgspec's errors: where its are named it is forgotten."""
    found = [s.name for s in program if "MsgspecError" in s.text and s.name != "kiosk/model/wire.py"]
    assert not found, f"catch wire.NOT_READABLE: {found}"


def test_no_clock_outlives_its_widget(program):
    """From Python a QBasicTimer lives on when Qt deletes the widget it calls; a QTimer is the widget's child."""
    found = [s.name for s in program if re.search(r"\bQBasicTimer\b", s.text)]
    assert not found, f"use QTimer(self): {found}"


def as_text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def test_the_rule_for_groups_sees_one():
    assert all(GROUP_POSSESSIVE.search(pattern) for pattern in (r"(?:a|b)*+", r"(ab){2,}+x", r"(?>ab)"))
    assert not any(GROUP_POSSESSIVE.search(pattern) for pattern in (r"[ab]{2,}+", r"(?:a++b)*", r"\)++"))
