"""OAuth 2.0 client credentials (RFC 6749 §4.4) with Authlib's authorization server, which is synchronous:
whatever needs waiting for (the client, its keys, argon2) is done before it is asked.

A client shows who it is with a signed assertion (`private_key_jwt`, RFC 7523) or with a secret.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
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

from app.care_api.gateways.assertions import Key, signer, take_apart
from app.care_api.gateways.credentials import Secrets
from app.care_api.gateways.tokens import LIFETIME, Tokens
from app.care_api.rules.assertions import TYPE, Accepted, NotAccepted, accept

# Authlib wants https here; the request itself came through ours (or over loopback), and nothing reads this.
_ADDRESS = "https://larkpost.invalid/api/v1/oauth/token"
_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BY_SECRET = ("client_secret_basic", "client_secret_post")
_BY_KEY = "private_key_jwt"
_METHODS = [*_BY_SECRET, _BY_KEY]
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_WRONG = "The client id or the secret is wrong."
_UNSENT = (
    "Send a client_assertion, or the client id and the secret: as HTTP Basic, or as client_id and"
    " client_secret in the form."
)
_NOT_ADMITTED = (
    "Ask the operator to approve this care system; of a connection agent, ask the care provider for its"
    " mandate."
)
_USED = "This assertion has been used. Make a new one, with a new jti, for each token."
_NOBODY = UUID(int=0)
_FORM = "application/x-www-form-urlencoded"
# At DEBUG it writes tokens to the log.
logging.getLogger("authlib").setLevel(logging.INFO)


class Known(Protocol):
    """What must be known about a care system to check who asks; care_api.queries.Client is one."""

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
    def admitted(self) -> bool: ...
    @property
    def scopes(self) -> frozenset[str]: ...


class Register(Protocol):
    """Where clients and their keys are known, and where an assertion that has been used is remembered."""

    def find(self, client_id: str) -> Awaitable[Known | None]: ...

    def keys(self, care_system_id: UUID) -> Awaitable[Sequence[Key]]: ...

    def spend(self, accepted: Accepted, *, care_system_id: UUID, key_id: UUID) -> Awaitable[bool]:
        """False when it has been used before: of two at once, one is the first."""
        ...


# Whether that client may ask once more.
Admit = Callable[[str], Awaitable[None]]


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


class _Shown(NamedTuple):
    """With what the client shows who it is; "" where something is missing or unreadable."""

    client_id: str = ""
    secret: str = ""
    assertion: str = ""


@dataclass(frozen=True)
class _Client:
    """Who asks, as Authlib wants it, checked already; `said` is why not, for one that is not genuine."""

    known: Known | None
    said: str
    genuine: bool = False
    by_key: bool = False

    def check_client_secret(self, _secret: str) -> bool:
        return self.genuine and not self.by_key

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == _BY_KEY) == self.by_key and endpoint == "token"

    def check_grant_type(self, _grant_type: str) -> bool:
        return self.known is not None and self.known.admitted

    @property
    def scopes(self) -> frozenset[str]:
        return self.known.scopes if self.known else frozenset()


class TokenServer:
    def __init__(self, tokens: Tokens, secrets: Secrets, *, base_url: str) -> None:
        self._tokens = tokens
        self._secrets = secrets
        self._audiences = (base_url, f"{base_url}/api/v1/oauth/token")

    async def answer(self, asking: Asking, *, register: Register, admit: Admit, now: datetime) -> Answer:
        """A token, or an error as RFC 6749 §5.2 has it. Raises `Busy` when too many ask at once.

        Raises what `admit` raises, which is asked with the client id before anything dear is done: a secret,
        right or wrong, costs argon2. A signature costs little, so who has made it is asked about afterwards,
        and nobody uses up another's tokens by naming them.
        """
        try:
            request, shown = _read(asking)
        except OAuth2Error as error:
            return Answer(*error())
        client = await self._client(shown, register, admit, now)
        return _in_words(_exchange(request, client, self._generator(now)), client)

    async def _client(self, shown: _Shown, register: Register, admit: Admit, now: datetime) -> _Client:
        if shown.assertion:
            try:
                known = await self._signer(shown, register, now)
            except NotAccepted as reason:
                return _Client(None, str(reason), by_key=True)
            if known:
                await admit(f"{_BY_KEY}:{known.client_id}")
            return _Client(known, _USED, genuine=known is not None, by_key=True)
        if not shown.secret:
            return _Client(None, _UNSENT)
        await admit(shown.client_id if _CLIENT_ID.fullmatch(shown.client_id) else "")
        known = await self._find(shown.client_id, register)
        genuine = await self._secrets.matches(
            shown.secret, current=known.secret_hash if known else None, previous=_still_good(known, now)
        )
        return _Client(known, _WRONG, genuine=genuine and known is not None)

    async def _signer(self, shown: _Shown, register: Register, now: datetime) -> Known | None:
        """Who has signed the assertion; None when it has been used. Raises `NotAccepted`.

        An unknown client costs what a known one does: its keys are asked for, and a signature is checked.
        """
        assertion = take_apart(shown.assertion)
        client_id = assertion.client_id
        if shown.client_id not in ("", client_id):
            raise NotAccepted("client_id is another than the assertion's sub.")
        known = await self._find(client_id, register)
        key = signer(assertion, await register.keys(known.id if known else _NOBODY))
        accepted = accept(assertion.claims, client_id=client_id, audiences=self._audiences, now=now)
        if known is None or not await register.spend(accepted, care_system_id=known.id, key_id=key.id):
            return None
        return known

    async def _find(self, client_id: str, register: Register) -> Known | None:
        return await register.find(client_id) if _CLIENT_ID.fullmatch(client_id) else None

    def _generator(self, now: datetime) -> Callable[..., dict[str, object]]:
        def generate(*, client: _Client, scope: str | None, **_rest: object) -> dict[str, object]:
            assert client.known is not None  # noqa: S101 - check_grant_type has seen to it
            scopes = frozenset(scope.split()) & client.scopes if scope else client.scopes
            token = self._tokens.issue(client.known.client_id, client.known.id, scopes=scopes, now=now)
            return {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": int(LIFETIME.total_seconds()),
                "scope": " ".join(sorted(scopes)),
            }

        return generate


def _read(asking: Asking) -> tuple[Any, _Shown]:
    """The request for Authlib, and with what the client shows who it is."""
    form = _form(asking)
    basic = _basic(asking.authorization)
    _ensure_one_way(form, asking.authorization)
    request = OAuth2Request("POST", _ADDRESS, headers={"Authorization": asking.authorization or ""})
    request.payload = BasicOAuth2Payload(form)
    # Private in Authlib 1.9; its own integrations override `form` by subclassing, which types forbid here.
    request._body = form
    if asking.authorization is not None:
        return request, basic
    said = (form.get(name, "") for name in ("client_id", "client_secret", "client_assertion"))
    return request, _Shown(*said)


def _ensure_one_way(form: Mapping[str, str], authorization: str | None) -> None:
    ways = (authorization is not None, "client_secret" in form, "client_assertion" in form)
    if sum(ways) > 1:
        raise InvalidRequestError(
            "Use one way to authenticate: the Authorization header, client_secret or client_assertion."
        )
    if ("client_assertion" in form) != ("client_assertion_type" in form):
        raise InvalidRequestError("client_assertion and client_assertion_type go together.")
    if form.get("client_assertion_type", TYPE) != TYPE:
        raise InvalidRequestError(f"client_assertion_type must be {TYPE}.")


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


def _basic(authorization: str | None) -> _Shown:
    try:
        client_id, secret = extract_basic_authorization({"Authorization": authorization})
    except ValueError:
        raise InvalidRequestError("The Authorization header cannot be read.") from None
    return _Shown(client_id or "", secret or "")


def _still_good(known: Known | None, now: datetime) -> str | None:
    if known is None or known.previous_until is None or now >= known.previous_until:
        return None
    return known.previous_secret_hash


def _exchange(request: Any, client: _Client, generate: Callable[..., dict[str, object]]) -> Answer:
    server: Any = AuthorizationServer(scopes_supported=sorted(client.scopes))
    server.query_client = lambda _client_id: client
    server.create_oauth2_request = lambda asked: asked
    server.save_token = lambda _token, _request: None
    server.send_signal = lambda _name, **_what: None
    server.handle_response = lambda status, body, headers: Answer(status, body, _NO_STORE | dict(headers))
    server.register_token_generator("default", generate)
    server.register_client_auth_method(_BY_KEY, lambda _query, _request: client if client.genuine else None)
    server.register_grant(ClientCredentialsGrant, [_every_method])
    answer: Answer = server.create_token_response(request)
    return answer


def _in_words(answer: Answer, client: _Client) -> Answer:
    """What to do. Authlib says what went wrong inside it, or nothing, which leads the reader astray."""
    described = {
        "invalid_client": client.said,
        "unauthorized_client": _NOT_ADMITTED,
        "unsupported_grant_type": "Send grant_type=client_credentials.",
        "invalid_scope": f"scope may be one or several of: {' '.join(sorted(client.scopes))}."
        if client.genuine
        else "",
    }
    said = described.get(str(answer.body.get("error")))
    return answer._replace(body={**answer.body, "error_description": said}) if said else answer


def _every_method(grant: Any) -> None:
    grant.TOKEN_ENDPOINT_AUTH_METHODS = _METHODS
