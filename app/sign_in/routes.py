"""What providers ask us, machine to machine: no cookie is read."""

from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency

from app.sign_in.gateways.providers import Providers

# Seconds: how long after `keys eid add` a provider may not have seen the new key.
KEYS_KEPT = 300


@get("/.well-known/jwks.json")
async def show_keys(providers: NamedDependency[Providers]) -> Response[Any]:
    headers = {"cache-control": f"public, max-age={KEYS_KEPT}"}
    return Response(providers.key_set, media_type="application/jwk-set+json", headers=headers)


router = Router("/", route_handlers=[show_keys], opt={"cookieless": True})
