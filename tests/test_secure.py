"""What the settings make of secure connections; a passphrase on its whole way is in tests/commands/test_key.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.secure import doors
from kiosk.settings import load


def test_without_keys_in_the_settings_no_vault_is_opened(tmp_path: Path) -> None:
    made = doors(load(None, {}, tmp_path / "none"), lambda: pytest.fail("opened"))
    assert (made.keys, made.trusts) == ({}, {})
