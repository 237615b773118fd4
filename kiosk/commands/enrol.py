"""Joins a desk: kiosk enrol CODE --desk URL.

The code comes from the desk, works once and for 15 minutes.
"""

from __future__ import annotations

import argparse
import platform
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", help="as the desk gave it")
    parser.add_argument("--desk", required=True, metavar="URL", help="such as https://desk.example.com")
    parser.add_argument("--name", default=platform.node() or "kiosk", help="what the desk calls this kiosk")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="trust this certificate authority besides the system's")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where this kiosk keeps what it must not lose")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def run(args: argparse.Namespace) -> int:
    from kiosk.escalation.enrolment import enrol
    from kiosk.escalation.outbox import FILE, Outbox
    from kiosk.escalation.vault import Vault
    from kiosk.model.wire import document, pretty
    from kiosk.settings import data_folder

    folder = args.data or data_folder()
    outbox = Outbox(folder / FILE)
    try:
        joined = enrol(args.desk, args.code, args.name, Vault(folder), outbox, args.ca)
    finally:
        outbox.close()
    if args.json:
        print(pretty(document(joined)).decode())
    else:
        print(f"This kiosk now belongs to {joined.store_name} at {joined.desk}.")
    return 0
