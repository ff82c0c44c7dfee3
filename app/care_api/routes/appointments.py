"""Appointments: made without a summons, listed and followed, moved and cancelled by care."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.booking.queries import Asked
from app.care_api import actions
from app.care_api.formats.followed import read_appointment, read_appointments
from app.care_api.queries import appointment_for, appointments_for, clinic_for
from app.care_api.routes.posted import ASKS, JSON, answered, keyed, query
from app.care_api.rules.bearer import ensure_scope
from app.care_api.rules.scopes import STATUS, SUMMON
from app.care_api.rules.slots import check_clinic, check_state, interval
from app.care_api.rules.slots_payload import AppointmentsQuery
from app.care_api.rules.summons_payload import (
    BookingPayload,
    VisitCancellationPayload,
    VisitRebookingPayload,
)
from app.sessions.principals import CareSystem


@post("/appointments")
async def create_appointment(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, SUMMON)
    key, payload = await keyed(request, BookingPayload)
    return answered(await actions.send_booking(payload, key=key, care_system=care_system, now=now))


@get("/appointments", opt=ASKS)
async def show_appointments(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, STATUS)
    asked = query(request, AppointmentsQuery)
    clinic = await clinic_for(care_system, check_clinic(asked.clinic))
    since, until = interval(asked, now=now)
    state = check_state(asked.state)
    wanted = Asked(clinic.id, since, until, state, asked.after, asked.limit + 1, care_system.test)
    found = await appointments_for(care_system, wanted, now=now)
    shown = read_appointments(found, limit=asked.limit, now=now)
    return Response(msgspec.json.encode(shown), media_type=JSON)


@get("/appointments/{appointment_id:uuid}")
async def show_appointment(
    appointment_id: FromPath[UUID], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, STATUS)
    followed = await appointment_for(care_system, appointment_id, now=now)
    return Response(msgspec.json.encode(read_appointment(followed, now=now)), media_type=JSON)


@post("/appointments/{appointment_id:uuid}/cancellation", status_code=200)
async def create_appointment_cancellation(
    request: Request[Any, Any, Any],
    appointment_id: FromPath[UUID],
    care_system: NamedDependency[CareSystem],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SUMMON)
    key, payload = await keyed(request, VisitCancellationPayload)
    reply = await actions.cancel_appointment(
        appointment_id, payload, key=key, care_system=care_system, now=now
    )
    return answered(reply)


@post("/appointments/{appointment_id:uuid}/rebooking", status_code=200)
async def create_appointment_rebooking(
    request: Request[Any, Any, Any],
    appointment_id: FromPath[UUID],
    care_system: NamedDependency[CareSystem],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SUMMON)
    key, payload = await keyed(request, VisitRebookingPayload)
    reply = await actions.rebook_appointment(
        appointment_id, payload, key=key, care_system=care_system, now=now
    )
    return answered(reply)
