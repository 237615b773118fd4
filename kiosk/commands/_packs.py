"""Signed packs of guidance on the command line, and what counts of outcomes teach; each refusal is one sentence."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from kiosk import resources, settings
from kiosk.errors import Usage
from kiosk.guidance import pack
from kiosk.guidance.keeping import kept
from kiosk.guidance.outcomes import LEAST, Counts, added, learned
from kiosk.model import wire

ACTIONS = ("key", "make", "verify", "load", "back", "show")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", type=Path, metavar="DIR", help="pack make: holds guidance and text")
    parser.add_argument("--number", type=int, default=0, metavar="N", help="pack make: higher than any before")
    parser.add_argument("--key", type=Path, metavar="FILE", help="pack make: the private key")
    parser.add_argument(
        "--trust", action="append", default=[], metavar="KEY", help="pack verify: a public key besides the policy's"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="where this kiosk keeps its data")


def run(args: argparse.Namespace) -> int:
    action, *files = args.words or [""]
    if action not in ACTIONS:
        raise Usage(f"Say what to do with a pack: {', '.join(ACTIONS)}.", "For example: kiosk guide pack verify FILE.")
    if action in ("back", "show"):
        return _tell(pack.roll_back(_data(args)) if action == "back" else pack.in_use(_data(args)), args.json)
    if len(files) != 1:
        raise Usage("Name one file.", f"For example: kiosk guide pack {action} FILE.")
    return {"key": _key, "make": _make, "verify": _verify, "load": _load}[action](args, Path(files[0]))


def _key(args: argparse.Namespace, file: Path) -> int:
    """A new private key; its public half goes into the policy of every kiosk."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(pem)
    except OSError as e:
        raise Usage(f"{file} cannot be written: {e.strerror}.", "Name a file that is not there yet.") from e
    print(pack.public(key))
    return 0


def _make(args: argparse.Namespace, file: Path) -> int:
    if args.key is None or args.number < 1:
        raise Usage("A pack needs --key FILE and --number N.", "The number is higher than that of any pack before.")
    source = args.source or resources.root()
    resources.guidance(source)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    data = pack.make(pack.members_of(source), args.number, made, _private(args.key))
    try:
        file.write_bytes(data)
    except OSError as e:
        raise Usage(f"{file} cannot be written: {e.strerror}.", "Name another file.") from e
    print(f"{file}: pack {args.number}, {len(data)} bytes")
    return 0


def _private(file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as e:
        raise Usage(f"{file} is no private key.", "Make one with: kiosk guide pack key FILE.") from e
    if not isinstance(key, Ed25519PrivateKey):
        raise Usage(f"{file} is a key of another kind.", "Make one with: kiosk guide pack key FILE.")
    return key


def _opened(args: argparse.Namespace, file: Path, trusted: tuple[str, ...] = ()) -> pack.Pack:
    try:
        data = file.read_bytes()
    except OSError as e:
        raise Usage(f"{file} cannot be read: {e.strerror}.", "Check the name of the file.") from e
    own = settings.load(_data(args) / "settings.toml", os.environ)
    return pack.opened(data, (*own.policy.guidance_keys, *trusted))


def _verify(args: argparse.Namespace, file: Path) -> int:
    found = _opened(args, file, tuple(args.trust)).manifest
    if args.json:
        told = {"schema": wire.SCHEMA, "number": found.number, "made": found.made, "files": len(found.members)}
        print(wire.pretty(told).decode())
    else:
        print(f"whole and signed: pack {found.number} of {found.made}, {len(found.members)} files")
    return 0


def _load(args: argparse.Namespace, file: Path) -> int:
    return _tell(pack.load(_data(args), _opened(args, file), resources.guidance), args.json)


def _tell(current: pack.Current, as_json: bool) -> int:
    if as_json:
        print(wire.pretty({"schema": wire.SCHEMA, "number": current.number, "before": current.before}).decode())
    else:
        print(f"in use: pack {current.number}" if current.number else "in use: what came with the program")
    return 0


def _data(args: argparse.Namespace) -> Path:
    return args.data or settings.data_folder()


def learn(args: argparse.Namespace) -> int:
    """The priors that would change, by the counts of one or many kiosks; changes nothing by itself."""
    if not args.words:
        raise Usage("Name files of counts.", "Each kiosk keeps its own: outcomes.json in its data.")
    found = [kept(Path(name), Counts, {}) for name in args.words]
    guide = resources.guidance().guide
    taught = learned(guide, added(each.value for each in found))
    changed = {id: s.priors for id, s in taught.symptoms.items() if s.priors != guide.symptoms[id].priors}
    tried = {id: r for id, r in taught.remedies.items() if not r.judgement}
    if args.json:
        remedies = {id: {"minutes": r.minutes, "cures": r.cures} for id, r in tried.items()}
        print(wire.pretty({"schema": wire.SCHEMA, "symptoms": changed, "remedies": remedies}).decode())
        return 0
    says = resources.catalogue("en", "journey")
    for trouble in (each.trouble for each in found if each.trouble):
        print(says(trouble))
    print(f"{len(changed)} symptoms and {len(tried)} remedies have {LEAST} outcomes or more")
    return 0
