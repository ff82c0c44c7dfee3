"""Where a care system wants to be told, and what has happened since it last asked."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, Response, delete, get, put
from litestar.di import NamedDependency

from app.callbacks import actions
from app.callbacks.formats import read_change
from app.callbacks.queries import changes_for, endpoint_for
from app.callbacks.rules.cursors import read_limit, read_since
from app.callbacks.rules.signing import shown
from app.care_api.formats.callbacks import Callback, Changes
from app.care_api.gateways import wire
from app.care_api.rules.bearer import ensure_scope
from app.care_api.rules.media_type import ensure_json
from app.care_api.rules.payload import CallbackPayload
from app.care_api.rules.scopes import CALLBACKS, STATUS
from app.sessions.principals import CareSystem

JSON = "application/json"


@put("/callback")
async def create_callback(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    """The answer holds the secret, this once."""
    ensure_scope(care_system, CALLBACKS)
    ensure_json(request.headers)
    url = wire.read_as(CallbackPayload, await request.body()).url
    loopback = request.app.state.settings.calls_loopback
    secret = await actions.set_endpoint(url, care_system=care_system, loopback=loopback, now=now)
    return await _answer(care_system, secret=shown(secret))


@get("/callback")
async def show_callback(care_system: NamedDependency[CareSystem]) -> Response[bytes]:
    ensure_scope(care_system, CALLBACKS)
    return await _answer(care_system)


@delete("/callback")
async def delete_callback(care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]) -> None:
    ensure_scope(care_system, CALLBACKS)
    await actions.remove_endpoint(care_system=care_system, now=now)


@get("/changes")
async def show_changes(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, STATUS)
    since = read_since(request.query_params.getall("since", []))
    most = read_limit(request.query_params.getall("limit", []))
    found = await changes_for(care_system, since=since, most=most, now=now)
    changes = Changes([read_change(change) for change in found.changes], found.next, found.more)
    return Response(msgspec.json.encode(changes), media_type=JSON)


async def _answer(care_system: CareSystem, **secret: str) -> Response[bytes]:
    known = await endpoint_for(care_system)
    callback = Callback(
        url=known.url,
        changed_at=known.changed_at.astimezone(UTC),
        disabled_at=known.disabled_at.astimezone(UTC) if known.disabled_at else None,
        **secret,
    )
    return Response(msgspec.json.encode(callback), media_type=JSON)
