# ruff: noqa: S113 - the provider is on this machine
"""Signing in with OpenID Connect against a real provider that runs in a process of its own."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlparse

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from kiosk.desk.openid import Journey, OpenId
from kiosk.desk.options import Provider
from kiosk.desk.people import Role
from kiosk.errors import DeskError, Rejected

BACK = "http://127.0.0.1:9/login/return"


def provider(issuer: str) -> Provider:
    return Provider(issuer, "desk", "secret", {"tier-one": "expert", "leads": "lead"})


def person(issuer: str, subject: str, **claims: object) -> None:
    answer = requests.put(f"{issuer}/users/{subject}", json=claims)
    assert answer.status_code == 204


def agree(url: str, subject: str) -> dict[str, str]:
    """What the browser brings back after the person agreed at the provider."""
    answer = requests.post(url, data={"sub": subject}, allow_redirects=False)
    assert answer.is_redirect, answer.text
    return {name: values[0] for name, values in parse_qs(urlparse(answer.headers["location"]).query).items()}


def sign_in(openid: OpenId, subject: str):
    url, journey = openid.start(BACK)
    return openid.finish(journey, agree(url, subject), BACK)


def test_a_person_of_a_group_comes_in_with_its_role(issuer):
    person(issuer, "anna", preferred_username="anna.k", groups=["tier-one", "choir"])
    arrival = sign_in(OpenId(provider(issuer)), "anna")
    assert (arrival.subject, arrival.name, arrival.role) == ("anna", "anna.k", Role.EXPERT)
    assert arrival.refresh


def test_of_several_groups_the_one_that_may_most_counts(issuer):
    person(issuer, "lea", groups=["tier-one", "leads"])
    assert sign_in(OpenId(provider(issuer)), "lea").role is Role.LEAD


@pytest.mark.parametrize("groups", [[], ["choir"], "choir"])
def test_nobody_without_a_group_comes_in(issuer, groups):
    person(issuer, "nob", groups=groups)
    with pytest.raises(Rejected, match="in no group"):
        sign_in(OpenId(provider(issuer)), "nob")


def test_the_start_proves_itself_by_state_nonce_and_pkce(issuer):
    url, journey = OpenId(provider(issuer)).start(BACK)
    asked = parse_qs(urlparse(url).query)
    assert asked["state"] == [journey.state]
    assert asked["nonce"] == [journey.nonce]
    assert asked["code_challenge_method"] == ["S256"]
    assert journey.verifier not in url


@pytest.mark.parametrize("change", ["state", "nonce", "code", "error"])
def test_an_answer_that_is_not_for_this_journey_is_refused(issuer, change):
    person(issuer, "anna", groups=["tier-one"])

    openid = OpenId(provider(issuer))
    url, journey = openid.start(BACK)
    query = agree(url, "anna")
    if change == "nonce":
        journey = Journey(journey.state, "another", journey.verifier)
    else:
        query[change] = "another"
    with pytest.raises(Rejected):
        openid.finish(journey, query, BACK)


def forged(claims: dict[str, object], key: RSAKey, header: dict[str, object]) -> str:
    return jwt.encode(header, claims, key)


@pytest.mark.parametrize("fault", ["issuer", "audience", "expired", "key", "none"])
def test_a_token_that_is_not_the_providers_for_us_is_refused(issuer, fault):
    openid = OpenId(provider(issuer))
    openid.start(BACK)
    ours = RSAKey.generate_key(2048, {"kid": "test", "use": "sig", "alg": "RS256"})
    assert openid._keys is not None
    if fault != "key":
        openid._keys.keys.append(ours)
    claims: dict[str, object] = {
        "iss": "http://evil.example" if fault == "issuer" else openid._known["issuer"],
        "aud": "another" if fault == "audience" else "desk",
        "exp": int(time.time()) + (-3600 if fault == "expired" else 600),
        "sub": "anna",
        "nonce": "n",
    }
    signed = forged(claims, ours, {"alg": "RS256", "kid": "test"})
    if fault == "none":
        _, body, _ = signed.split(".")
        signed = f"eyJhbGciOiJub25lIn0.{body}."
    with pytest.raises(Rejected, match="could not be trusted"):
        openid._claims(signed, "n")


def test_the_provider_is_asked_again_and_may_say_no(issuer):
    person(issuer, "cora", groups=["tier-one"])
    openid = OpenId(provider(issuer))
    arrival = sign_in(openid, "cora")
    assert arrival.refresh
    person(issuer, "cora", groups=["leads"])
    found = openid.again(arrival.refresh)
    assert found.role is Role.LEAD
    person(issuer, "cora", groups=[])
    with pytest.raises(Rejected):
        openid.again(found.refresh or "")
    with pytest.raises(Rejected):
        openid.again("revoked")


def test_a_provider_that_does_not_answer():
    with pytest.raises(DeskError, match="does not answer"):
        OpenId(provider("http://127.0.0.1:9")).start(BACK)


def test_a_provider_that_calls_itself_otherwise(issuer):
    other = issuer.replace("127.0.0.1", "localhost")
    openid = OpenId(provider(other))
    openid.provider = Provider(other + "/tenant", "desk", "secret", {})
    with pytest.raises(DeskError, match="answer as it should"):
        openid.start(BACK)
