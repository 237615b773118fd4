"""How it stands with the desk, as shown to staff; a value, nothing else."""

from __future__ import annotations

from msgspec import Struct

from kiosk.model.text import Text


class DeskState(Struct, frozen=True):
    """`waiting` counts events the desk does not have yet; `upload` is 0-100, None while no file is on its way."""

    online: bool = False
    waiting: int = 0
    upload: int | None = None
    error: Text | None = None
