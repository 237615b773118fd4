"""`desk_streams` at its full size: 10,000 idle kiosks on one node. It takes 10 minutes and runs only when named."""

from __future__ import annotations

import os

os.environ.setdefault("STREAMS", "10000")

from bench_desk_streams import main

if __name__ == "__main__":
    main("desk_streams_full")
