"""Keeps the passphrase of a terminal's shared key in this user's keyring; reads it from standard input, never shows it.

The terminal's provider names key and version (Adyen: Customer Area, Terminal API, shared key).
"""

from __future__ import annotations

import argparse
import os
import sys
from getpass import getpass
from pathlib import Path

from kiosk.errors import Usage
from kiosk.model.text import text
from kiosk.resources import catalogue
from kiosk.secure import secret
from kiosk.settings import data_folder


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="the key as the provider names it, and as `key.id` in the settings")
    parser.add_argument("--version", type=int, default=0, metavar="N", help="its version (0)")
    parser.add_argument("--forget", action="store_true", help="take it out of the keyring")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where this kiosk keeps what it must not lose")
    parser.add_argument("--lang", default=os.environ.get("KIOSK_LANGUAGE") or "en", help="language of the answer (en)")


def run(args: argparse.Namespace) -> int:
    from kiosk.escalation.vault import Vault

    say, vault = catalogue(args.lang), Vault(args.data or data_folder())
    if args.forget:
        vault.drop(secret(args.name, args.version))
        print(say(text("key.forgotten", name=args.name, version=args.version)))
        return 0
    vault.put(secret(args.name, args.version), _passphrase(say(text("key.ask"))))
    print(say(text("key.kept", name=args.name, version=args.version)))
    return 0


def _passphrase(question: str) -> str:
    given = getpass(f"{question} ") if sys.stdin.isatty() else sys.stdin.readline()
    given = given.strip("\r\n")
    if not given or not given.isascii():
        raise Usage("A passphrase has letters, digits and signs of plain ASCII.", "Write it as the provider shows it.")
    return given
