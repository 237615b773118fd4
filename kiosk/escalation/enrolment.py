"""Joins a desk by a code: makes the kiosk's keys, hands over the public one, keeps what comes back."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

import kiosk
from kiosk.errors import DeskError, Offline, Rejected
from kiosk.escalation.line import Line, desk_address
from kiosk.escalation.outbox import Outbox
from kiosk.escalation.vault import PSEUDONYM_KEY, RELEASE_KEY, SIGNING_KEY, TOKEN, Vault
from kiosk.model.case import Enrol, Enrolled
from kiosk.model.wire import NOT_READABLE, decode, encode

NOTE = "enrolment"
SHORTEST_SECRET = 12  # bytes: less may stand anywhere by chance


class Enrolment(Struct, frozen=True):
    """Where this kiosk belongs; no secrets."""

    desk: str
    kiosk: str
    store: str
    store_name: str


def signing_key(vault: Vault) -> Ed25519PrivateKey:
    """The kiosk's own key, made at its first use."""
    kept = vault.get(SIGNING_KEY)
    if kept is None:
        kept = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
        vault.put(SIGNING_KEY, kept)
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(kept))


def pseudonym_key(vault: Vault) -> bytes:
    """32 bytes under which people and machines get their pseudonyms, made at first use."""
    kept = vault.get(PSEUDONYM_KEY)
    if kept is None:
        kept = base64.b64encode(os.urandom(32)).decode()
        vault.put(PSEUDONYM_KEY, kept)
    return base64.b64decode(kept)


def secrets(vault: Vault) -> tuple[bytes, ...]:
    """What lies in this kiosk's memory and must never leave it: a sealed file that holds one is not written."""
    kept = (vault.get(name) for name in (TOKEN, RELEASE_KEY, PSEUDONYM_KEY, SIGNING_KEY))
    known = [secret for secret in kept if secret]
    return (*(secret.encode() for secret in known), *filter(None, map(_raw, known)))


def _raw(secret: str) -> bytes:
    """The bytes that it stands for; nothing where it is plain text."""
    try:
        raw = base64.b64decode(secret, validate=True)
    except ValueError:
        return b""
    return raw if len(raw) >= SHORTEST_SECRET else b""


def release_key(vault: Vault) -> bytes | None:
    """32 bytes that prove release codes of the security line; None before enrolment."""
    kept = vault.get(RELEASE_KEY)
    return None if kept is None else base64.b64decode(kept)


def enrolment(outbox: Outbox) -> Enrolment | None:
    """Where this kiosk is enrolled; None if nowhere yet."""
    note = outbox.recall(NOTE)
    return None if note is None else decode(note, Enrolment)


def enrol(desk: str, code: str, name: str, vault: Vault, outbox: Outbox, ca: Path | None = None) -> Enrolment:
    """Join a desk. Raises `Offline`, `Rejected` for a code that is wrong or too old, `SettingsError`."""
    line = Line(desk_address(desk), ca=ca)
    public = base64.b64encode(signing_key(vault).public_key().public_bytes_raw()).decode()
    pseudonym_key(vault)
    answer = _ask(line, Enrol(code.strip(), name, public, kiosk.__version__))
    vault.put(TOKEN, answer.token)
    vault.put(RELEASE_KEY, answer.release_key)
    joined = Enrolment(line.desk, answer.kiosk, answer.store, answer.store_name)
    outbox.remember(NOTE, encode(joined))
    return joined


def _ask(line: Line, wish: Enrol) -> Enrolled:
    try:
        answer = line.call("POST", "/api/enrol", headers={"Content-Type": "application/json"}, data=encode(wish))
    except requests.RequestException as e:
        raise Offline(f"The desk {line.desk} cannot be reached.", "Check the address and the network.") from e
    finally:
        line.done()
    if answer.status_code in (400, 401, 403, 404, 409, 410, 422):
        raise Rejected(
            "The desk does not know this code.", "Ask the desk for a new one: it works once, for 15 minutes."
        )
    if answer.status_code == 429:
        raise Rejected("There were too many wrong codes.", "Wait ten minutes, then try again.")
    try:
        if answer.status_code != 201:
            raise DeskError(f"The desk answered with status {answer.status_code}.", "Try again in a few minutes.")
        return decode(answer.content, Enrolled)
    except NOT_READABLE as e:
        raise DeskError("What answered is no desk.", "Check the address.") from e
