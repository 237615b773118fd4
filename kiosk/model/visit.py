"""Kinds of events beside the chat: pictures, incidents, calls back, and who or what is sent to the store; no I/O."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from kiosk.model.body import Body
from kiosk.model.bounds import Id, Short, Words


class Attachment(Body, tag="attachment", frozen=True):
    """A picture or paper that belongs to the case; `file` is its tus id, `sha256` proves the whole."""

    file: Short
    name: Short
    sha256: Id
    size: Annotated[int, Meta(ge=0)]
    media: Short = ""
    words: Words = ""


class Incident(Body, tag="incident", frozen=True):
    """The case belongs to a trouble that several share (`linked`), or does no more."""

    incident: Id
    linked: bool = True
    why: Short = ""


class Callback(Body, tag="callback", frozen=True):
    """A call: the store asks for one, the desk promises a time, and says whether somebody was reached."""

    state: Annotated[str, Meta(pattern="^(asked|promised|reached|missed)$")]
    number: Short = ""
    promised: datetime | None = None
    words: Words = ""


class Dispatch(Body, tag="dispatch", frozen=True):
    """A part or an engineer is on the way; who comes must know the code word."""

    what: Annotated[str, Meta(pattern="^(part|engineer)$")]
    reference: Short
    begins: datetime | None = None
    ends: datetime | None = None
    code_word: Short = ""
    words: Words = ""


class Arrived(Body, tag="arrived", frozen=True):
    """Part or engineer is there; `code_word` says whether the right one was given (None: nobody asked)."""

    reference: Short
    code_word: bool | None = None
    words: Words = ""


class Returned(Body, tag="returned", frozen=True):
    """A unit was swapped: which serial number left and which came."""

    serial_out: Short
    serial_in: Short
    reference: Short = ""
    words: Words = ""
