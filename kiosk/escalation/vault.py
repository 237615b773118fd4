"""The kiosk's secrets: in the system's keyring, or where there is none in a file of this user alone; never in settings.

Only keyrings that a system brings are used; `keyrings.alt` keeps secrets in plain files and is passed over.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

import msgspec
from keyring.backend import KeyringBackend, get_all_keyring
from keyring.errors import KeyringError

from kiosk.errors import SettingsError
from kiosk.model.wire import NOT_READABLE

TOKEN, RELEASE_KEY, PSEUDONYM_KEY, SIGNING_KEY = "token", "release_key", "pseudonym_key", "signing_key"
TRUSTED = ("keyring.backends.SecretService", "keyring.backends.Windows", "keyring.backends.kwallet",
           "keyring.backends.macOS", "keyring.backends.libsecret")  # fmt: skip
FILE = "secrets.json"
_log = logging.getLogger(__name__)


class Vault:
    """Secrets of one data folder. Values are text; keys are kept as base64."""

    def __init__(self, folder: Path, keyring: KeyringBackend | None = None) -> None:
        """`keyring` is for a keyring that is known already; without it the system's best is looked for."""
        self._file = folder / FILE
        self._service = f"support-kiosk {folder.resolve()}"
        self._keyring = keyring or system_keyring()
        if self._keyring is None:
            _log.warning("There is no system keyring; secrets are kept in %s, for this user alone.", self._file)

    def get(self, name: str) -> str | None:
        """None if there is none. Raises `SettingsError` if the keyring or the file cannot be read."""
        try:
            if self._keyring is not None:
                return self._keyring.get_password(self._service, name)
            return self._read().get(name)
        except (KeyringError, OSError, *NOT_READABLE) as e:
            raise _unusable(e) from e

    def put(self, name: str, value: str) -> None:
        """On the disk when it returns. Raises `SettingsError`."""
        try:
            if self._keyring is not None:
                self._keyring.set_password(self._service, name, value)
            else:
                self._write(self._read() | {name: value})
        except (KeyringError, OSError, *NOT_READABLE) as e:
            raise _unusable(e) from e

    def drop(self, name: str) -> None:
        """Forget a secret; not being there is fine."""
        if self._keyring is not None:
            with contextlib.suppress(KeyringError):
                self._keyring.delete_password(self._service, name)
        else:
            self._write({k: v for k, v in self._read().items() if k != name})

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        return msgspec.json.decode(self._file.read_bytes(), type=dict[str, str])

    def _write(self, secrets: dict[str, str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(f".{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(secrets))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._file)


def system_keyring() -> KeyringBackend | None:
    """The best keyring that the system itself brings; None where none works."""
    known = [k for k in get_all_keyring() if type(k).__module__.startswith(TRUSTED)]
    return max(known, key=lambda k: float(k.priority), default=None)


def _unusable(error: Exception) -> SettingsError:
    return SettingsError(f"The kiosk's secrets cannot be used: {error}.", "Unlock the keyring of this user.")
