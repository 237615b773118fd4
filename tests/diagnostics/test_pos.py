"""Names of till programs as policy and systems write them."""

import pytest

from kiosk.diagnostics.pos import is_pos, running
from kiosk.model.report import Facts, HostFact
from tests.diagnostics.conftest import NOW


@pytest.mark.parametrize(("name", "expected"), [("Till.EXE", True), ("till", True), ("tiller", False), ("", False)])
def test_case_and_ending_do_not_count(name, expected):
    assert is_pos(name, ("till.exe", "Other")) is expected


@pytest.mark.parametrize(("value", "told"), [("till", "till"), ("", ""), (None, None)])
def test_what_runs_is_a_fact(value, told):
    assert running(Facts(NOW, host=(HostFact("pos_running", value),))) == told
    assert running(Facts(NOW)) is None
