"""Renders every sample in every language and look: `python tests/ui/gallery.py OUTDIR [name ...] [--size 1280x800]`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from samples import SAMPLES, WORDS  # noqa: E402

from kiosk.model.text import Catalogue  # noqa: E402
from kiosk.resources import catalogue  # noqa: E402
from kiosk.ui.start import first_window  # noqa: E402

LANGUAGES = (("en", "English"), ("de", "Deutsch"))


def words(language: str) -> Catalogue:
    """The window's own labels and the samples' texts."""
    own = catalogue(language, "ui", "journey", "guidance", "knowledge")
    return Catalogue(language, {**own.templates, **WORDS[language]}, own.fallback)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--languages", default="en,de")
    parser.add_argument("--looks", default="light,dark")
    args = parser.parse_intermixed_args()
    args.out.mkdir(parents=True, exist_ok=True)
    wide, high = map(int, args.size.split("x"))
    for look in args.looks.split(","):
        for language in args.languages.split(","):
            for name in args.names or SAMPLES:
                app, window = first_window(
                    ROOT / "resources", words, LANGUAGES, language, SAMPLES[name], lambda act: None, dark=look == "dark"
                )
                window.resize(wide, high)
                for _ in range(4):
                    app.processEvents()
                window.grab().save(str(args.out / f"{name}_{language}_{look}.png"))
                window.close()
                window.deleteLater()


if __name__ == "__main__":
    main()
