"""Says in words what calls, visits, parts and incidents of a case are about; pure."""

from __future__ import annotations

from datetime import datetime
from functools import singledispatch

from kiosk.desk.console import words
from kiosk.model import visit as v

Beside = v.Attachment | v.Incident | v.Callback | v.Dispatch | v.Arrived | v.Returned


@singledispatch
def said(body: Beside, zone: str) -> str:
    """One or two sentences; times are those of the store's `zone`."""
    raise TypeError(f"nothing to say of {body!r}")


def _at(moment: datetime, zone: str) -> str:
    return words.local_time(moment.timestamp(), zone)


def _with(sentence: str, more: str) -> str:
    return f"{sentence} {more}".strip()


@said.register
def _(body: v.Attachment, zone: str) -> str:
    return _with(f"File: {body.name}, {max(1, body.size // 1024)} KB.", body.words)


@said.register
def _(body: v.Incident, zone: str) -> str:
    what = "Belongs to" if body.linked else "No longer belongs to"
    return _with(f"{what} incident {body.incident}.", body.why)


@said.register
def _(body: v.Callback, zone: str) -> str:
    when = f" at {_at(body.promised, zone)}" if body.promised else ""
    number = f" {body.number}" if body.number else ""
    told = {
        "asked": f"The store asks to be called:{number or ' number not given'}.",
        "promised": f"Call promised{when}{number}.",
        "reached": "Called, and reached.",
        "missed": "Called, nobody answered.",
    }
    return _with(told[body.state], body.words)


@said.register
def _(body: v.Dispatch, zone: str) -> str:
    window = f", {_at(body.begins, zone)} to {_at(body.ends, zone)}" if body.begins and body.ends else ""
    code = f" Code word: {body.code_word}." if body.code_word else ""
    what = "A part" if body.what == "part" else "An engineer"
    return _with(f"{what} is on the way: {body.reference}{window}.{code}", body.words)


@said.register
def _(body: v.Arrived, zone: str) -> str:
    proof = {True: " The code word was right.", False: " The code word was WRONG.", None: ""}[body.code_word]
    return _with(f"Arrived: {body.reference}.{proof}", body.words)


@said.register
def _(body: v.Returned, zone: str) -> str:
    return _with(f"Swapped: {body.serial_out} went, {body.serial_in} came.", body.words)
