"""Which programs are the till's, by the names that policy gives; pure."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.model.report import Facts


def program(name: str) -> str:
    """A program's name as policy writes it: without case and without Windows' ending."""
    return name.casefold().removesuffix(".exe")


def is_pos(name: str, programs: Iterable[str]) -> bool:
    return program(name) in map(program, programs)


def running(facts: Facts) -> str | None:
    """Names of the till programs that run on this PC, "" for none; None where policy names none, or nobody looked."""
    told = next((fact.value for fact in facts.host if fact.name == "pos_running"), None)
    return told if isinstance(told, str) else None
