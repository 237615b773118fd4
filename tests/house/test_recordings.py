"""Every recording is replayed by a test."""

from pathlib import Path

ABOUT = {".md", ".txt"}  # what says where recordings come from


def test_every_recording_is_replayed(root, sources):
    tests = "\n".join(s.text for s in sources if s.room == "tests" and "house" not in s.path.parts)
    files = [p for p in (root / "tests/recordings").rglob("*") if p.is_file() and p.suffix not in ABOUT]
    forgotten = [str(p.relative_to(root)) for p in files if not is_replayed(p, tests)]
    assert not forgotten, f"name them in a test, or replay their whole folder by `glob`: {forgotten}"


def is_replayed(path: Path, tests: str) -> bool:
    """A test names the file, or walks a folder `recordings` by its ending."""
    return path.name in tests or (f'"*{path.suffix}"' in tests and '"recordings"' in tests)
