"""Whether the PC has a card service to ask; asks it nothing and loads no library."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SOCKETS = (Path("/run/pcscd/pcscd.comm"), Path("/var/run/pcscd/pcscd.comm"))


def is_there() -> bool:
    """Whether a service can be asked at all, without starting or waiting for one."""
    if sys.platform == "win32":
        return True
    own = os.environ.get("PCSCLITE_CSOCK_NAME")
    return any(path.exists() for path in ((Path(own),) if own else SOCKETS))
