"""The contract, for anyone."""

from typing import Any

from litestar import Request, Response, get

from app.care_api.formats.contract import contract


@get("/openapi.json", sync_to_thread=False)
def show_contract(request: Request[Any, Any, Any]) -> Response[bytes]:
    return Response(contract(request.app.state.settings.base_url), media_type="application/json")
