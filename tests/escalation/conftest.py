"""One real desk for the tests of this room, and kiosks enrolled at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.escalation.enrolment import Enrolment, enrol
from kiosk.escalation.outbox import Outbox
from kiosk.escalation.vault import TOKEN, Vault
from tests.fakes.desk_process import DeskProcess


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    process = DeskProcess.prepare(tmp_path_factory.mktemp("desk"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def expert_token(desk: DeskProcess) -> str:
    return desk.expert_token()


@pytest.fixture
def enrolled(
    tmp_path: Path, desk: DeskProcess, expect_log: Callable[[str], None]
) -> Iterator[tuple[Outbox, Enrolment, str]]:
    """An outbox, where it belongs, and its token."""
    expect_log("no system keyring")
    expect_log("plain http")
    outbox, vault = Outbox(tmp_path / "kiosk" / "outbox.sqlite"), Vault(tmp_path / "kiosk")
    joined = enrol(desk.url, desk.code(), "kiosk one", vault, outbox)
    yield outbox, joined, str(vault.get(TOKEN))
    outbox.close()
