"""What a clinic offers: time types described, slots published, listed and taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.booking import actions as booking
from app.booking.queries import slots_of, time_types_of
from app.care_api import actions
from app.care_api.formats.offers import TimeTypeShown, read_slots, read_time_types
from app.care_api.queries import clinic_for
from app.care_api.routes.posted import ASKS, JSON, answered, body, keyed, query
from app.care_api.rules.bearer import ensure_scope
from app.care_api.rules.scopes import SLOTS
from app.care_api.rules.slots import check_clinic, interval
from app.care_api.rules.slots_payload import (
    ROWS_MOST,
    ClinicQuery,
    SlotsChangePayload,
    SlotsPayload,
    SlotsQuery,
    SlotsWithdrawalPayload,
    TimeTypePayload,
)
from app.sessions.principals import CareSystem


@put("/time-types")
async def put_time_type(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, SLOTS)
    payload = await body(request, TimeTypePayload)
    said = await actions.describe_time_type(payload, care_system=care_system, now=now)
    shown = TimeTypeShown(said.hsa_id, said.code, said.name, said.hidden)
    return Response(msgspec.json.encode(shown), media_type=JSON)


@get("/time-types", opt=ASKS)
async def show_time_types(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem]
) -> Response[bytes]:
    ensure_scope(care_system, SLOTS)
    clinic = await clinic_for(care_system, check_clinic(query(request, ClinicQuery).clinic))
    shown = read_time_types(await time_types_of(clinic.id, test=care_system.test), hsa_id=clinic.hsa_id)
    return Response(msgspec.json.encode(shown), media_type=JSON)


@post("/slots")
async def create_slots(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, SLOTS)
    key, payload = await keyed(request, SlotsPayload, longest=ROWS_MOST)
    return answered(await actions.publish_slots(payload, key=key, care_system=care_system, now=now))


@post("/slots/change", status_code=200)
async def create_slot_changes(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, SLOTS)
    key, payload = await keyed(request, SlotsChangePayload, longest=ROWS_MOST)
    return answered(await actions.change_slots(payload, key=key, care_system=care_system, now=now))


@post("/slots/withdrawal", status_code=200)
async def create_slot_withdrawals(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, SLOTS)
    key, payload = await keyed(request, SlotsWithdrawalPayload, longest=ROWS_MOST)
    return answered(await actions.withdraw_slots(payload, key=key, care_system=care_system, now=now))


@get("/slots", opt=ASKS)
async def show_slots(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, SLOTS)
    asked = query(request, SlotsQuery)
    clinic = await clinic_for(care_system, check_clinic(asked.clinic))
    since, until = interval(asked, now=now)
    found = await slots_of(
        care_system.provider_id,
        clinic_id=clinic.id,
        since=since,
        until=until,
        after=asked.after,
        limit=asked.limit + 1,
        test=care_system.test,
    )
    return Response(msgspec.json.encode(read_slots(found, limit=asked.limit, now=now)), media_type=JSON)


@delete("/slots/{slot_id:uuid}")
async def delete_slot(
    slot_id: FromPath[UUID], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> None:
    """204 for one that is withdrawn already too: who lost the first answer asks again and is done."""
    ensure_scope(care_system, SLOTS)
    await booking.withdraw(slot_id, care_system=care_system, now=now)
