"""`desk_pages` with 1,000,000 cases; runs only when it is named."""

from __future__ import annotations

import os

os.environ.setdefault("CASES", "1000000")

from bench_desk_pages import main

if __name__ == "__main__":
    main("desk_pages_full")
