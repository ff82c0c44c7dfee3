"""What providers ask us, machine to machine: no cookie is read."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST

from app.errors import Refused
from app.sign_in import actions
from app.sign_in.gateways.entity import TYPE, Membership
from app.sign_in.gateways.providers import Providers
from app.sign_in.rules.audiences import RESIDENTS, STAFF, Audience
from app.sign_in.rules.refusals import Untrusted

Asked = Request[Any, Any, Any]

FORM = "application/x-www-form-urlencoded"
# Octets of a form with a logout token in it.
LARGEST = 20_000
# Seconds: how long after `keys eid add` a provider may not have seen the new key.
KEYS_KEPT = 300


@get("/.well-known/jwks.json")
async def show_keys(providers: NamedDependency[Providers]) -> Response[Any]:
    headers = {"cache-control": f"public, max-age={KEYS_KEPT}"}
    return Response(providers.key_set, media_type="application/jwk-set+json", headers=headers)


@get("/.well-known/openid-federation")
async def show_entity(
    membership: NamedDependency[Membership], now: NamedDependency[datetime]
) -> Response[bytes]:
    """Raises `Missing` where the operator is in no federation."""
    return Response(membership.statement(now).encode(), media_type=f"application/{TYPE}")


@post("/logga-in/{key:str}/bakvagsutloggning", status_code=HTTP_200_OK)
async def create_provider_sign_out(
    request: Asked,
    key: FromPath[str],
    audience: NamedDependency[Audience],
    providers: NamedDependency[Providers],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """OpenID Connect Back-Channel Logout 1.0: somebody has signed out at the provider (R14)."""
    connection = providers.find(key, audience)
    try:
        await actions.sign_out_as_told(await _logout_token(request), connection=connection, now=now)
    except Refused as refusal:
        await actions.record_refusal(refusal, provider=key, action="sign-out.refused", now=now)
        return Response({"error": "invalid_request"}, status_code=HTTP_400_BAD_REQUEST)
    return Response(b"", media_type="text/plain")


async def _logout_token(request: Asked) -> str:
    if request.content_type[0] != FORM:
        raise Untrusted("content type")
    body = await request.body()
    if len(body) > LARGEST:
        raise Untrusted("size")
    sent = parse_qs(body.decode("latin-1")).get("logout_token", [])
    if len(sent) != 1:
        raise Untrusted("logout_token")
    return sent[0]


MACHINES = {"cookieless": True}

router = Router(
    "/",
    route_handlers=[show_keys, show_entity, create_provider_sign_out],
    dependencies={"audience": Provide(lambda: RESIDENTS, sync_to_thread=False)},
    opt=MACHINES,
)
staff_router = Router(
    STAFF.root,
    route_handlers=[create_provider_sign_out],
    dependencies={"audience": Provide(lambda: STAFF, sync_to_thread=False)},
    opt=MACHINES,
)
