"""The window alone with a Home from a file: what `kiosk app` costs at the least."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402

from kiosk.model.screen import Home  # noqa: E402
from kiosk.model.text import Catalogue  # noqa: E402
from kiosk.ui.start import first_window  # noqa: E402

TEXTS = dict[str, str | dict[str, str]]


def words(language: str) -> Catalogue:
    file = ROOT / "resources" / "text" / language / "ui.json"
    return Catalogue(language, msgspec.json.decode(file.read_bytes(), type=TEXTS))


def mark() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    print("FIRST-PAINT", pages * 4, flush=True)


if __name__ == "__main__":
    screen = msgspec.json.decode((Path(__file__).with_name("home.json")).read_bytes(), type=Home)
    app, window = first_window(
        ROOT / "resources",
        words,
        (("en", "English"), ("de", "Deutsch")),
        "en",
        screen,
        lambda act: None,
        on_first_paint=mark,
    )
    sys.exit(app.exec())
