"""Many letters and summonses at once: in, how far they have come, and what became of each."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from app.care_api.actions.batches import lines_of, read_result, receive_batch
from app.care_api.formats.batches import read_batch
from app.care_api.gateways import Gate
from app.care_api.gateways.coming import Coming
from app.care_api.queries import batch_for, result_parts
from app.care_api.routes.door import charged
from app.care_api.routes.posted import ASKS, JSON, answered, query
from app.care_api.rules.batches import BatchQuery, ensure_size_announced, is_lines, read_dry_run
from app.care_api.rules.bearer import ensure_a_scope
from app.care_api.rules.idempotency import read_key
from app.care_api.rules.scopes import SEND, STATUS, SUMMON
from app.limits.rules import ITEMS, TooMany
from app.sessions.principals import CareSystem

LINES = "application/x-ndjson"


# How much is too much is counted as it comes, with an answer of its own.
@post("/batches", request_max_body_size=None, opt=ASKS)
async def create_batch(
    request: Request[Any, Any, Any],
    care_system: NamedDependency[CareSystem],
    gate: NamedDependency[Gate],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_a_scope(care_system, SEND, SUMMON)
    key = read_key(request.headers.getall("idempotency-key", []))
    dry_run = read_dry_run(query(request, BatchQuery).dry_run)
    lines = is_lines(request.headers)
    ensure_size_announced(request.headers)

    async def charge(rows: int) -> None:
        taken = await gate.limiter.take(ITEMS, str(care_system.id), now=now, count=rows)
        if not taken.granted:
            raise TooMany(taken.policy, quota=taken.quota, seconds=taken.seconds)
        charged(request.scope, taken)

    coming = Coming(request, lines=lines, key=key)
    reply = await receive_batch(
        coming, key=key, dry_run=dry_run, charge=charge, care_system=care_system, now=now
    )
    answer = answered(reply)
    answer.headers["location"] = f"/api/v1/batches/{msgspec.json.decode(reply.body)['id']}"
    return answer


@get("/batches/{batch_id:uuid}")
async def show_batch(batch_id: FromPath[UUID], care_system: NamedDependency[CareSystem]) -> Response[bytes]:
    ensure_a_scope(care_system, SEND, SUMMON, STATUS)
    return Response(msgspec.json.encode(read_batch(await batch_for(care_system, batch_id))), media_type=JSON)


@get("/batches/{batch_id:uuid}/result")
async def show_batch_result(
    batch_id: FromPath[UUID], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Stream:
    ensure_a_scope(care_system, SEND, SUMMON, STATUS)
    await read_result(batch_id, care_system=care_system, now=now)
    return Stream(_lines(batch_id), media_type=LINES)


async def _lines(batch_id: UUID) -> AsyncIterator[bytes]:
    async for part in result_parts(batch_id):
        yield lines_of(part)
