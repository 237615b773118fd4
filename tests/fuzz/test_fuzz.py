"""The fuzzer for a short while: nothing but errors of ours comes out of decoders, talks, redaction and bundles.

`make fuzz` does the same for each protocol alone and for a million inputs.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.protocols.protocol import protocols

FUZZ = Path(__file__).with_name("fuzz.py")
SECONDS = 8  # each; all together stay below two minutes


def run(*words):
    return subprocess.run([sys.executable, str(FUZZ), *words], capture_output=True, text=True, check=False, timeout=180)


@pytest.mark.parametrize("target", ["decode", "talk", "redact", "bundle"])
def test_nothing_but_errors_of_ours_comes_out(target, tmp_path):
    ran = run(target, "--runs", "1000000", "--seconds", str(SECONDS), "--keep", str(tmp_path))
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["inputs"] > 100
    assert list(tmp_path.iterdir()) == []


def test_every_protocol_is_a_target():
    names = run("--list").stdout.split()
    wanted = {f"{kind}:{id}" for id in protocols() for kind in ("decode", "talk")}
    assert set(names) == wanted | {"redact", "bundle"}


def test_a_target_that_breaks_is_noticed():
    """The checks of a target themselves: a decoder that loses bytes, a talk that wishes what it may not send."""
    from dataclasses import replace

    from kiosk.protocols.conversation import Send
    from kiosk.protocols.protocol import Decoded, Rubbish

    spec = importlib.util.spec_from_file_location("fuzz_targets", FUZZ.with_name("targets.py"))
    targets = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(targets)
    zvt = protocols()["zvt"]
    loses = replace(zvt, decode=lambda data, framing, way: Decoded((), (Rubbish(0, 1),)))
    with pytest.raises(AssertionError, match="on no line"):
        targets.fuzz_decode(loses, b"\x00abc")

    def pays(framing):
        yield Send(b"\x06\x01\x00")

    with pytest.raises(AssertionError, match="may not"):
        targets.fuzz_talk(replace(zvt, read=pays), b"\x01")
