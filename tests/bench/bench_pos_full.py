"""`pos` with an hour that takes an hour; runs only when it is named."""

from __future__ import annotations

import os

os.environ.setdefault("SPEED", "1")

from bench_pos import main

if __name__ == "__main__":
    main("pos_full")
