"""Which till programs run: by name alone, whatever the system writes behind it."""

import psutil

from kiosk.diagnostics.host import programs
from kiosk.model.report import HostFact


def test_this_test_runs_and_another_program_does_not():
    own = psutil.Process().name()
    assert programs.facts((own.upper(), "no-such-till")) == (HostFact("pos_running", own),)
    assert programs.facts(("no-such-till",)) == (HostFact("pos_running", ""),)
    assert programs.facts(()) == ()
