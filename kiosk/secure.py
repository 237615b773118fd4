"""Joins what the settings say of secure connections to terminals with the secrets in the vault; opens none itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.diagnostics.channels.opening import Doors
from kiosk.settings import Settings, TerminalSettings

if TYPE_CHECKING:
    from kiosk.diagnostics.channels.tls import Trust
    from kiosk.escalation.vault import Vault


def secret(name: str, version: int) -> str:
    """What a shared key is called in the vault."""
    return f"terminal_key {name} {version}"


def doors(settings: Settings, vault: Callable[[], Vault]) -> Doors:
    """What the settings say of secure connections, with the secrets that belong to it. `vault` is only called for one
    that is needed.
    """
    listed = {
        id.id: written
        for till, known in zip(settings.till, settings.tills(), strict=True)
        for written, id in zip(till.terminal, known.terminals, strict=True)
    }
    trusts = {id: _trust(t) for id, t in listed.items() if t.port.startswith("tls:")}
    needed = {id: t.key for id, t in listed.items() if t.key.id}
    keys = {}
    if needed:
        from kiosk.diagnostics.channels.sealed import SharedKey

        kept = vault()
        for id, key in needed.items():
            keys[id] = SharedKey(key.id, key.version, kept.get(secret(key.id, key.version)) or "")
    return Doors(trusts, keys)


def _trust(terminal: TerminalSettings) -> Trust:
    from kiosk.diagnostics.channels.tls import Trust

    told = terminal.tls
    return Trust(Path(told.root) if told.root else None, told.name, terminal.serial, told.fingerprint)
