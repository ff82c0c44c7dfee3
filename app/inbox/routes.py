"""What a letter encloses, as the file it is, so that nothing in it can do anything here."""

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from litestar.status_codes import HTTP_503_SERVICE_UNAVAILABLE

from app.attachments.gateways.desk import Desk
from app.attachments.gateways.fetching import fetched
from app.attachments.rules.kinds import KINDS
from app.inbox import queries
from app.inbox.queries import Enclosed
from app.inbox.rules import opens_here
from app.sessions.principals import Resident
from app.web.asked import is_guess
from app.web.csrf import ensure_from_here

Asked = Request[Any, Any, Any]
# A document of its own, without scripts, forms, frames or an origin.
SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@get("/meddelanden/{message_id:uuid}/bilagor/{attachment_id:uuid}")
async def show_attachment(
    request: Asked,
    message_id: FromPath[UUID],
    attachment_id: FromPath[UUID],
    resident: NamedDependency[Resident],
    desk: NamedDependency[Desk],
    now: NamedDependency[datetime],
    spara: FromQuery[str] = "",
) -> Response[Any]:
    ensure_from_here(request)
    if is_guess(request.scope):
        # A guess of the browser opens nothing: the audit says that a person has.
        return Response(b"", status_code=HTTP_503_SERVICE_UNAVAILABLE)
    found = await queries.enclosed_for(resident, message_id, attachment_id=attachment_id, now=now)
    return Stream(
        await fetched(found.lock, desk),
        media_type=KINDS[found.kind].media_type,
        headers=_headers(found, saved=bool(spara) or not opens_here(found.kind)),
    )


def _headers(found: Enclosed, *, saved: bool) -> dict[str, str]:
    plain = found.name.encode("ascii", "replace").decode().replace("?", "_")
    named = f"filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
    return {
        "content-length": str(found.size),
        "content-disposition": f"{'attachment' if saved else 'inline'}; {named}",
        "content-security-policy": SANDBOX,
        "accept-ranges": "none",
    }


router = Router("/inkorg", route_handlers=[show_attachment])
