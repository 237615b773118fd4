"""Every module says what it is for, stays short, has a plain name, and is tested in the mirrored folder."""

from __future__ import annotations

import ast
import re
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 30

# A file may be longer for a reason: "file": "the reason".
LONG_FILES: dict[str, str] = {
    "tests/story.py": "the story is one, and runs by itself",
}

# A function may be longer for a reason: "file::function": "the reason".
LONG_FOR_A_REASON: dict[str, str] = {
    "kiosk/desk/migrations/versions/v0001_first.py::_cases": "columns of tables, one a line",
    "kiosk/diagnostics/runner.py::run": "its arguments and the terms made of them, one a line",
    "kiosk/guidance/advise.py::_plan": "its arguments and the fields of its answer, one a line",
}

# A module, or all of a folder, may be tested elsewhere for a reason: "file or folder/": "where, and why there".
TESTED_ELSEWHERE: dict[str, str] = {
    "kiosk/desk/migrations/versions/": "every test of the desk begins with them",
}

FORBIDDEN = re.compile(r"(Manager|Helper|Util|Base|Handler)s?$")


def test_every_module_opens_with_one_sentence(sources):
    """A test file may leave it out: its name says what it tests."""
    missing = [
        s.name
        for s in sources
        if s.tree.body and not s.path.name.startswith(("test_", "conftest"))
        if not first_paragraph(ast.get_docstring(s.tree)).endswith((".", ":"))
    ]
    assert not missing, f"write a first sentence: what the module is for and what it must not do: {missing}"


def first_paragraph(docstring: str | None) -> str:
    return (docstring or "").strip().partition("\n\n")[0].strip()


def test_no_file_is_too_long(sources):
    long = {s.name: n for s in sources if (n := s.text.count("\n")) > FILE_LINES and s.name not in LONG_FILES}
    assert not long, f"split these files by what changes together, {FILE_LINES} lines at most: {long}"


def test_no_function_is_too_long(program):
    long = {f"{s.name}::{f.name}": n for s in program for f in s.functions() if (n := code_lines(f)) > FUNCTION_LINES}
    unexplained = {name: n for name, n in long.items() if name not in LONG_FOR_A_REASON}
    assert not unexplained, f"split these functions, {FUNCTION_LINES} lines at most, or give the reason: {unexplained}"
    assert not LONG_FOR_A_REASON.keys() - long.keys(), "take out of LONG_FOR_A_REASON what is short again"


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end without the docstring."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_names_are_plain(sources):
    classes = [
        f"{s.name}: class {n.name}"
        for s in sources
        if s.room != "tests"
        for n in ast.walk(s.tree)
        if isinstance(n, ast.ClassDef) and FORBIDDEN.search(n.name)
    ]
    modules = [s.name for s in sources if any(FORBIDDEN.match(w) for w in s.path.stem.title().split("_"))]
    assert not classes + modules, f"name the thing by what it is or does, a noun of the field: {classes + modules}"


def test_every_module_with_behaviour_is_tested_in_the_mirrored_folder(program, sources):
    tests = {s.name: s.text for s in sources if s.room == "tests" and s.path.name.startswith("test_")}
    untested = [
        f"{s.name}: write {mirrored(s.name)}"
        for s in program
        if has_behaviour(s.tree) and not is_tested_elsewhere(s.name) and not is_tested(s.name, tests)
    ]
    assert not untested, "untested modules:\n" + "\n".join(untested)
    gone = [name for name in TESTED_ELSEWHERE if not any(s.name.startswith(name) for s in program)]
    assert not gone, f"take out of TESTED_ELSEWHERE what is gone: {gone}"


def is_tested_elsewhere(name: str) -> bool:
    return any(name == known or (known.endswith("/") and name.startswith(known)) for known in TESTED_ELSEWHERE)


def has_behaviour(tree: ast.Module) -> bool:
    return any(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in ast.walk(tree))


def mirrored(name: str) -> str:
    """`kiosk/desk/sla.py` -> `tests/desk/test_sla.py`; a package's own file is tested under the package's name."""
    path = Path(name)
    stem = path.stem.strip("_")
    folder = path.parent
    if stem == "init":
        stem, folder = folder.name, folder.parent
    return Path("tests", *folder.parts[1:], f"test_{stem}.py").as_posix()


def is_tested(name: str, tests: dict[str, str]) -> bool:
    """By its mirrored file, by one of the mirrored folder that imports it, or, in a package, by the package's."""
    wanted = Path(mirrored(name))
    if wanted.as_posix() in tests:
        return True
    if any(Path(test).parent == wanted.parent and imports(text, name) for test, text in tests.items()):
        return True
    package, room = wanted.parent, wanted.parent.parent
    return room != Path("tests") and any(is_of_package(Path(test), package, text) for test, text in tests.items())


def is_of_package(test: Path, package: Path, text: str) -> bool:
    """A test of the whole package: `tests/evidence/test_bundle.py`, or one in its folder that imports it."""
    dotted = ".".join(["kiosk", *package.parts[1:]])
    named = test.parent == package.parent and re.fullmatch(rf"test_{package.name}(_\w+)?", test.stem)
    return bool(named) or (test.parent == package and bool(re.search(rf"(from|import) {re.escape(dotted)}\b", text)))


def imports(text: str, name: str) -> bool:
    *package, module = Path(name).with_suffix("").parts
    dotted = re.escape(".".join(package))
    return bool(re.search(rf"{dotted}\.{module}\b|from {dotted} import (\([^)]*|[^\n]*)\b{module}\b", text))
