"""Nothing lost, nothing twice, always in order: kiosks, desk, proxy and servers killed, over a line that is cut."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.delivery.chaos import STORAGES, Plan, run

SEED = 20260504


@pytest.mark.alone
@pytest.mark.parametrize("storage", STORAGES)
def test_nothing_lost_nothing_twice_always_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None], storage: str
) -> None:
    expect_log("no system keyring")
    expect_log("plain http")
    logging.getLogger("urllib3.connection").setLevel(logging.ERROR)  # a cut may fall among the headers
    plan = Plan(storage, 5000, SEED, kiosks=2, cases=2, rate=150.0, mean=40_000, kills=7)
    verdict, world, seconds = run(plan, tmp_path)
    with capsys.disabled():
        print(f"\n{storage}: {verdict} in {seconds:.0f} s; killed: {', '.join(world.killed)}")  # noqa: T201
    assert verdict.clean
    assert verdict.events > 4900, "a kill may come between an event on the disk and its line in the ledger"
