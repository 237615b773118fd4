"""Sign-in with OpenID Connect (code flow with PKCE, RFC 7636): asks the provider, and says who came and what they may.

Every call waits for the network: call it from a thread.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from kiosk.desk.options import Provider
from kiosk.desk.people import Role
from kiosk.errors import DeskError, Rejected

SCOPE = "openid profile email"
PATIENCE = 10.0  # seconds for each answer of the provider
LEEWAY = 60  # seconds that its clock may differ
KEYS_LIVE = 3600.0


class Journey(Struct, frozen=True):
    """What the browser carries, sealed, between start and return."""

    state: str
    nonce: str
    verifier: str


class Arrival(Struct, frozen=True):
    """A person whom the provider knows; `refresh` is for asking again whether they still may come in."""

    subject: str
    name: str
    role: Role
    refresh: str | None


class OpenId:
    """One provider; what it says of itself is read once an hour."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._known: dict[str, str] = {}
        self._keys: KeySet | None = None
        self._read = 0.0

    def start(self, back: str) -> tuple[str, Journey]:
        """Where the browser is sent; it returns to `back`. Raises `DeskError` when nobody answers."""
        self._discover()
        journey = Journey(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        url, _ = self._client(back).create_authorization_url(
            self._known["authorization_endpoint"],
            state=journey.state,
            nonce=journey.nonce,
            code_verifier=journey.verifier,
        )
        return str(url), journey

    def finish(self, journey: Journey, query: Mapping[str, str], back: str) -> Arrival:
        """Who came back. Raises `Rejected` if the answer is not for this journey, false, or of nobody with a role."""
        if "error" in query or query.get("state") != journey.state or "code" not in query:
            raise Rejected("The sign-in was broken off or is out of date.", "Start it again.")
        self._discover()
        client, place = self._client(back), self._known["token_endpoint"]
        token = _asked(
            lambda: client.fetch_token(place, code=query["code"], code_verifier=journey.verifier, timeout=PATIENCE)
        )
        return self._judged(self._claims(token.get("id_token", ""), journey.nonce), token.get("refresh_token"))

    def again(self, refresh: str) -> Arrival:
        """The person as the provider knows them now. Raises `Rejected` if it does not want them any more."""
        self._discover()
        client, place = self._client(""), self._known["token_endpoint"]
        token = _asked(lambda: client.refresh_token(place, refresh_token=refresh, timeout=PATIENCE))
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        claims = self._get(self._known["userinfo_endpoint"], headers)
        if claims is None:
            raise Rejected("The sign-in service said no.", "Start the sign-in again.")
        return self._judged(claims, token.get("refresh_token", refresh))

    def _claims(self, signed: str, nonce: str) -> Mapping[str, object]:
        """The ID token's claims, checked as OpenID Connect Core 1.0 section 3.1.3.7 asks."""
        if self._keys is None:
            raise Rejected("The provider's keys are not known.", "Start the sign-in again.")
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._known["issuer"]},
            aud={"essential": True, "value": self.provider.client},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(signed, self._keys, algorithms=["RS256", "ES256", "PS256"]).claims
            rules.validate(claims)
        except (JoseError, ValueError) as e:
            raise Rejected("The provider's answer could not be trusted.", "Start the sign-in again.") from e
        return claims

    def _judged(self, claims: Mapping[str, object], refresh: str | None) -> Arrival:
        groups = claims.get(self.provider.claim) or []
        listed = groups if isinstance(groups, list) else [groups]
        roles = [Role(self.provider.groups[str(g)]) for g in listed if str(g) in self.provider.groups]
        if not roles:
            raise Rejected("You are in no group that works at this desk.", "Ask who manages the groups.")
        subject = str(claims["sub"])
        name = next((str(claims[key]) for key in ("preferred_username", "email", "name") if claims.get(key)), subject)
        return Arrival(subject, name[:200], max(roles, key=_weight), refresh)

    def _client(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self.provider.client,
            self.provider.secret,
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
        )

    def _discover(self) -> None:
        if self._keys is not None and time.monotonic() < self._read + KEYS_LIVE:
            return
        known = self._get(self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration", {})
        if not isinstance(known, dict) or str(known.get("issuer", "")).rstrip("/") != self.provider.issuer.rstrip("/"):
            raise DeskError("The sign-in service does not answer as it should.", "Look at its address in the settings.")
        keys = self._get(str(known["jwks_uri"]), {})
        if not isinstance(keys, dict):
            raise DeskError("The sign-in service does not tell its keys.", "Try again in a moment.")
        self._known = {name: str(value) for name, value in known.items() if isinstance(value, str)}
        self._keys, self._read = KeySet.import_key_set(keys), time.monotonic()  # type: ignore[arg-type]

    def _get(self, url: str, headers: Mapping[str, str]) -> dict[str, object] | None:
        try:
            answer = requests.get(url, headers=dict(headers), timeout=PATIENCE)
            told: dict[str, object] = answer.json() if answer.status_code == 200 else {}
        except requests.RequestException as e:
            raise DeskError("The sign-in service does not answer.", "Try again in a moment.") from e
        return told or None


def _asked(question: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
    try:
        return question()
    except OAuthError as e:
        raise Rejected("The sign-in service said no.", "Start the sign-in again.") from e
    except requests.RequestException as e:
        raise DeskError("The sign-in service does not answer.", "Try again in a moment.") from e


def _weight(role: Role) -> int:
    """Of several roles the one that may most."""
    return list(Role).index(role)
