"""What the service is started with; frozen values only, nothing is read here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from kiosk.guidance.knowledge import Library
from kiosk.guidance.model import Guide
from kiosk.model.text import Catalogue

MEGABYTE = 1024 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=()",
}
TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")


class Limits(Struct, frozen=True):
    """Bounds of what a sender may do; sizes in bytes, times in seconds."""

    event: int = 64 * 1024
    batch: int = 500
    body: int = 33 * MEGABYTE  # 500 events of 64 KB and their commas
    form: int = 128 * 1024
    file: int = 50 * MEGABYTE
    file_lives: float = 7 * 86400.0
    code_lives: float = 15 * 60.0
    session_lives: float = 8 * 3600.0
    session_idle: float = 3600.0
    heartbeat: float = 15.0
    provider_asked: float = 240.0  # so often the provider is asked whether a person still may come in
    provider_silent: float = 300.0  # without its yes for so long nobody comes in
    recheck: float = 10.0  # a stream asks this often, at a beat or event, whether its listener may still hear
    longest_wait: float = 30.0
    streams_each: int = 20  # open streams of one kiosk or one expert


class Rules(Struct, frozen=True):
    """Days that each kind is kept; None: for ever. Cases count from their last event, and only resolved ones go."""

    cases: float | None = None
    files: float | None = None  # bundles: raw traces go earlier than what was said
    doors: float = 30.0  # sessions that are over, codes that were used or ran out


class Provider(Struct, frozen=True):
    """An OpenID provider; `groups` maps a group's name to a role's, `claim` is where its tokens list groups."""

    issuer: str
    client: str
    secret: str
    groups: Mapping[str, str]
    claim: str = "groups"


class Options(Struct, frozen=True):
    """`data` holds database and files where no address says otherwise: `postgresql://`, `nats://`, `s3://`.

    `secure` is False only for plain HTTP on loopback in development.
    """

    data: Path
    secure: bool = False
    limits: Limits = Limits()
    catalogues: Mapping[str, Catalogue] = {}
    database_url: str = ""
    hints_url: str = ""
    files_url: str = ""
    library: Library = Library()  # what staff can read up
    guide: Callable[[], Guide] = Guide  # whose numbers the cases may change; read when it is asked for
    provider: Provider | None = None
    rules: Rules = Rules()
    codes: bool = False  # everybody needs a second factor, also without TLS

    @property
    def second_factor(self) -> bool:
        """Whether a password needs a code beside it; on plain HTTP in development only who set one up is asked."""
        return self.secure or self.codes

    @property
    def database(self) -> Path | str:
        return self.database_url or self.data / "desk.sqlite3"

    @property
    def files(self) -> Path:
        return self.data / "files"
