"""The contract, for anyone."""

from typing import Any

from litestar import Request, Response, get

from app.care_api.formats.contract import contract
from app.care_api.routes.posted import ensure_nothing_asked


@get("/openapi.json", sync_to_thread=False)
def show_contract(request: Request[Any, Any, Any]) -> Response[bytes]:
    ensure_nothing_asked(request)
    return Response(contract(request.app.state.settings.base_url), media_type="application/json")
