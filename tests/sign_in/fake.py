"""A provider in Python that does as told: honest until a test says otherwise."""

import asyncio
import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx2
from joserfc import jws, jwt
from joserfc.jwk import ECKey, RSAKey

from app.sign_in.gateways.connections import Connection
from app.sign_in.rules.audiences import PERSONAL_IDENTITY_NUMBER
from app.sign_in.rules.provider import LOA3, ByKey, BySecret, Provider
from tests.make import ANNA, Clock, Person, Staff

# Says that a claim, header or field is left out.
LEFT_OUT = object()
METADATA = "/.well-known/openid-configuration"
LONG_AGO = timedelta(seconds=5)

AnyKey = ECKey | RSAKey
Anyone = Person | Staff
Claims = Mapping[str, Any]
Headers = dict[str, Any]


def new_key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


def pem_of(provider: Provider) -> bytes:
    assert isinstance(provider.proof, ByKey)
    return provider.proof.pem


def without(changed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changed.items() if value is not LEFT_OUT}


class FakeProvider:
    """The attributes are what it says; a test changes one and sees us refuse."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self.provider, self.clock = provider, clock
        self.asked: Counter[str] = Counter()
        self.requests: list[httpx2.Request] = []
        self.granted_tokens: list[str] = []
        self._own_key = new_key("one")
        self._pushed: dict[str, dict[str, str]] = {}
        self._codes: dict[str, tuple[dict[str, str], Anyone]] = {}
        self._staff: dict[str, Staff] = {}
        self.behaves()

    def behaves(self) -> None:
        """From now on it is honest, whatever it was."""
        self.key: AnyKey = self._own_key
        self.published: list[dict[str, Any]] = [public(self.key)]
        self.metadata: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.granted: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.signs_userinfo = True
        self.down = False
        self.slow = False
        self.pushed: dict[str, Any] = {}
        self.refuses_pushed = 0
        self.looks_at_verifiers = True
        # A token made by the test, and what is answered instead, by path.
        self.forges: Callable[[Headers, Claims], str] | None = None
        self.instead: dict[str, Callable[[], httpx2.Response]] = {}

    def open(self) -> httpx2.AsyncBaseTransport:
        return httpx2.MockTransport(self.handle)

    def connection(self) -> Connection:
        return Connection(self.provider, self.open)

    def rotate(self, kid: str) -> None:
        self.key = new_key(kid)
        self.published = [public(self.key)]

    def answers(self, location: str, person: Anyone = ANNA, **changed: Any) -> dict[str, str]:
        """What the browser brings back when this person identifies themself at `location`."""
        asked = dict(parse_qsl(urlsplit(location).query))
        if "request_uri" in asked:
            assert set(asked) == {"client_id", "request_uri"}
            asked = self._pushed.pop(asked["request_uri"])
        if "request" in asked:
            asked = self._signed_request(asked)
        code = f"code-{len(self._codes)}"
        self._codes[code] = (asked, person)
        if isinstance(person, Staff):
            self._staff[key_of(person)] = person
        return without({"code": code, "state": asked["state"], "iss": self.provider.issuer} | changed)

    def back(self, location: str, person: Anyone = ANNA, **changed: Any) -> str:
        path = urlsplit(self.provider.redirect_uri).path
        return f"{path}?{urlencode(self.answers(location, person, **changed))}"

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked[path] += 1
        self.requests.append(request)
        if self.slow:
            await asyncio.sleep(0.01)
        if self.down:
            raise httpx2.ConnectError("Nobody answers.")
        if path in self.instead:
            return self.instead[path]()
        if path == METADATA:
            return httpx2.Response(200, json=self.discovery())
        if path == "/jwks":
            return httpx2.Response(200, json={"keys": self.published})
        if path == "/par":
            return self._push(request)
        return self._token(request) if path == "/token" else self._userinfo(request)

    def discovery(self) -> dict[str, Any]:
        issuer = self.provider.issuer
        honest = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/auth",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/me",
            "jwks_uri": f"{issuer}/jwks",
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        }
        return without(honest | self.metadata)

    def _signed_request(self, beside: dict[str, str]) -> dict[str, str]:
        key = ECKey.import_key(pem_of(self.provider))
        said = jwt.decode(beside.pop("request"), key, algorithms=["ES256"]).claims
        assert beside.items() <= said.items()
        return {name: json.dumps(value) if name == "claims" else str(value) for name, value in said.items()}

    def takes_signed_requests(self) -> None:
        self.metadata["request_parameter_supported"] = True

    def takes_pushed_requests(self) -> None:
        self.metadata["pushed_authorization_request_endpoint"] = f"{self.provider.issuer}/par"

    def _push(self, request: httpx2.Request) -> httpx2.Response:
        sent = dict(parse_qsl(request.content.decode()))
        self._ensure_our_client(request, sent)
        assert "request_uri" not in sent
        if self.refuses_pushed:
            return httpx2.Response(self.refuses_pushed, json={"error": "invalid_request"})
        reference = f"urn:ietf:params:oauth:request_uri:{len(self._pushed)}"
        self._pushed[reference] = sent
        answer = without({"request_uri": reference, "expires_in": 60} | self.pushed)
        return httpx2.Response(201, json=answer)

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        sent = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self._ensure_our_client(request, sent)
        asked, person = self._codes.pop(sent["code"])
        if self.looks_at_verifiers and _challenge(sent["code_verifier"]) != asked["code_challenge"]:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        assert sent["redirect_uri"] == asked["redirect_uri"]
        honest = {
            "token_type": "Bearer",
            "expires_in": 300,
            "access_token": f"access {key_of(person)}",
            "id_token": self.signed(self.id_token(asked["nonce"], person)),
        }
        self.granted_tokens.append(str(honest["id_token"]))
        # Not `json=`: that could not write half a surrogate.
        return httpx2.Response(200, text=json.dumps(without(honest | self.granted)))

    def _ensure_our_client(self, request: httpx2.Request, sent: Mapping[str, str]) -> None:
        if isinstance(self.provider.proof, BySecret):
            pair = f"{self.provider.client_id}:{self.provider.proof.secret}".encode()
            assert request.headers["authorization"] == f"Basic {base64.b64encode(pair).decode()}"
            return
        key = ECKey.import_key(pem_of(self.provider))
        claims = jwt.decode(sent["client_assertion"], key, algorithms=["ES256"]).claims
        assert (claims["iss"], claims["sub"]) == (self.provider.client_id, self.provider.client_id)
        assert claims["aud"] == self.provider.issuer
        assert claims["exp"] - claims["iat"] <= 60

    def _userinfo(self, request: httpx2.Request) -> httpx2.Response:
        key = request.headers["authorization"].removeprefix("Bearer access ")
        about = self._about_staff(self._staff[key]) if key in self._staff else self._about(key)
        told = without(about | self.told)
        if not self.signs_userinfo:
            return httpx2.Response(200, json=told)
        return httpx2.Response(200, text=self.signed(told), headers={"content-type": "application/jwt"})

    def _about(self, number: str) -> dict[str, Any]:
        given, family = NAMES.get(number, "Någon Annan").split()
        return {
            "iss": self.provider.issuer,
            "aud": self.provider.client_id,
            "sub": subject(number),
            "given_name": given,
            "family_name": family,
            PERSONAL_IDENTITY_NUMBER: number,
        }

    def _about_staff(self, staff: Staff) -> dict[str, Any]:
        """As Inera's IdP spells it (domain.md 3.4)."""
        return {
            "iss": self.provider.issuer,
            "aud": self.provider.client_id,
            "sub": subject(key_of(staff)),
            "given_name": staff.given_name,
            "family_name": staff.family_name,
            "employeeHsaId": staff.employee_hsa_id,
            "commissionHsaId": staff.assignment,
            "commissionName": staff.assignment_name,
            "commissionPurpose": staff.purpose,
            "healthCareUnitHsaId": staff.care_unit,
            "healthCareUnitName": "Knäkliniken",
            "healthCareProviderHsaId": staff.care_provider,
        }

    def id_token(self, nonce: str, person: Anyone = ANNA) -> dict[str, Any]:
        return without(honest_claims(self.provider, self.clock(), nonce, person) | self.claims)

    def signed(self, claims: Claims) -> str:
        header = without({"alg": "ES256", "kid": self.key.kid, "typ": "JWT"} | self.header)
        if self.forges:
            return self.forges(header, claims)
        payload = json.dumps(claims).encode()
        return jws.serialize_compact(header, payload, self.key, algorithms=[header["alg"]])


NAMES = {ANNA.number: ANNA.name}


def key_of(person: Anyone) -> str:
    return person.number if isinstance(person, Person) else person.employee_hsa_id


def subject(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def honest_claims(provider: Provider, now: datetime, nonce: str, person: Anyone = ANNA) -> dict[str, Any]:
    issued = int(now.timestamp())
    return {
        "iss": provider.issuer,
        "sub": subject(key_of(person)),
        "aud": provider.client_id,
        "iat": issued,
        "exp": issued + 300,
        "auth_time": issued - int(LONG_AGO.total_seconds()),
        "nonce": nonce,
        "acr": LOA3,
    }


def public(key: AnyKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.kid}


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
