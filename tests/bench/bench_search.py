"""One answer of search over all of guidance: p99 of the held-out utterances, processor time; prints one JSON line."""

from __future__ import annotations

import json
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from kiosk import resources  # noqa: E402
from kiosk.guidance.load import load  # noqa: E402
from kiosk.guidance.search import Index  # noqa: E402

BAR = 50.0


def main() -> None:
    index = resources.search_index(load(resources.root() / "guidance", resources.findings()))
    said = tomllib.loads((ROOT / "tests" / "guidance" / "utterances.toml").read_text("utf-8"))
    asked = [(words, language) for language, table in said.items() for words in table]
    index.find("warm", "en")
    took = sorted(milliseconds(index, words, language) for words, language in asked)
    value = took[int(0.99 * len(took))]
    figure = {"bench": "search", "value": round(value, 3), "unit": "ms", "bar": BAR, "holds": value <= BAR}
    print(json.dumps(figure | {"utterances": len(asked), "phrases": len(index.entries)}))


def milliseconds(index: Index, words: str, language: str) -> float:
    began = time.thread_time()
    index.find(words, language, 3)
    return (time.thread_time() - began) * 1000


if __name__ == "__main__":
    main()
