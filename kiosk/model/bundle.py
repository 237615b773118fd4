"""The manifest of a sealed bundle and the answers given when one is opened."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from kiosk.model.bounds import Few, Id, Many, Short
from kiosk.model.inspection import Inspection


class Member(Struct, frozen=True):
    """One file of a bundle; `sha256` in letters (ids.letters), never digits."""

    name: Id
    size: int
    sha256: Short


class Manifest(Struct, frozen=True):
    """`manifest.json`; `signature.txt` beside it signs exactly its bytes with the kiosk's Ed25519 key."""

    schema: int
    kiosk_version: Short
    created: Short  # ISO 8601
    kiosk: Short  # letters
    key: Short  # public key in letters
    members: Many[Member] = ()
    masked: Annotated[dict[str, int], Meta(max_length=200)] = {}
    left_out: Few[Short] = ()


class Walked(Struct, frozen=True):
    """One step of guidance as it went, for `guidance.json`."""

    id: Id
    state: Short
    answer: Short = ""
    at: Short = ""


class GuidanceRecord(Struct, frozen=True):
    """`guidance.json`: the symptom, the steps walked, answers and outcome; `inspection` without who signed it."""

    symptom: Short = ""
    steps: Few[Walked] = ()
    answers: dict[str, str] = {}
    outcome: Short = ""
    inspection: Inspection | None = None
