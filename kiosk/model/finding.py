"""Findings and measurements: the shared vocabulary of texts, guidance, console and statistics."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from kiosk.model.bounds import Id, Short


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    FAULT = "fault"
    HALT = "halt"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Hop(StrEnum):
    """The six hops of the chain, always in this order."""

    PC = "pc"
    PORT = "port"
    CABLE = "cable"
    ANSWER = "answer"
    TERMINAL = "terminal"
    BANK = "bank"


class HopState(StrEnum):
    OK = "ok"
    BROKEN = "broken"
    NOT_REACHED = "not_reached"
    NOT_CHECKED = "not_checked"
    NOT_APPLICABLE = "not_applicable"


class Link(Struct, frozen=True):
    """One hop of a chain with its state."""

    hop: Hop
    state: HopState


Chain = tuple[Link, ...]

Datum = str | int | float | bool


class Finding(Struct, frozen=True):
    """A stable id of `resources/findings.toml` with the facts that its text needs."""

    id: Id
    severity: Severity
    data: Annotated[dict[str, Datum], Meta(max_length=20)] = {}


class FindingKind(Struct, frozen=True):
    """How `resources/findings.toml` describes one finding id.

    `halt` stops all help and shows the stop page; `hold` bars every remedy that restarts or repeats.
    """

    id: Id
    severity: Severity
    hop: Hop | None = None
    halt: bool = False
    hold: bool = False


class Measurement(Struct, frozen=True):
    """A number or text with a unit and limits, for technicians; `ok` is None where no limit applies."""

    name: Id
    value: Annotated[str, Meta(max_length=2000)] | int | float | bool | None
    unit: Short = ""
    limits: tuple[float | None, float | None] | None = None
    ok: bool | None = None
    raw: Short = ""  # the vendor's own code
