"""Files in, for letters to enclose; how they stand out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.attachments.gateways.desk import Desk
from app.attachments.gateways.staging import staged
from app.attachments.queries import standing_for
from app.care_api.actions import receive
from app.care_api.gateways.arriving import arriving
from app.care_api.routes.posted import JSON, answered
from app.care_api.rules.bearer import ensure_a_scope
from app.care_api.rules.idempotency import read_key
from app.care_api.rules.replies import attachment_status, encode
from app.care_api.rules.scopes import SEND, SUMMON
from app.care_api.rules.upload import read_upload
from app.sessions.principals import CareSystem


# How much is too much is counted as it comes, with an answer of its own.
@post("/attachments", request_max_body_size=None)
async def create_attachment(
    request: Request[Any, Any, Any],
    care_system: NamedDependency[CareSystem],
    desk: NamedDependency[Desk],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    ensure_a_scope(care_system, SEND, SUMMON)
    headers = request.headers
    key = read_key(headers.getall("idempotency-key", []))
    digests = [*headers.getall("content-digest", []), *headers.getall("repr-digest", [])]
    upload = read_upload(headers, digests=digests)
    async with staged(arriving(request), provider_id=care_system.provider_id) as file:
        return answered(await receive(file, upload, key=key, care_system=care_system, desk=desk, now=now))


@get("/attachments/{attachment_id:uuid}")
async def show_attachment(
    attachment_id: FromPath[UUID], care_system: NamedDependency[CareSystem], now: NamedDependency[datetime]
) -> Response[bytes]:
    ensure_a_scope(care_system, SEND, SUMMON)
    found = await standing_for(care_system, attachment_id, now=now)
    return Response(encode(attachment_status(found)), media_type=JSON)
