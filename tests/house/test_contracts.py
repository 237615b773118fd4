"""Who may know whom: the import contracts of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path


def test_import_contracts_hold(root, tmp_path):
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--cache-dir", str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
