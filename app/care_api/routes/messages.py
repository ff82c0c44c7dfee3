"""Letters in, statuses out."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK

from app.care_api import actions, queries
from app.care_api.formats.replied import letter_replies
from app.care_api.formats.status import ThreadStatus, read_status
from app.care_api.gateways import Gate
from app.care_api.routes.posted import JSON, answered, keyed
from app.care_api.rules.bearer import ensure_scope
from app.care_api.rules.payload import AnswerPayload, CorrectionPayload, Payload, WithdrawalPayload
from app.care_api.rules.scopes import SEND, STATUS
from app.inbox.queries import replies_for
from app.sessions.principals import CareSystem


@post("/messages")
async def create_message(
    request: Request[Any, Any, Any],
    care_system: NamedDependency[CareSystem],
    gate: NamedDependency[Gate],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SEND)
    key, payload = await keyed(request, Payload)
    sent = await actions.send(payload, key=key, care_system=care_system, alike=gate.alike, now=now)
    return answered(sent)


@get("/messages/{message_id:uuid}")
async def show_status(
    message_id: FromPath[UUID], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, STATUS)
    told = await queries.message_for(care_system, message_id, now=now)
    return Response(msgspec.json.encode(read_status(told)), media_type=JSON)


@post("/messages/{message_id:uuid}/answer", status_code=HTTP_200_OK)
async def create_answer(
    request: Request[Any, Any, Any],
    message_id: FromPath[UUID],
    care_system: NamedDependency[CareSystem],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SEND)
    key, payload = await keyed(request, AnswerPayload)
    return answered(
        await actions.report_answer(message_id, payload, key=key, care_system=care_system, now=now)
    )


@get("/messages/{message_id:uuid}/replies")
async def show_replies(
    message_id: FromPath[UUID], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, STATUS)
    found = await replies_for(care_system, message_id, now=now)
    return Response(msgspec.json.encode(letter_replies(message_id, found)), media_type=JSON)


@post("/messages/{message_id:uuid}/withdrawal")
async def create_withdrawal(
    request: Request[Any, Any, Any],
    message_id: FromPath[UUID],
    care_system: NamedDependency[CareSystem],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SEND)
    key, payload = await keyed(request, WithdrawalPayload)
    return answered(await actions.withdraw(message_id, payload, key=key, care_system=care_system, now=now))


@post("/messages/{message_id:uuid}/correction")
async def create_correction(
    request: Request[Any, Any, Any],
    message_id: FromPath[UUID],
    care_system: NamedDependency[CareSystem],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_scope(care_system, SEND)
    key, payload = await keyed(request, CorrectionPayload)
    return answered(await actions.correct(message_id, payload, key=key, care_system=care_system, now=now))


@get("/threads/{thread_id:uuid}")
async def show_thread(
    thread_id: FromPath[UUID], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_scope(care_system, STATUS)
    found = await queries.thread_for(care_system, thread_id, now=now)
    thread = ThreadStatus(thread_id, [read_status(told) for told in found])
    return Response(msgspec.json.encode(thread), media_type=JSON)
