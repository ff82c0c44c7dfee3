"""A token's signature, by the provider's keys and our algorithms. Keys in its own header mean nothing."""

from datetime import datetime

from joserfc import jws, jwt
from joserfc.errors import JoseError

from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.http import Document, StrictDecoder
from app.sign_in.rules.refusals import Untrusted
from app.sign_in.rules.tokens import ensure_header


async def signed_claims(connection: Connection, token: str, *, now: datetime, typ: str = "JWT") -> Document:
    """Raises `Untrusted`. What the claims say is for the rules to judge."""
    header = _header(token)
    ensure_header(header, connection.provider, typ=typ)
    alg, kid = str(header["alg"]), header.get("kid")
    if not isinstance(kid, str | None):
        raise Untrusted("kid")
    key = await connection.key(alg, kid, now=now)
    try:
        return jwt.decode(token, key.key, algorithms=[alg], decoder_cls=StrictDecoder).claims
    except (JoseError, ValueError, RecursionError):
        raise Untrusted("signature") from None


def _header(token: str) -> Document:
    try:
        return dict(jws.extract_compact(token.encode()).headers())
    except (JoseError, ValueError, RecursionError):
        raise Untrusted("token") from None
