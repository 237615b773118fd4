"""The wheel holds the program with its resources, and starts where there is no checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.deb  # it builds, too; not beside other tests


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built by the locked hatchling, without asking a registry."""
    pytest.importorskip("hatchling", reason="build requirements are not installed; run `make test`")
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys, hatchling.build as b; print(b.build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.split()[-1]


def test_resources_are_inside(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    wanted = [p.relative_to(ROOT).as_posix() for p in (ROOT / "resources").rglob("*") if p.is_file()]
    assert {f"kiosk/{name}" for name in wanted} <= set(names)
    assert "kiosk/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_nothing_else_is_inside(wheel):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"kiosk"}


def test_it_finds_its_resources_without_a_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    probe = "from kiosk import resources as r; print(r.root()); print(len(r.findings()), *r.languages())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", probe],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    root, counted = done.stdout.splitlines()
    assert Path(root) == tmp_path / "site" / "kiosk" / "resources"
    assert counted.split()[1:3] == ["en", "de"]
