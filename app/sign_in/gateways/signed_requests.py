"""A sign-in request that the browser carries but cannot change (request object by value, RFC 9101)."""

import json
from collections.abc import Callable
from datetime import datetime
from secrets import token_urlsafe
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt

from app.sign_in.gateways.our_keys import signing_key
from app.sign_in.rules.provider import ByKey, Provider

TYPE = "oauth-authz-req+jwt"
# Seconds: from our page to the provider's.
LIFE = 5 * 60
# OAuth wants these beside the object, and OpenID Connect the same as in it (Core 6.1).
BESIDE = ("client_id", "response_type", "scope")
# In an address these are texts; in the object they are what they are.
READ: dict[str, Callable[[str], object]] = {"claims": json.loads, "max_age": int}


def sign(url: str, *, provider: Provider, proof: ByKey, now: datetime) -> str:
    """The same request with all of it signed by our key (R7), for a provider that takes none pushed."""
    asked, key = dict(parse_qsl(urlsplit(url).query)), signing_key(proof)
    issued = int(now.timestamp())
    claims = {name: READ.get(name, str)(value) for name, value in asked.items()} | {
        "iss": provider.client_id,
        "aud": provider.issuer,
        "iat": issued,
        "exp": issued + LIFE,
        "jti": token_urlsafe(16),
    }
    header = {"alg": proof.algorithm, "kid": key.thumbprint(), "typ": TYPE}
    query = {name: asked[name] for name in BESIDE} | {"request": jwt.encode(header, claims, key)}
    return f"{url.partition('?')[0]}?{urlencode(query)}"
