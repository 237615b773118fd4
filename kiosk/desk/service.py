"""The parts of a running desk, handed to every route through the app's state; decides nothing."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

from litestar.datastructures import State

from kiosk.desk.database import Database
from kiosk.desk.doors import Doors
from kiosk.desk.hub import Hub
from kiosk.desk.limits import Failures, Rate
from kiosk.desk.log import CaseLog
from kiosk.desk.openid import OpenId
from kiosk.desk.options import Options
from kiosk.desk.secret import Secret
from kiosk.desk.uploads import Files


@dataclass
class Service:
    """One per process; `counts` feeds /metrics."""

    options: Options
    database: Database
    hub: Hub
    log: CaseLog
    files: Files
    doors: Doors
    secret: Secret
    openid: OpenId | None = None
    enrolments: Failures = field(default_factory=lambda: Failures(10, 600.0))
    sign_ins: Failures = field(default_factory=lambda: Failures(8, 300.0))
    uploads: Rate = field(default_factory=lambda: Rate(60, 60.0))
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    began: float = field(default_factory=time.time)


def service(state: State) -> Service:
    """The service of an app's state."""
    found: Service = state["service"]
    return found
