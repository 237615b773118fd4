"""The source as the house rules see it: every Python file read and parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("kiosk", "installer", "tests")
NOT_OURS = {"vendor", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One Python file; `name` is its path from the root, with slashes."""

    path: Path

    @cached_property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def room(self) -> str:
        return self.name.partition("/")[0]

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    """All Python files of the house, tests too."""
    found = (path for room in OURS for path in sorted((ROOT / room).rglob("*.py")))
    return tuple(Source(path) for path in found if not NOT_OURS & set(path.parts))


@pytest.fixture(scope="session")
def program(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """The shipped part alone."""
    return tuple(source for source in sources if source.room == "kiosk")
