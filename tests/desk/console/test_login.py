# ruff: noqa: S113 - desk and provider are on this machine
"""Signing in as people do: with a code of an authenticator, and at an OpenID provider."""

from __future__ import annotations

import re
import time
from urllib.parse import urljoin

import pyotp
import pytest
import requests
import sqlalchemy as sa

from kiosk.desk import people
from kiosk.desk.tables import sessions

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def desk(desk_with, issuer):
    groups = 'groups = { experts = "expert", leads = "lead" }'
    lines = ["second_factor = true", "[openid]", f'issuer = "{issuer}"', 'client = "desk"', groups]
    return desk_with(*lines, KIOSK_DESK_OPENID_SECRET="hidden")


class Browser:
    """A browser without scripts in front of the door."""

    def __init__(self, desk) -> None:
        self.desk = desk
        self.session = requests.Session()
        self.session.headers["Accept"] = "text/html"

    def get(self, path: str) -> requests.Response:
        return self.session.get(urljoin(self.desk.url, path), allow_redirects=False)

    def hidden(self, path: str) -> dict[str, str]:
        return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', self.get(path).text))

    def post(self, path: str, **fields: str) -> requests.Response:
        url = urljoin(self.desk.url, path)
        return self.session.post(url, data=self.hidden(path) | fields, allow_redirects=False)

    def password(self, name: str) -> requests.Response:
        return self.post("/login", name=name, password=PASSWORD)

    @property
    def is_in(self) -> bool:
        return self.get("/").status_code == 200


def set_up(desk, name: str) -> str:
    """A person with an authenticator; its secret."""
    desk.person(name)
    browser = Browser(desk)
    assert browser.password(name).headers["Location"] == "/login/code"
    page = browser.get("/login/code").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
    before = pyotp.TOTP(secret).at(int(time.time()) - 30)  # so that the present code is still unused
    assert browser.post("/login/code", sealed=sealed, code=before).headers["Location"] == "/"
    assert browser.is_in
    return secret


def test_the_first_sign_in_sets_up_an_authenticator_and_the_next_asks_for_its_code(desk):
    secret = set_up(desk, "ada")
    browser = Browser(desk)
    browser.password("ada")
    page = browser.get("/login/code").text
    assert "Your code" in page
    assert secret not in page.replace(" ", "")
    assert not browser.is_in
    assert browser.post("/login/code", code=pyotp.TOTP(secret).now()).headers["Location"] == "/"
    assert browser.is_in


def test_a_code_works_once(desk):
    secret = set_up(desk, "bea")
    code = pyotp.TOTP(secret).now()
    first, thief = Browser(desk), Browser(desk)
    for browser in (first, thief):
        browser.password("bea")
    assert first.post("/login/code", code=code).status_code == 303
    assert thief.post("/login/code", code=code).status_code == 403
    assert not thief.is_in


def test_the_secret_is_sealed_in_the_database(desk):
    secret = set_up(desk, "cleo")
    kept = (desk.data / "desk.sqlite3").read_bytes() + (desk.data / "desk.sqlite3-wal").read_bytes()
    assert secret.encode() not in kept


def test_a_half_session_opens_nothing_and_nine_wrong_codes_stop_it(desk):
    set_up(desk, "dora")
    browser = Browser(desk)
    browser.password("dora")
    half = browser.session.cookies["half"]
    assert requests.get(desk.url + "/", cookies={"desk": half}, allow_redirects=False).status_code == 401
    answers = [browser.post("/login/code", code="000000").status_code for _ in range(9)]
    assert answers == [403] * 8 + [429]


def test_a_set_up_with_a_secret_that_was_not_ours_is_refused(desk):
    desk.person("eve")
    browser = Browser(desk)
    browser.password("eve")
    mine = pyotp.random_base32()
    assert browser.post("/login/code", sealed=mine, code=pyotp.TOTP(mine).now()).status_code == 403


def test_who_lost_the_phone_sets_up_anew(desk):
    set_up(desk, "finn")
    desk.do(lambda db: people.forget_code(db, "finn"))
    browser = Browser(desk)
    browser.password("finn")
    assert "Set up your code" in browser.get("/login/code").text


def test_a_code_without_a_password_leads_to_the_door(desk):
    assert Browser(desk).get("/login/code").headers["Location"] == "/login"


def person(issuer: str, subject: str, *groups: str) -> None:
    assert requests.put(f"{issuer}/users/{subject}", json={"email": subject, "groups": groups}).status_code == 204


def through_provider(desk, subject: str) -> tuple[Browser, requests.Response]:
    browser = Browser(desk)
    away = browser.get("/login/start").headers["Location"]
    agreed = requests.post(away, data={"sub": subject}, allow_redirects=False)
    return browser, browser.get(agreed.headers["Location"])


def test_a_company_account_comes_in_with_the_role_of_its_group(desk, issuer):
    person(issuer, "gina@example.com", "experts")
    browser, answer = through_provider(desk, "gina@example.com")
    assert answer.headers["Location"] == "/"
    assert "gina@example.com" in browser.get("/").text


def test_an_account_without_a_group_stays_outside(desk, issuer):
    person(issuer, "hugo@example.com", "choir")
    browser, answer = through_provider(desk, "hugo@example.com")
    assert answer.status_code == 403
    assert "in no group" in answer.text
    assert not browser.is_in


def test_the_return_of_another_browser_is_refused(desk, issuer):
    person(issuer, "ida@example.com", "experts")
    away = Browser(desk).get("/login/start").headers["Location"]
    agreed = requests.post(away, data={"sub": "ida@example.com"}, allow_redirects=False).headers["Location"]
    victim = Browser(desk)
    victim.get("/login/start")
    assert victim.get(agreed).status_code == 403
    assert Browser(desk).get(agreed).status_code == 403


async def age(db, seconds: float) -> None:
    async with db.writing() as connection:
        await connection.execute(sessions.update().values(asked=time.time() - seconds))


def test_who_left_the_company_is_out_when_the_provider_is_asked_next(desk, issuer):
    person(issuer, "jan@example.com", "experts")
    browser, _ = through_provider(desk, "jan@example.com")
    desk.do(lambda db: age(db, 200))
    person(issuer, "jan@example.com", "choir")
    assert browser.is_in, "asked every four minutes only"
    desk.do(lambda db: age(db, 250))
    assert not browser.is_in
    person(issuer, "jan@example.com", "experts")
    assert not browser.is_in, "the session is gone for good"


def test_a_new_group_is_a_new_role(desk, issuer):
    person(issuer, "kim@example.com", "experts")
    browser, _ = through_provider(desk, "kim@example.com")
    person(issuer, "kim@example.com", "leads")
    desk.do(lambda db: age(db, 250))
    assert browser.is_in
    assert desk.do(lambda db: role(db, "kim@example.com")) == "lead"


async def role(db, name: str) -> str:
    async with db.reading() as connection:
        return await connection.scalar(sa.select(people.people.c.role).where(people.people.c.name == name))


def test_who_was_removed_here_does_not_come_back_through_the_provider(desk, issuer):
    person(issuer, "leo@example.com", "experts")
    through_provider(desk, "leo@example.com")
    desk.do(lambda db: people.remove_person(db, "leo@example.com"))
    _, answer = through_provider(desk, "leo@example.com")
    assert answer.status_code == 403
    assert "not come in" in answer.text
