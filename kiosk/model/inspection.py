"""The record of one inspection of a terminal (PCI DSS 9.5.1): what was looked at and seen, by whom; values only."""

from __future__ import annotations

from msgspec import Struct

from kiosk.model.bounds import Few, Id, Short, Words


class Point(Struct, frozen=True):
    """One thing that was looked at: the answer, staff's own words, and names of photos kept beside the record."""

    id: Id
    answer: Short = ""
    words: Words = ""
    photos: Few[Short] = ()


class Inspection(Struct, frozen=True):
    """Times are ISO 8601, `due` is a date. `outcome`: passed, stopped (a hard stop), or expert.

    `by` is who signed: it stays at the store. `serial` and `software` are what was true then, for the next one.
    """

    id: Id
    terminal: Short
    began: Short
    ended: Short = ""
    outcome: Short = ""
    by: Short = ""
    serial: Short = ""
    software: Short = ""
    points: Few[Point] = ()
    due: Short = ""
