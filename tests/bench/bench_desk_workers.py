"""Two workers on PostgreSQL with NATS against one worker on PostgreSQL, as `desk_streams` measures them.

Streams of one worker hear through NATS what the other stored. STREAMS=400, ROUNDS=1.
"""

from __future__ import annotations

import contextlib
import os

os.environ.setdefault("STREAMS", "400")
os.environ.setdefault("ROUNDS", "1")

from bench_desk_streams import ROUNDS, DeskSide, measure, report


def main() -> None:
    from tests.desk import servers

    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(servers.postgres(durable=True))
        nats = stack.enter_context(servers.nats())
        hints = f"nats://127.0.0.1:{nats.port}"
        pairs = []
        for _ in range(ROUNDS):
            one = measure(lambda folder, more: DeskSide(folder, more, database=postgres.database()))
            two = measure(
                lambda folder, more: DeskSide(folder, more, "--workers", "2", database=postgres.database(), hints=hints)
            )
            pairs.append((two, one))
        report("desk_workers", pairs, {"p99": 3.0, "reconnect": 1.4}, "one worker")


if __name__ == "__main__":
    main()
