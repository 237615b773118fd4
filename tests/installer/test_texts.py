"""The tool for texts as a developer calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from installer import catalogues, texts


def test_it_says_what_is_to_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    status = texts.main([])
    said = capsys.readouterr().out
    for language in catalogues.languages():
        assert f"{language}: {len(catalogues.missing(language))} missing" in said
    assert status == (1 if "  " in said else 0)


def test_a_file_for_a_new_language_holds_every_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("polib", reason="polib is for developers: pip install support-kiosk[dev]")
    assert texts.main(["export", "cs", "--out", str(tmp_path)]) == 0
    count = len(catalogues.texts("en"))
    assert f"cs.po: {count} texts, {count} to translate, 0 stale" in capsys.readouterr().out
