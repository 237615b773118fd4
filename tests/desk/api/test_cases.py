# ruff: noqa: S113 - the desk under test is on this machine
"""The event API: once, in order, by the right author, byte for byte."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from kiosk.model import wire


def test_the_first_event_opens_the_case_and_seqs_count_from_one(kiosk):
    case = "0192f7a0-0000-7000-8000-00000000abcd"
    opened, hello = kiosk.opened(case), kiosk.event(case, "message", words="Hello")
    answer = kiosk.put(case, opened, hello).json()
    assert answer["seqs"] == {opened["id"]: 1, hello["id"]: 2}
    assert answer["number"] == "001AYD"
    assert answer["epoch"] == kiosk.enrolled["epoch"]


def test_sent_twice_stored_once_and_answered_the_same(kiosk):
    case = kiosk.open_case()
    said = kiosk.event(case, "message", words="Once")
    first, second = kiosk.put(case, said, said), kiosk.put(case, said)
    assert first.json()["seqs"] == second.json()["seqs"] == {said["id"]: 2}
    assert kiosk.get(f"/api/cases/{case}/events").json()["last"] == 2


def test_twenty_writers_at_once_leave_no_gap_and_keep_each_ones_order(desk, kiosk, anna):
    case = kiosk.open_case()

    def write(writer: int) -> list[dict]:
        mine = [kiosk.event(case, "message", words=f"{writer}.{n}") for n in range(15)]
        for said in mine:
            assert kiosk.put(case, said).status_code == 200
        return mine

    with ThreadPoolExecutor(20) as pool:
        written = list(pool.map(write, range(20)))
    events = kiosk.get(f"/api/cases/{case}/events?after=1").json()["events"]
    assert [e["seq"] for e in events] == list(range(2, 302))
    seq = {e["id"]: e["seq"] for e in events}
    for mine in written:
        assert [seq[e["id"]] for e in mine] == sorted(seq[e["id"]] for e in mine)


def test_an_unknown_kind_is_handed_on_byte_for_byte(desk, kiosk, anna):
    case = kiosk.open_case()
    body = '{"kind":"hologram", "z" : [1.0, 1e3],\n "ünï":"\\u0041"}'
    frame = kiosk.event(case, "x")
    raw = json.dumps(frame | {"body": "BODY"}).replace('"BODY"', body)
    sent = requests.post(
        f"{desk.url}/api/cases/{case}/events",
        data=('{"events":[' + raw + "]}").encode(),
        headers=kiosk.headers,
    )
    assert sent.status_code == 200
    assert body.encode() in desk.get(f"/api/cases/{case}/events", headers=anna).content


def test_a_stranger_cannot_tell_a_foreign_case_from_none(desk, kiosk):
    case, stranger = kiosk.open_case(), desk.kiosk("Stranger")
    none = "0192f7a0-0000-7000-8000-000000000000"
    reads = [stranger.get(f"/api/cases/{c}/events") for c in (case, none)]
    writes = [stranger.put(c, stranger.event(c, "message", words="x")) for c in (case, none)]
    for foreign, missing in (reads, writes):
        assert foreign.status_code == missing.status_code == 403
        assert foreign.content == missing.content


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"author": {"side": "expert", "id": "anna"}}, 403),
        ({"author": {"side": "store", "id": "somebody"}}, 403),
        ({"body": {"kind": "note", "words": "x"}}, 403),
        ({"body": {"kind": "request", "wish": "check"}}, 403),
        ({"body": {"kind": "release", "challenge": "1", "code": "2"}}, 403),
        ({"body": {"kind": "message", "words": "x" * 4001}}, 422),
        ({"body": {"kind": "rating", "csat": 6}}, 422),
        ({"body": "text"}, 422),
        ({"at": "yesterday"}, 422),
        ({"case": "0192f7a0-0000-7000-8000-000000000000"}, 422),
        ({"body": {"kind": "future", "x": "y" * 66_000}}, 413),
    ],
)
def test_what_must_not_be_written_is_refused_whole(kiosk, change, status):
    case = kiosk.open_case()
    good, bad = kiosk.event(case, "message", words="good"), kiosk.event(case, "message", words="bad") | change
    answer = kiosk.put(case, good, bad)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert kiosk.get(f"/api/cases/{case}/events").json()["last"] == 1


def test_a_batch_has_at_most_five_hundred(kiosk):
    case = kiosk.open_case()
    many = [kiosk.event(case, "message", words=str(n)) for n in range(501)]
    assert kiosk.put(case, *many).status_code == 422
    assert kiosk.put(case, *many[:500]).status_code == 200


RUBBISH = [b"", b"{", b"[]", b'{"events":[{}]}', b"\xff\xfe", b'{"events":{"a":1}}', b'{"events":[{"id":"\x80"}]}']
RUBBISH += [b"[" * 20_000]


@pytest.mark.parametrize("body", RUBBISH, ids=lambda body: body[:30].hex())
def test_rubbish_is_a_problem_document(desk, kiosk, body):
    case = kiosk.open_case()
    answer = requests.post(f"{desk.url}/api/cases/{case}/events", data=body, headers=kiosk.headers)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_words_that_are_no_text_are_a_problem_document(desk, kiosk):
    case = kiosk.open_case()
    body = wire.encode({"events": [kiosk.event(case, "message", words="grüße")]}).replace("ü".encode(), b"\xfc")
    answer = requests.post(f"{desk.url}/api/cases/{case}/events", data=body, headers=kiosk.headers)
    assert answer.status_code == 422
    assert requests.post(f"{desk.url}/api/enrol", data=b'{"code":"\xfc","name":"x"}').status_code == 422


def test_an_expert_writes_as_expert_only_and_not_for_the_store(desk, kiosk, anna, event):
    case = kiosk.open_case()
    assert desk.put(case, event(case, "expert", "anna", "message", words="Hi"), headers=anna).status_code == 200
    for wrong in (
        event(case, "store", kiosk.id, "message", words="Hi"),
        event(case, "expert", "anna", "consent", request="x", given=True),
        event(case, "expert", "anna", "release", challenge="1", code="2"),
    ):
        assert desk.put(case, wrong, headers=anna).status_code == 403


def test_restored_events_come_back_with_their_ids_and_authors(desk, kiosk, event):
    case, stranger = kiosk.open_case(), desk.kiosk("Stranger")
    expert_said = event(case, "expert", "lost-id", "message", words="I said this before") | {"restored": True}
    assert stranger.put(case, expert_said).status_code == 403
    assert kiosk.put(case, expert_said).json()["seqs"] == {expert_said["id"]: 2}
    (event_back,) = kiosk.get(f"/api/cases/{case}/events?after=1").json()["events"]
    assert event_back["restored"] is True
    assert event_back["author"]["id"] == "lost-id"


def test_a_long_poll_answers_as_soon_as_there_is_something(desk, kiosk, anna):
    case = kiosk.open_case()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(kiosk.get, f"/api/cases/{case}/events?after=1&wait=20")
        said = kiosk.event(case, "message", words="Now")
        kiosk.put(case, said)
        answer = waiting.result(timeout=10)
    assert [e["id"] for e in answer.json()["events"]] == [said["id"]]
    assert answer.elapsed.total_seconds() < 5
    assert kiosk.get(f"/api/cases/{case}/events?after=2&wait=0.1").json()["events"] == []


def test_a_case_stream_goes_on_where_it_was(kiosk, open_stream):
    case = kiosk.open_case(lambda c: kiosk.event(c, "message", words="one"))
    stream = open_stream(f"/api/cases/{case}/events?after=0", kiosk.headers)
    assert [stream.next_event()["id"] for _ in range(2)] == ["1", "2"]
    kiosk.put(case, kiosk.event(case, "message", words="two"))
    assert stream.next_event()["id"] == "3"
    resumed = open_stream(f"/api/cases/{case}/events?after=0", kiosk.headers | {"Last-Event-ID": "2"})
    again = resumed.next_event()
    assert again["id"] == "3"
    assert json.loads(again["data"])["seq"] == 3


def test_typing_passes_through_and_is_not_kept(desk, kiosk, anna, open_stream):
    case = kiosk.open_case()
    stream = open_stream("/api/inbox", kiosk.headers)
    stream.next_event()
    word = {"case": case, "typing": True}
    assert requests.post(f"{desk.url}/api/presence", json=word, headers=anna).status_code == 204
    told = json.loads(stream.next_event("presence")["data"])
    assert (told["case"], told["typing"], told["name"]) == (case, True, "anna")
    assert kiosk.get(f"/api/cases/{case}/events").json()["last"] == 1


def test_what_is_around_a_case_is_kept_and_only_the_desk_sends_people(desk, kiosk, anna, event):
    case = kiosk.open_case()
    store = [
        kiosk.event(case, "callback", state="asked", number="+49 228 1"),
        kiosk.event(case, "arrived", reference="T-9", code_word=True),
        kiosk.event(case, "returned", serial_out="A1", serial_in="B2"),
        kiosk.event(case, "attachment", file="f1", name="seal.jpg", sha256="a" * 64, size=9),
    ]
    sent = [
        event(case, "expert", "anna", "dispatch", what="engineer", reference="T-9", code_word="heron"),
        event(case, "expert", "anna", "incident", incident="host-7"),
    ]
    assert kiosk.put(case, *store).status_code == 200
    assert desk.put(case, *sent, headers=anna).status_code == 200
    kinds = [e["body"]["kind"] for e in kiosk.get(f"/api/cases/{case}/events?after=1").json()["events"]]
    assert kinds == ["callback", "arrived", "returned", "attachment", "dispatch", "incident"]
    for kind, body in (("dispatch", {"what": "part", "reference": "x"}), ("incident", {"incident": "x"})):
        assert kiosk.put(case, kiosk.event(case, kind, **body)).status_code == 403
