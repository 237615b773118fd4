"""Frozen settings from one TOML file, the environment, and a machine-wide policy that wins; holds no secrets."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kiosk.errors import SettingsError
from kiosk.model.bounds import Few, Id, Short
from kiosk.model.terminal import Kind, Port, Store, Terminal, Till

ENVIRONMENT = {"KIOSK_DESK_URL": ("desk", "url"), "KIOSK_LANGUAGE": ("language",), "KIOSK_STORE": ("store", "name")}


Fingerprint = Annotated[str, Meta(pattern=r"^(?:[0-9A-Fa-f]{2}:?){32}$|^$")]


class StoreSettings(Struct, frozen=True, forbid_unknown_fields=True):
    id: Id = "store"
    name: Short = "This store"
    kiosk: Short = ""
    support_phone: Short = ""
    support_hours: Short = ""
    security_phone: Short = ""


class DeskSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`ca` is a file with a certificate authority to trust besides the system's."""

    url: Short = ""
    ca: Short = ""


class TlsSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How a terminal at `tls://` shows who it is.

    `root` is a file with the root certificates of its maker, `name` what its certificate must be for, with `*` for the
    first label ("" for the host of its address). `fingerprint` pins one certificate by its SHA-256: a choice of a
    person for this terminal, and then nothing else is asked of it.
    """

    root: Short = ""
    name: Short = ""
    fingerprint: Fingerprint = ""


class KeySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The shared key that seals messages to the terminal, as its provider names it; its passphrase is in the keyring
    (`kiosk key`)."""

    id: Short = ""
    version: Annotated[int, Meta(ge=0)] = 0


class TerminalSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`port` is a device path, `COM3`, `tcp://host:port`, `tls://host:port` or `usb:BUS-PATH`."""

    port: Short
    protocol: Short | None = None
    id: Short = ""
    kind: Kind = Kind.TERMINAL
    make: Short = ""
    model: Short = ""
    serial: Short = ""
    framing: Short | None = None
    baud: int | None = None
    status_safe: bool = False
    tls: TlsSettings = TlsSettings()
    key: KeySettings = KeySettings()


Days = Annotated[float, Meta(gt=0, le=36_525)]


class TillSettings(Struct, frozen=True, forbid_unknown_fields=True):
    name: Short
    id: Short = ""
    terminal: Few[TerminalSettings] = ()


class OpenIdSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Where experts sign in with their company account; `groups` gives a group of theirs a role here.

    The client's secret comes from the environment alone, `KIOSK_DESK_OPENID_SECRET`.
    """

    issuer: Short
    client: Short
    groups: dict[Short, Short]
    claim: Short = "groups"


class RetentionSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Days that the desk keeps resolved cases and bundles; without a number: for ever."""

    cases: Days | None = None
    files: Days | None = None


class ServiceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the desk's service keeps things, each an address; empty: beside each other in its data folder.

    `database` is `postgresql://...`, `hints` `nats://...`, `files` `s3://bucket/folder`. Passwords belong into the
    environment or PostgreSQL's password file, not here.
    """

    database: Short = ""
    hints: Short = ""
    files: Short = ""
    second_factor: bool = False  # ask everybody for a code; behind TLS always so
    openid: OpenIdSettings | None = None
    retention: RetentionSettings = RetentionSettings()


SERVICE_ENVIRONMENT = {f"KIOSK_DESK_{name.upper()}": name for name in ("database", "hints", "files")}


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """What the estate decides for this PC: till programs by name, payment hosts as `host:port`.

    `guidance_keys`: whose packs of guidance are taken, public keys in letters. `inspection_days`: from one inspection
    of a terminal to the next; 0: the kiosk asks for none.
    """

    pos_programs: Few[Short] = ()
    payment_hosts: Few[Short] = ()
    fullscreen: bool = False
    guidance_keys: Few[Short] = ()
    inspection_days: Annotated[int, Meta(ge=0, le=366)] = 30


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    language: Short = ""
    dark: bool = False
    store: StoreSettings = StoreSettings()
    desk: DeskSettings = DeskSettings()
    till: Few[TillSettings] = ()
    policy: Policy = Policy()

    def tills(self) -> tuple[Till, ...]:
        """The tills as listed, each terminal with an id of its own."""
        return tuple(_till(number, t) for number, t in enumerate(self.till, 1))

    def as_store(self) -> Store:
        s = self.store
        return Store(s.id, s.name, s.kiosk, self.tills(), s.support_phone, s.support_hours, s.security_phone)


def _till(number: int, till: TillSettings) -> Till:
    id = till.id or str(number)
    return Till(id, till.name, tuple(_terminal(id, n, t) for n, t in enumerate(till.terminal, 1)))


def _terminal(till: str, number: int, t: TerminalSettings) -> Terminal:
    return Terminal(
        id=t.id or f"{till}.{number}",
        port=Port(t.port, identity=t.serial or t.port),
        kind=t.kind,
        make=t.make,
        model=t.model,
        serial=t.serial,
        protocol=t.protocol,
        framing=t.framing,
        baud=t.baud,
        certain=True,
        till=till,
        asks_first=not t.status_safe,
    )


def data_folder() -> Path:
    """Where this user's kiosk keeps outbox, keys and settings: `LOCALAPPDATA` on Windows, XDG's data folder elsewhere.

    The XDG Base Directory Specification 0.8 asks that a relative path is ignored.
    """
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "support-kiosk"
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".local" / "share") / "support-kiosk"


def policy_file() -> Path:
    """The machine-wide policy: `ProgramData` on Windows, `/etc` elsewhere."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "support-kiosk" / "policy.toml"
    return Path("/etc/support-kiosk/policy.toml")


def load(file: Path | None, environment: Mapping[str, str], policy: Path | None = None) -> Settings:
    """Settings of `file` (none: defaults), then the environment, then the policy.

    Raises `SettingsError` that names the file and what is wrong in it.
    """
    table = _table(file) if file is not None and file.exists() else {}
    for name, path in ENVIRONMENT.items():
        if name in environment:
            table = _merged(table, _nested(path, environment[name]))
    policy = policy_file() if policy is None else policy
    if policy.exists():
        table = _merged(table, _table(policy))
    try:
        return msgspec.convert(table, Settings)
    except msgspec.ValidationError as e:
        raise SettingsError(f"The settings file {file or policy} cannot be used: {e}.") from e


def load_service(file: Path, environment: Mapping[str, str]) -> ServiceSettings:
    """The desk's settings: `desk.toml` of its data folder, then `KIOSK_DESK_DATABASE`, `_HINTS`, `_FILES`.

    Raises `SettingsError`.
    """
    table = _table(file) if file.exists() else {}
    table |= {field: environment[name] for name, field in SERVICE_ENVIRONMENT.items() if name in environment}
    try:
        return msgspec.convert(table, ServiceSettings)
    except msgspec.ValidationError as e:
        raise SettingsError(f"The settings file {file} cannot be used: {e}.") from e


def _table(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        with file.open("rb") as opened:
            return tomllib.load(opened)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise SettingsError(f"The settings file {file} is not valid TOML: {e}.") from e
    except OSError as e:
        raise SettingsError(f"The settings file {file} cannot be read: {e.strerror}.") from e


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged


def _nested(path: tuple[str, ...], value: str) -> dict[str, Any]:
    return {path[0]: _nested(path[1:], value) if len(path) > 1 else value}
