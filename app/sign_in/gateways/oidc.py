"""OpenID Connect's code flow with one provider.

Authlib builds the request, the PKCE challenge and our client assertion. It believes too much of what comes
back (no ID token, a second audience, the provider's own algorithms), so all of that is read here.
"""

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime

import httpx2
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from app.language import Language
from app.residents.rules import InvalidNumber, ReserveNumber
from app.sign_in.gateways import pushed, signed_requests
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.http import Document, Guarded, ensure_answered, provider_answers, strict_json
from app.sign_in.gateways.our_keys import signing_key
from app.sign_in.gateways.signatures import signed_claims
from app.sign_in.rules import tokens
from app.sign_in.rules.addresses import origin
from app.sign_in.rules.audiences import STAFF
from app.sign_in.rules.levels import from_on
from app.sign_in.rules.logout import hint_of, sid_of
from app.sign_in.rules.people import Person, person_from
from app.sign_in.rules.provider import ByKey, BySecret, Provider
from app.sign_in.rules.refusals import NoNumber, ProviderUnavailable, Untrusted
from app.sign_in.rules.staff import Employee, employee_from

# At DEBUG, Authlib writes the PKCE verifier.
logging.getLogger("authlib").setLevel(logging.INFO)

# Seconds.
ASSERTION_LIFE = 60
GRANTED = ("token_type", "access_token", "id_token", "error")


async def authorization_url(
    connection: Connection,
    *,
    state: str,
    nonce: str,
    verifier: str,
    language: Language,
    now: datetime,
    level: str = "",
) -> str:
    """Where the person goes to identify themself. Raises `ProviderUnavailable` or `Untrusted`.

    `level` asks for at least that, by somebody who identifies themself anew (R13).
    """
    told = await connection.metadata(now)
    async with await _client(connection, now) as client:
        url, _ = client.create_authorization_url(
            told.authorization_endpoint,
            state=state,
            code_verifier=verifier,
            nonce=nonce,
            prompt="login",
            ui_locales=language,
            **_asked(connection.provider, level),
        )
        if told.pushed_endpoint:
            return await pushed.push(client, told.pushed_endpoint, str(url))
    provider = connection.provider
    if told.takes_signed_requests and isinstance(provider.proof, ByKey):
        return signed_requests.sign(str(url), provider=provider, proof=provider.proof, now=now)
    return str(url)


@dataclass(frozen=True)
class Identified:
    """`sid` is the provider's name for the sign-in, `hint` what to show it at sign-out. Both may be empty."""

    who: Person | Employee
    sid: str
    hint: str = field(repr=False)


async def identify(
    connection: Connection,
    code: str,
    *,
    verifier: str,
    nonce: str,
    now: datetime,
    level: str = "",
    since: datetime | None = None,
) -> Identified:
    """Who is behind the code, as the audience asks. Raises a refusal for whatever does not hold.

    `level` and `since` are what a step-up asked for, and when.
    """
    provider = connection.provider
    async with await _client(connection, now) as client:
        with provider_answers():
            granted = await _redeem(connection, client, code, verifier, now)
            claims = await signed_claims(connection, granted["id_token"], now=now)
            tokens.ensure_id_token(claims, provider=provider, nonce=nonce, now=now, level=level, since=since)
            tokens.ensure_access_token(claims, granted["access_token"])
            told = await _told(connection, client, granted["access_token"], now)
    tokens.ensure_same_subject(claims, told)
    return Identified(
        _who(provider.own(claims), provider.own(told), provider, now),
        sid_of(claims),
        hint_of(granted["id_token"], claims, provider),
    )


async def sign_out_url(
    connection: Connection, *, hint: str, state: str, back_to: str, language: Language, now: datetime
) -> str | None:
    """Where the person signs out of the provider too; None where that is not possible now."""
    try:
        endpoint = (await connection.metadata(now)).end_session_endpoint
    except (ProviderUnavailable, Untrusted):
        return None
    if endpoint is None:
        return None
    asked = {
        "client_id": connection.provider.client_id,
        "id_token_hint": hint,
        "post_logout_redirect_uri": back_to,
        "state": state,
        "ui_locales": language,
    }
    return str(add_params_to_uri(endpoint, [(name, value) for name, value in asked.items() if value]))


async def names_itself(connection: Connection, now: datetime) -> bool:
    """Whether an answer without `iss` is somebody else's (RFC 9207)."""
    return (await connection.metadata(now)).names_itself


