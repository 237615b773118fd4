"""The main job end to end, as `make demo` tells it: pictures, sealed bundles and a transcript come out."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.evidence.bundle import open_bundle, verify

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.story
@pytest.mark.skipif(sys.platform == "win32", reason="the story needs pseudo-terminals and Xvfb")
@pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("chromium")), reason="Xvfb or chromium is not installed")
def test_from_a_silent_terminal_to_an_expert_who_sees_why(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "story.py"), "--output", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    pictures = sorted(tmp_path.glob("*.png"))
    assert len(pictures) >= 20
    assert all(p.stat().st_size > 5_000 for p in pictures), "a picture is empty"
    transcript = (tmp_path / "transcript.txt").read_text(encoding="utf-8")
    assert "nothing lost, nothing twice" in transcript
    bundles = sorted(tmp_path.glob("bundle-*.zip"))
    assert bundles
    for file in bundles:
        assert verify(open_bundle(file), ()).intact
