"""One stream of all cases of a kiosk: resumes, never holds notes, ends when the desk stops."""

from __future__ import annotations

import base64
import json
import time


def cursor(message) -> dict[str, int]:
    return json.loads(base64.urlsafe_b64decode(message["id"] + "=="))


def test_hello_then_everything_missed_then_live(desk, event, anna, open_stream):
    mine = desk.kiosk("inbox")
    first, second = mine.open_case(), mine.open_case()
    stream = open_stream("/api/inbox", mine.headers)
    assert json.loads(stream.next()["data"]) == {"epoch": mine.enrolled["epoch"]}
    assert {json.loads(stream.next_event()["data"])["case"] for _ in range(2)} == {first, second}
    desk.put(second, event(second, "expert", "anna", "message", words="Hi"), headers=anna)
    live = stream.next_event()
    assert json.loads(live["data"])["event"]["body"]["words"] == "Hi"
    assert cursor(live) == {first: 1, second: 2}


def test_resumes_from_the_cursor_and_hands_each_event_once(desk, event, anna, open_stream):
    mine = desk.kiosk("resume")
    case = mine.open_case(*[lambda c, n=n: mine.event(c, "message", words=str(n)) for n in range(5)])
    stream = open_stream("/api/inbox", mine.headers)
    third = [stream.next_event() for _ in range(3)][-1]
    assert cursor(third) == {case: 3}
    resumed = open_stream("/api/inbox", mine.headers | {"Last-Event-ID": third["id"]})
    assert [json.loads(resumed.next_event()["data"])["event"]["seq"] for _ in range(3)] == [4, 5, 6]


def test_notes_never_go_to_kiosks(desk, event, anna, open_stream):
    mine = desk.kiosk("notes")
    case = mine.open_case()
    stream = open_stream("/api/inbox", mine.headers)
    note = event(case, "expert", "anna", "note", words="between us")
    desk.put(case, note, event(case, "expert", "anna", "message", words="Hi"), headers=anna)
    seen = [json.loads(stream.next_event()["data"])["event"] for _ in range(2)]
    assert [e["body"]["kind"] for e in seen] == ["opened", "message"]
    page = mine.get(f"/api/cases/{case}/events").json()
    assert ([e["seq"] for e in page["events"]], page["last"]) == ([1, 3], 3)
    assert len(desk.get(f"/api/cases/{case}/events", headers=anna).json()["events"]) == 3


def test_a_hand_over_reaches_kiosks_without_its_note(desk, event, anna, open_stream):
    mine = desk.kiosk("hand-over")
    case = mine.open_case()
    given = event(case, "expert", "anna", "tier", tier=2, note="the customer is difficult")
    desk.put(case, given, headers=anna)
    stream = open_stream("/api/inbox", mine.headers)
    own = open_stream(f"/api/cases/{case}/events", mine.headers)
    stream.next_event()
    heard = [
        json.loads(stream.next_event()["data"])["event"],
        json.loads([own.next_event() for _ in range(2)][-1]["data"]),
        mine.get(f"/api/cases/{case}/events").json()["events"][-1],
        mine.get("/api/inbox?wait=0").json()["items"][-1]["event"],
    ]
    for found in heard:
        assert (found["id"], found["seq"], found["body"]) == (given["id"], 2, {"kind": "tier", "tier": 2})
    (whole,) = desk.get(f"/api/cases/{case}/events?after=1", headers=anna).json()["events"]
    assert whole["body"]["note"] == "the customer is difficult"


def test_the_long_poll_has_the_same_cursor(desk):
    mine = desk.kiosk("poll")
    case = mine.open_case()
    page = mine.get("/api/inbox?wait=5").json()
    assert [item["event"]["seq"] for item in page["items"]] == [1]
    began = time.monotonic()
    assert mine.get("/api/inbox", params={"wait": 0.2, "cursor": page["cursor"]}).json()["items"] == []
    assert time.monotonic() - began < 5
    mine.put(case, mine.event(case, "message", words="x"))
    later = mine.get("/api/inbox", params={"wait": 5, "cursor": page["cursor"]}).json()
    assert [item["event"]["seq"] for item in later["items"]] == [2]


def test_a_cursor_that_is_none_is_refused(desk, kiosk):
    assert kiosk.get("/api/inbox?wait=0&cursor=@@@").status_code == 422


def test_experts_get_hints_of_every_case(kiosk, anna, open_stream):
    stream = open_stream("/api/inbox", anna)
    stream.next_event("hello")
    case = kiosk.open_case()
    assert json.loads(stream.next_event()["data"]) == {"case": case}
