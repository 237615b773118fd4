"""The runner of benchmarks: one line a figure, nothing hidden, whatever a benchmark does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.run import figures, scripts

GOOD = {"bench": "speed", "value": 1.5, "unit": "s", "bar": 2, "holds": True}


def bench(folder: Path, code: str) -> Path:
    script = folder / "bench_probe.py"
    script.write_text(code)
    return script


def says(*lines: str) -> str:
    return "".join(f"print({line!r})\n" for line in lines)


def test_figures_come_out_as_they_are(tmp_path):
    missed = {**GOOD, "value": 3, "holds": False, "extra": [1]}
    script = bench(tmp_path, says(json.dumps(GOOD), "", json.dumps(missed)))
    assert list(figures(script, 30)) == [GOOD, missed]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(3)", "status 3"),
        ("", "after 0 figures"),
        (says("warming up"), "not a figure"),
        (says('{"bench": "speed", "value": 1}'), "without unit, bar, holds"),
        (says("[1]"), "without bench"),
    ],
)
def test_what_went_wrong_is_a_figure_that_does_not_hold(tmp_path, code, why):
    (figure,) = figures(bench(tmp_path, code), 30)
    assert figure["holds"] is False
    assert figure["value"] is None
    assert why in str(figure["error"])


def test_a_benchmark_that_never_ends_is_ended(tmp_path):
    (figure,) = figures(bench(tmp_path, "import threading; threading.Event().wait()"), 0.5)
    assert "not done within" in str(figure["error"])


def test_one_is_chosen_by_name_and_a_wrong_name_is_told(tmp_path):
    script = bench(tmp_path, "")
    assert scripts(tmp_path, ["probe"]) == scripts(tmp_path, []) == [script]
    long = tmp_path / "bench_probe_full.py"
    long.touch()
    assert scripts(tmp_path, []) == [script], "a long one runs only when it is named"
    assert scripts(tmp_path, ["probe_full"]) == [long]
    with pytest.raises(SystemExit, match="There are: probe"):
        scripts(tmp_path, ["prob"])
