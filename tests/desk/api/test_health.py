"""Alive, ready, counted: `kiosk.desk.api.health` over a real socket."""

from __future__ import annotations

import re


def test_alive_says_nothing_more(desk):
    assert desk.get("/healthz").text == "ok"


def test_metrics_count_what_was_stored(desk, kiosk, anna):
    def stored() -> int:
        found = re.search(r"^desk_events_stored_total (\d+)$", desk.get("/metrics", headers=anna).text, re.MULTILINE)
        assert found
        return int(found[1])

    before = stored()
    case = kiosk.open_case()
    assert stored() == before + 1
    said = kiosk.event(case, "message", words="x")
    kiosk.put(case, said, said)
    kiosk.put(case, said)
    assert stored() == before + 2
    assert 'desk_cases{state="waiting"}' in desk.get("/metrics", headers=anna).text
