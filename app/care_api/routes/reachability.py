"""Whom one reaches, asked before anything is sent. By POST: numbers never stand in an address."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from app.care_api import actions
from app.care_api.routes.door import charge
from app.care_api.routes.posted import answered, perhaps_keyed
from app.care_api.rules.bearer import ensure_scope
from app.care_api.rules.reachability import MOST, ReachabilityPayload
from app.care_api.rules.scopes import REACH
from app.limits.rules import REACHABILITY
from app.sessions.principals import CareSystem


@post("/reachability")
async def create_reachability(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    """A question counts as many times as it has numbers."""
    ensure_scope(care_system, REACH)
    key, payload = await perhaps_keyed(request, ReachabilityPayload, longest=MOST)
    count = len(payload.recipients or [])
    await charge(request.scope, REACHABILITY, str(care_system.id), count=count, now=now)
    return answered(await actions.ask_reachability(payload, key=key, care_system=care_system, now=now))
