"""The desk's own key: seals short secrets, in the database and in what a browser carries; is never shown."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from kiosk.errors import DeskError

LENGTH = 32  # bytes
FILE = "secret.key"


class Secret:
    """Seals with AES-128-CBC and HMAC-SHA256, as Fernet has it."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(key, b"seal")))

    def seal(self, words: str) -> str:
        return self._fernet.encrypt(words.encode()).decode()

    def open(self, sealed: str, seconds: int | None = None) -> str | None:
        """None if it was sealed with another key or changed, or is older than so many seconds."""
        try:
            return self._fernet.decrypt(sealed.encode(), ttl=seconds).decode()
        except InvalidToken:
            return None


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, purpose, hashlib.sha256).digest()


def open_secret(folder: Path) -> Secret:
    """The key of a data folder, made at its first use; several nodes share it by a copy of the file.

    Raises `DeskError` where the file cannot be made, or others may read it.
    """
    path = folder / FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        key = path.read_bytes()
        open_to_others = os.name == "posix" and path.stat().st_mode & 0o077
    except OSError as e:
        raise DeskError(f"The desk cannot keep its key at {path}: {e.strerror}.", "Choose another --data.") from e
    if open_to_others:
        raise DeskError(f"Others may read the desk's key at {path}.", "Take their rights away: chmod 600.")
    if len(key) != LENGTH:
        raise DeskError(f"{path} is no key of a desk.", "Restore it from the backup.")
    return Secret(key)


def _make(path: Path) -> None:
    """Whole or not at all, also where two nodes begin at once: the first one's is used."""
    if path.exists():
        return
    new = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    finally:
        new.unlink()
