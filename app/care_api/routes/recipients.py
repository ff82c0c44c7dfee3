"""Whom test credentials may write to."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.care_api.formats.recipients import read_roles
from app.care_api.routes.posted import JSON
from app.care_api.rules.refusals import NotATest
from app.rehearsal.queries import roles_here
from app.sessions.principals import CareSystem


@get("/test-recipients")
async def show_test_recipients(
    request: Request[Any, Any, Any], care_system: NamedDependency[CareSystem]
) -> Response[bytes]:
    if not care_system.test:
        raise NotATest
    roles = read_roles(await roles_here(), pace=request.app.state.settings.rehearsal_pace)
    return Response(msgspec.json.encode(roles), media_type=JSON)
