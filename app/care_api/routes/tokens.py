"""A signature or a secret for a token."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency

from app.care_api.actions.clients import Clients
from app.care_api.gateways import Gate
from app.care_api.gateways.token_server import Asking
from app.care_api.routes.door import charge
from app.limits.rules import TOKENS


@post("/oauth/token", status_code=200)
async def create_token(
    request: Request[Any, Any, Any], now: NamedDependency[datetime], gate: NamedDependency[Gate]
) -> Response[bytes]:
    """Errors have the shape of RFC 6749 §5.2, not of a problem document: OAuth libraries read that."""
    asking = Asking(
        authorization=request.headers.get("authorization"),
        media_type=request.headers.get("content-type", "").partition(";")[0].strip().lower(),
        query=request.scope["query_string"],
        raw=await request.body(),
    )

    async def admit(client_id: str) -> None:
        await charge(request.scope, TOKENS, client_id, now=now)

    answer = await gate.token_server.answer(asking, register=Clients(now), admit=admit, now=now)
    return Response(
        msgspec.json.encode(answer.body),
        status_code=answer.status,
        media_type="application/json",
        headers=dict(answer.headers),
    )
