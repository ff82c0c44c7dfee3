"""Who is calling: the bearer of an access token, asked for again at every request."""

from datetime import datetime
from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from app.care_api.gateways import Gate
from app.care_api.queries import care_system_for
from app.care_api.routes.posted import ensure_nothing_asked
from app.care_api.rules.bearer import read_bearer
from app.sessions.principals import CareSystem


async def provide_care_system(
    request: Request[Any, Any, Any], now: NamedDependency[datetime], gate: NamedDependency[Gate]
) -> CareSystem:
    """Raises `TokenMissing`, `TokenInvalid`, `TokenExpired`, `AgentWithoutMandate` or `UnknownField`."""
    token = read_bearer(request.headers.getall("authorization", []))
    care_system = await care_system_for(gate.tokens.read(token, now=now), now=now)
    # For the audit of what is denied.
    request.scope["state"]["care_system"] = care_system
    ensure_nothing_asked(request)
    return care_system
