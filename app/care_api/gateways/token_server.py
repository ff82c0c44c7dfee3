"""OAuth 2.0 client credentials (RFC 6749 §4.4) with Authlib's authorization server, which is synchronous:
whatever needs waiting for (the client, argon2) is done before it is asked.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl
from uuid import UUID

from authlib.oauth2 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749 import ClientCredentialsGrant, OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6749.util import extract_basic_authorization

from app.care_api.gateways.credentials import Secrets
from app.care_api.gateways.tokens import LIFETIME, Tokens
from app.care_api.rules.scopes import SCOPES

# Authlib wants https here; the request itself came through ours (or over loopback), and nothing reads this.
_ADDRESS = "https://larkpost.invalid/api/v1/oauth/token"
_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = ["client_secret_basic", "client_secret_post"]
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_WRONG = "The client id or the secret is wrong."
_UNSENT = "Send the client id and the secret: as HTTP Basic, or as client_id and client_secret in the form."
_FORM = "application/x-www-form-urlencoded"
# At DEBUG it writes tokens to the log.
logging.getLogger("authlib").setLevel(logging.INFO)


class Known(Protocol):
    """What must be known about a care system to check who asks; care.queries.CareSystemRecord is one."""

    @property
    def id(self) -> UUID: ...
    @property
    def client_id(self) -> str: ...
    @property
    def secret_hash(self) -> str: ...
    @property
    def previous_secret_hash(self) -> str | None: ...
    @property
    def previous_until(self) -> datetime | None: ...
    @property
    def approved_at(self) -> datetime | None: ...


Find = Callable[[str], Awaitable[Known | None]]


class Asking(NamedTuple):
    """The HTTP request, as far as the exchange goes."""

    authorization: str | None
    media_type: str
    query: bytes
    raw: bytes


class Answer(NamedTuple):
    status: int
    body: Mapping[str, object]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Client:
    """Who asks, as Authlib wants it. The secret is checked already; `known` is None for an unknown client."""

    known: Known | None
    genuine: bool

    def check_client_secret(self, _secret: str) -> bool:
        return self.genuine

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in _METHODS and endpoint == "token"

    def check_grant_type(self, _grant_type: str) -> bool:
        return self.known is not None and self.known.approved_at is not None


class TokenServer:
    def __init__(self, tokens: Tokens, secrets: Secrets) -> None:
        self._tokens = tokens
        self._secrets = secrets

    async def answer(self, asking: Asking, *, find: Find, now: datetime) -> Answer:
        """A token, or an error as RFC 6749 §5.2 has it. Raises `Busy` when too many ask at once."""
        try:
            request, client_id, secret = _read(asking)
        except OAuth2Error as error:
            return Answer(*error())
        client = await self._client(client_id, secret, find=find, now=now)
        answer = _exchange(request, client, self._generator(now))
        return _in_words(answer, _WRONG if secret else _UNSENT)

    async def _client(self, client_id: str, secret: str, *, find: Find, now: datetime) -> _Client:
        if not secret:
            return _Client(None, genuine=False)
        known = await find(client_id) if _CLIENT_ID.fullmatch(client_id) else None
        genuine = await self._secrets.matches(
            secret, current=known.secret_hash if known else None, previous=_still_good(known, now)
        )
        return _Client(known, genuine=genuine and known is not None)

    def _generator(self, now: datetime) -> Callable[..., dict[str, object]]:
        def generate(*, client: _Client, scope: str | None, **_rest: object) -> dict[str, object]:
            assert client.known is not None  # noqa: S101 - check_grant_type has seen to it
            scopes = frozenset(scope.split() if scope else SCOPES)
            token = self._tokens.issue(client.known.client_id, client.known.id, scopes=scopes, now=now)
            return {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": int(LIFETIME.total_seconds()),
                "scope": " ".join(sorted(scopes)),
            }

        return generate


def _read(asking: Asking) -> tuple[Any, str, str]:
    """The request for Authlib, the client id and the secret; "" where they are missing or unreadable."""
    form = _form(asking)
    client_id, secret = _basic(asking.authorization)
    if asking.authorization is not None and ("client_secret" in form or "client_assertion" in form):
        raise InvalidRequestError("Use one way to authenticate: the Authorization header or client_secret.")
    request = OAuth2Request("POST", _ADDRESS, headers={"Authorization": asking.authorization or ""})
    request.payload = BasicOAuth2Payload(form)
    # Private in Authlib 1.9; its own integrations override `form` by subclassing, which types forbid here.
    request._body = form
    if asking.authorization is None:
        return request, form.get("client_id", ""), form.get("client_secret", "")
    return request, client_id, secret


def _form(asking: Asking) -> dict[str, str]:
    if asking.media_type != _FORM:
        raise InvalidRequestError(f"Send the request as {_FORM}.")
    if asking.query:
        raise InvalidRequestError("Send the parameters in the body, never in the address.")
    try:
        pairs = parse_qsl(asking.raw.decode(), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise InvalidRequestError("The form cannot be read.") from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise InvalidRequestError("Send each parameter once.")
    if not pairs:
        raise InvalidRequestError("Send grant_type=client_credentials.")
    return dict(pairs)


def _basic(authorization: str | None) -> tuple[str, str]:
    try:
        client_id, secret = extract_basic_authorization({"Authorization": authorization})
    except ValueError:
        raise InvalidRequestError("The Authorization header cannot be read.") from None
    return client_id or "", secret or ""


def _still_good(known: Known | None, now: datetime) -> str | None:
    if known is None or known.previous_until is None or now >= known.previous_until:
        return None
    return known.previous_secret_hash


def _exchange(request: Any, client: _Client, generate: Callable[..., dict[str, object]]) -> Answer:
    server: Any = AuthorizationServer(scopes_supported=list(SCOPES))
    server.query_client = lambda _client_id: client
    server.create_oauth2_request = lambda asked: asked
    server.save_token = lambda _token, _request: None
    server.send_signal = lambda _name, **_what: None
    server.handle_response = lambda status, body, headers: Answer(status, body, _NO_STORE | dict(headers))
    server.register_token_generator("default", generate)
    server.register_grant(ClientCredentialsGrant, [_both_methods])
    answer: Answer = server.create_token_response(request)
    return answer


def _in_words(answer: Answer, said: str) -> Answer:
    """Authlib lists the methods it tried, which sends the reader looking in the wrong place."""
    if answer.body.get("error") != "invalid_client":
        return answer
    return answer._replace(body={**answer.body, "error_description": said})


def _both_methods(grant: Any) -> None:
    grant.TOKEN_ENDPOINT_AUTH_METHODS = _METHODS
