"""Facts tell about the ports that discovery saw, and about no other."""

from datetime import UTC, datetime

from kiosk.model.report import Facts, SeenPort


def test_a_port_is_found_by_its_address():
    seen = SeenPort("/dev/ttyS0", exists=True)
    facts = Facts(datetime(2026, 3, 1, tzinfo=UTC), (SeenPort("/dev/ttyS1", exists=False), seen))
    assert facts.port("/dev/ttyS0") is seen
    assert facts.port("/dev/ttyS9") is None
