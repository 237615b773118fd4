"""Which of some programs run on this PC; looks at names alone, at no command line and no owner."""

from __future__ import annotations

from collections.abc import Iterable

import psutil

from kiosk.diagnostics.pos import is_pos
from kiosk.model.report import HostFact


def facts(wanted: Iterable[str]) -> tuple[HostFact, ...]:
    """`pos_running`: the till programs of policy that run, "" for none of them; nothing where policy names none."""
    names = tuple(wanted)
    if not names:
        return ()
    running = {process.info["name"] or "" for process in psutil.process_iter(["name"])}
    return (HostFact("pos_running", ", ".join(sorted(name for name in running if is_pos(name, names)))[:200]),)
