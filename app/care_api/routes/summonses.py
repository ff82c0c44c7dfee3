"""Summonses in, statuses out, and what care does with a visit."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care_api import actions
from app.care_api.formats.followed import read_followed
from app.care_api.queries import summons_for
from app.care_api.routes.posted import JSON, answered, keyed
from app.care_api.rules.bearer import ensure_scope
from app.care_api.rules.scopes import STATUS, SUMMON
from app.care_api.rules.summons_payload import (
    CancellationPayload,
    RebookingPayload,
    ReportPayload,
    SummonsPayload,
)
from app.sessions.principals import CareSystem


@post("/summonses")
async def create_summons(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, SUMMON)
    key, payload = await keyed(request, SummonsPayload)
    return answered(await actions.send_summons(payload, key=key, care_system=care_system, now=now))


@get("/summonses/{summons_id:uuid}")
async def show_summons(
    summons_id: FromPath[UUID], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, STATUS)
    followed = await summons_for(care_system, summons_id, now=now)
    return Response(msgspec.json.encode(read_followed(followed, now=now)), media_type=JSON)


@post("/summonses/{summons_id:uuid}/cancellation")
async def create_cancellation(
    request: Request[Any, Any, Any],
    summons_id: FromPath[UUID],
    care_system: NamedDependency[CareSystem],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SUMMON)
    key, payload = await keyed(request, CancellationPayload)
    reply = await actions.cancel_visit(summons_id, payload, key=key, care_system=care_system, now=now)
    return answered(reply)


@post("/summonses/{summons_id:uuid}/rebooking")
async def create_rebooking(
    request: Request[Any, Any, Any],
    summons_id: FromPath[UUID],
    care_system: NamedDependency[CareSystem],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SUMMON)
    key, payload = await keyed(request, RebookingPayload)
    reply = await actions.rebook_visit(summons_id, payload, key=key, care_system=care_system, now=now)
    return answered(reply)


@post("/summonses/{summons_id:uuid}/booking", status_code=200)
async def create_report(
    request: Request[Any, Any, Any],
    summons_id: FromPath[UUID],
    care_system: NamedDependency[CareSystem],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SUMMON)
    key, payload = await keyed(request, ReportPayload)
    reply = await actions.report_booking(summons_id, payload, key=key, care_system=care_system, now=now)
    return answered(reply)
