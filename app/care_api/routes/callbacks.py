"""Where a care system wants to be told, what it could not be told, and what has happened since it asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.callbacks import actions as callbacks
from app.callbacks.formats import read_change
from app.callbacks.queries import changes_for, endpoint_for, failures_for, outcome_of_test
from app.callbacks.rules.cursors import read_limit, read_since
from app.care_api import actions
from app.care_api.formats.callbacks import Changes, read_callback, read_failures, read_tested
from app.care_api.routes.posted import ASKS, JSON, answered, body, keyed, query
from app.care_api.rules.bearer import ensure_scope
from app.care_api.rules.callbacks_payload import (
    CallbackPayload,
    ChangesQuery,
    FailuresQuery,
    NothingPayload,
    ReplayPayload,
)
from app.care_api.rules.scopes import CALLBACKS, STATUS
from app.sessions.principals import CareSystem


@put("/callback")
async def create_callback(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    """The answer holds the secret, this once."""
    ensure_scope(care_system, CALLBACKS)
    wanted = await body(request, CallbackPayload)
    secret = await callbacks.set_endpoint(
        wanted.url,
        signatures=wanted.signatures,
        care_system=care_system,
        loopback=request.app.state.settings.calls_loopback,
        now=now,
    )
    return await _answer(care_system, secret=secret, now=now)


@get("/callback")
async def show_callback(
    care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, CALLBACKS)
    return await _answer(care_system, now=now)


@delete("/callback")
async def delete_callback(care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]) -> None:
    ensure_scope(care_system, CALLBACKS)
    await callbacks.remove_endpoint(care_system=care_system, now=now)


@get("/callback/failures", opt=ASKS)
async def show_failures(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, CALLBACKS)
    asked = query(request, FailuresQuery)
    found = await failures_for(care_system, after=asked.after, most=asked.limit, now=now)
    return Response(msgspec.json.encode(read_failures(found)), media_type=JSON)


@post("/callback/replay")
async def create_replay(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, CALLBACKS)
    key, payload = await keyed(request, ReplayPayload)
    return answered(await actions.replay_callbacks(payload, key=key, care_system=care_system, now=now))


@post("/callback/test")
async def create_test(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, CALLBACKS)
    key, payload = await keyed(request, NothingPayload)
    return answered(await actions.test_callback(payload, key=key, care_system=care_system, now=now))


@get("/callback/test/{test_id:uuid}")
async def show_test(test_id: FromPath[UUID], care_system: NamedDependency[CareSystem]) -> Response[bytes]:
    ensure_scope(care_system, CALLBACKS)
    return Response(
        msgspec.json.encode(read_tested(await outcome_of_test(care_system, test_id))), media_type=JSON
    )


@post("/callback/activation")
async def create_activation(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    """After it was disabled; with the address and the keys that it has."""
    ensure_scope(care_system, CALLBACKS)
    key, payload = await keyed(request, NothingPayload)
    return answered(await actions.enable_callback(payload, key=key, care_system=care_system, now=now))


@get("/changes", opt=ASKS)
async def show_changes(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, STATUS)
    asked = query(request, ChangesQuery)
    since, most = read_since(asked.since), read_limit(asked.limit)
    found = await changes_for(care_system, since=since, most=most, now=now)
    changes = Changes([read_change(change) for change in found.changes], found.next, found.more)
    return Response(msgspec.json.encode(changes), media_type=JSON)


async def _answer(care_system: CareSystem, *, now: datetime, secret: bytes = b"") -> Response[bytes]:
    known = read_callback(await endpoint_for(care_system), now=now, secret=secret)
    return Response(msgspec.json.encode(known), media_type=JSON)
