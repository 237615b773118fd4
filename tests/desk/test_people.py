# ruff: noqa: S113 - the desk under test is on this machine
"""Signing in, sessions, roles, and forged forms."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from kiosk.desk import guard, people, sessions
from kiosk.desk.tables import kiosks
from kiosk.errors import Usage

PASSWORD = "correct horse battery"  # of everybody that the console signs in


def test_sign_in_sets_a_cookie_out_of_reach_of_scripts(console):
    expert = console()
    (cookie,) = [c for c in expert.session.cookies if c.name == "desk"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite").lower() == "lax"
    assert "Queue" in expert.get("/").text


def test_behind_tls_the_cookie_has_its_prefix():
    assert guard.session_cookie(secure=True) == "__Host-desk"
    assert guard.form_cookie(secure=True) == "__Host-form"


def test_signing_out_ends_the_session_on_the_server(desk, console):
    expert = console()
    stolen = dict(expert.session.cookies)
    assert expert.post("/logout").status_code == 303
    answer = requests.get(desk.url + "/", cookies=stolen, allow_redirects=False)
    assert answer.status_code == 401


def test_a_removed_person_is_out_at_once(desk, console):
    expert, token = console(), desk.person("leaver")
    desk.do(lambda db: people.remove_person(db, expert.name))
    desk.do(lambda db: people.remove_person(db, "leaver"))
    assert expert.session.get(desk.url + "/", allow_redirects=False).status_code == 303
    assert desk.get("/api/inbox", headers=token).status_code == 401
    assert desk.do(lambda db: sessions.sign_in(db, expert.name, PASSWORD, second=False)) is None
    with pytest.raises(Usage, match="no person"):
        desk.do(lambda db: people.remove_person(db, "leaver"))


def test_an_open_stream_ends_when_its_listener_may_hear_no_more(desk, kiosk, console, open_stream):
    case = kiosk.open_case()
    leaver, barred, stays = desk.person("stream leaver"), desk.kiosk("barred"), desk.person("stream stays")
    removed, signed_out = console(), console()
    its_cookie = {"Cookie": f"desk={signed_out.session.cookies['desk']}"}
    others = {"Cookie": f"desk={removed.session.cookies['desk']}"}
    ending = [
        open_stream("/api/inbox", leaver),
        open_stream("/api/inbox", barred.headers),
        open_stream(f"/api/cases/{case}/events", its_cookie),
        open_stream("/api/inbox", others),
    ]
    staying = open_stream("/api/inbox", stays)
    for name in ("stream leaver", removed.name):
        desk.do(lambda db, name=name: people.remove_person(db, name))
    desk.do(lambda db: bar(db, barred.id))
    signed_out.post("/logout")
    began = time.monotonic()
    for stream in ending:
        with pytest.raises((EOFError, requests.exceptions.ChunkedEncodingError)):
            while True:
                stream.next()
    assert time.monotonic() - began < 30
    kiosk.put(case, kiosk.event(case, "message", words="go on"))
    assert case in staying.next_event()["data"]


async def bar(db, kiosk: str) -> None:
    async with db.writing() as connection:
        await connection.execute(kiosks.update().where(kiosks.c.id == kiosk).values(barred=True))


@pytest.mark.parametrize("attack", ["no token", "wrong token", "other site"])
def test_a_forged_form_does_nothing(desk, kiosk, console, attack):
    case, expert = kiosk.open_case(), console()
    fields = {"csrf": expert.csrf("/")} if attack == "other site" else {"csrf": "0" * 64}
    if attack == "no token":
        fields = {}
    headers = {"Sec-Fetch-Site": "cross-site"} if attack == "other site" else {}
    answer = expert.session.post(f"{desk.url}/cases/{case}/take", data=fields, headers=headers, allow_redirects=False)
    assert answer.status_code == 403
    assert kiosk.get(f"/api/cases/{case}/events").json()["last"] == 1


def test_a_session_cannot_post_to_the_api_without_the_token(desk, kiosk, console):
    case, expert = kiosk.open_case(), console()
    body = '{"case":"' + case + '","typing":true}'
    answer = expert.session.post(f"{desk.url}/api/presence", data=body, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 403


def test_a_forged_sign_in_does_nothing(desk):
    answer = requests.post(f"{desk.url}/login", data={"name": "anna", "password": "correct horse battery"})
    assert answer.status_code == 403
    assert "desk" not in answer.cookies


@pytest.mark.parametrize(
    ("role", "tier", "path", "fields", "status"),
    [
        ("store", 1, "take", {}, 403),
        ("expert", 1, "take", {}, 303),
        ("expert", 1, "say", {"words": "x"}, 409),
        ("expert", 1, "note", {"words": "x"}, 303),
        ("expert", 3, "release", {"challenge": "ABCD", "why": "seen"}, 403),
        ("security", 1, "release", {"challenge": "ABCD", "why": "seen"}, 303),
        ("lead", 1, "release", {"challenge": "ABCD", "why": "seen"}, 303),
        ("administrator", 1, "release", {"challenge": "ABCD", "why": "seen"}, 303),
        ("expert", 1, "trace", {"why": "x"}, 404),
        ("store", 1, "trace", {"why": "x"}, 403),
        ("store", 1, "bundle", {"why": "x"}, 403),
    ],
)
def test_who_may_do_what(desk, kiosk, console, role, tier, path, fields, status):
    case, person = kiosk.open_case(), console(role, tier)
    answer = person.session.post(
        f"{desk.url}/cases/{case}/{path}",
        data=fields,
        headers={"X-CSRF": guard.form_token(person.session.cookies["desk"])},
        allow_redirects=False,
    )
    assert answer.status_code == status


def test_a_person_of_a_store_sees_no_case(desk, kiosk, console):
    case, person = kiosk.open_case(), console("store")
    for path in ("/", f"/cases/{case}", f"/cases/{case}/chat"):
        assert person.get(path).status_code == 403
    assert person.session.get(f"{desk.url}/api/cases/{case}/events").status_code == 403


def test_code_typed_with_look_alikes_is_the_same():
    assert people.plain_code("o1l-2 abc") == "0112ABC"


def test_of_two_who_take_a_case_at_once_one_has_it(desk, kiosk, console):
    case = kiosk.open_case()
    experts = [console() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = [a.status_code for a in pool.map(lambda e: e.post(f"/cases/{case}/take"), experts)]
    assert sorted(answers) == [303, 409, 409, 409]
    assert kiosk.get(f"/api/cases/{case}/events").json()["last"] == 2


def test_wrong_passwords_are_stopped(desk, console):
    """Last in this file: this address stays stopped for five minutes."""
    expert = console()
    expert.post("/logout")
    answers = [expert.post("/login", name="nobody", password="wrong password").status_code for _ in range(9)]
    assert answers == [403] * 8 + [429]