async def form_targets(connection: Connection, now: datetime) -> str:
    """The origins that the sign-in form leads on to, for `form-action`; a provider out of reach adds none."""
    issuer = origin(connection.provider.issuer)
    try:
        endpoint = origin((await connection.metadata(now)).authorization_endpoint)
    except (ProviderUnavailable, Untrusted):
        return issuer
    return " ".join(dict.fromkeys([issuer, endpoint]))


async def _client(connection: Connection, now: datetime) -> AsyncOAuth2Client:
    provider, proof = connection.provider, connection.provider.proof
    secret: object
    method: object
    if isinstance(proof, BySecret):
        secret, method = proof.secret, "client_secret_basic"
    else:
        secret, method = signing_key(proof), await _assertion(connection, proof, now)
    return AsyncOAuth2Client(
        client_id=provider.client_id,
        client_secret=secret,
        token_endpoint_auth_method=method,
        code_challenge_method="S256",
        redirect_uri=provider.redirect_uri,
        scope=" ".join(provider.scopes),
        transport=Guarded(connection.open()),
        follow_redirects=False,
        trust_env=False,
    )


async def _assertion(connection: Connection, proof: ByKey, now: datetime) -> PrivateKeyJWT:
    # One per client: Authlib writes its `jti` into the claims it is given and would send the same one again.
    # Its own audience (the token endpoint) and hour of life are replaced (R6).
    issued = int(now.timestamp())
    to_endpoint = proof.to_token_endpoint
    audience = (await connection.metadata(now)).token_endpoint if to_endpoint else connection.provider.issuer
    return PrivateKeyJWT(
        audience,
        claims={"iat": issued, "exp": issued + ASSERTION_LIFE},
        headers={"kid": signing_key(proof).thumbprint()},
        alg=proof.algorithm,
    )


def _asked(provider: Provider, asked: str) -> dict[str, str]:
    """The level is promised only as essential here, and never beside `acr_values` (Swedish profile, R11)."""
    levels, anew = from_on(asked, provider.levels), {"max_age": "0"} if asked else {}
    if not provider.asks_by_claims:
        return anew | ({"acr_values": " ".join(levels)} if provider.level_claim == "acr" else {})
    level = {provider.level_claim: {"essential": True, "values": [*levels]}}
    named = {name: {"essential": True} if needed else None for name, needed in provider.wanted.items()}
    return anew | {"claims": json.dumps({"id_token": level, "userinfo": named})}


async def _redeem(
    connection: Connection, client: AsyncOAuth2Client, code: str, verifier: str, now: datetime
) -> dict[str, str]:
    endpoint = (await connection.metadata(now)).token_endpoint
    client.register_compliance_hook("access_token_response", _strictly)
    try:
        granted = await client.fetch_token(
            endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
        )
    except OAuthError:
        raise Untrusted("token endpoint") from None
    if str(granted.get("token_type")).lower() != "bearer":
        raise Untrusted("token_type")
    return {name: _text(granted, name) for name in ("id_token", "access_token")}


def _strictly(response: httpx2.Response) -> httpx2.Response:
    """What we use of the tokens' answer, for Authlib, which would read it whatever its status and form."""
    if 400 <= response.status_code < 500:
        raise Untrusted("token endpoint")
    ensure_answered(response)
    document = strict_json(response.content)
    return httpx2.Response(
        200, text=json.dumps({name: document[name] for name in GRANTED if name in document})
    )


async def _told(
    connection: Connection, client: AsyncOAuth2Client, access_token: str, now: datetime
) -> Document:
    """UserInfo, signed as the Swedish profile demands or as plain JSON."""
    response = await client.request(
        "GET",
        (await connection.metadata(now)).userinfo_endpoint,
        withhold_token=True,
        headers={"authorization": f"Bearer {access_token}", "accept": "application/jwt, application/json"},
    )
    ensure_answered(response)
    if response.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/jwt":
        if connection.provider.signs_userinfo:
            raise Untrusted("userinfo signature")
        return strict_json(response.content)
    told = await signed_claims(connection, response.text, now=now)
    tokens.ensure_from_and_for(told, connection.provider)
    return told


def _who(claims: Document, told: Document, provider: Provider, now: datetime) -> Person | Employee:
    if provider.audience is STAFF:
        return employee_from(claims, told, provider=provider)
    try:
        return person_from(claims, told, provider=provider, today=now.date())
    except (InvalidNumber, ReserveNumber):
        raise NoNumber from None


def _text(granted: Document, name: str) -> str:
    value = granted.get(name)
    if not isinstance(value, str) or not value or not tokens.is_plain(value):
        raise Untrusted(name)
    return value
