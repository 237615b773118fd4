"""The desk's key: made once, private, shared by a copy."""

from __future__ import annotations

import pytest

from kiosk.desk.secret import FILE, open_secret
from kiosk.errors import DeskError


def test_what_is_sealed_opens_with_the_same_folder_only(tmp_path):
    sealed = open_secret(tmp_path / "a").seal("JBSWY3DP")
    assert "JBSWY3DP" not in sealed
    assert open_secret(tmp_path / "a").open(sealed) == "JBSWY3DP"
    assert open_secret(tmp_path / "b").open(sealed) is None
    assert open_secret(tmp_path / "a").open(sealed[:-4] + "AAA=") is None


def test_what_a_browser_carries_runs_out(tmp_path):
    secret = open_secret(tmp_path)
    carried = secret.seal("journey")
    assert secret.open(carried, 60) == "journey"
    assert secret.open(carried, -1) is None
    assert secret.open("not ours", 60) is None


def test_only_the_owner_may_read_it(tmp_path):
    open_secret(tmp_path)
    file = tmp_path / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [FILE]
    file.chmod(0o644)
    with pytest.raises(DeskError, match="Others may read"):
        open_secret(tmp_path)


def test_a_key_of_another_length_is_refused(tmp_path):
    open_secret(tmp_path)
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(DeskError, match="no key"):
        open_secret(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DeskError, match="cannot keep its key"):
        open_secret(tmp_path / "file")
