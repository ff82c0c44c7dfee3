"""What was sent with a request, read the same strict way everywhere."""

from typing import Any, TypeVar

from litestar import Request, Response
from msgspec import Struct

from app.care_api.actions.keys import Reply
from app.care_api.gateways import wire
from app.care_api.rules.idempotency import read_key
from app.care_api.rules.media_type import ensure_json

T = TypeVar("T", bound=Struct)
JSON = "application/json"
# The option of a route that reads what stands after the question mark. At any other nothing may.
ASKS = {"asks": True}


async def body(request: Request[Any, Any, Any], shape: type[T]) -> T:
    ensure_json(request.headers)
    return wire.read_as(shape, await request.body())


async def keyed(
    request: Request[Any, Any, Any], shape: type[T], *, longest: int = wire.LONGEST_LIST
) -> tuple[str, T]:
    """The Idempotency-Key, and what it stands for; no list in it is longer than `longest`."""
    ensure_json(request.headers)
    key = read_key(request.headers.getall("idempotency-key", []))
    return key, wire.read_as(shape, await request.body(), longest=longest)


async def perhaps_keyed(
    request: Request[Any, Any, Any], shape: type[T], *, longest: int = wire.LONGEST_LIST
) -> tuple[str | None, T]:
    """As `keyed`, for what changes nothing: the key may be left out, but not be malformed."""
    if "idempotency-key" in request.headers:
        return await keyed(request, shape, longest=longest)
    ensure_json(request.headers)
    return None, wire.read_as(shape, await request.body(), longest=longest)


class NothingAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """What is lost in silence after the question mark would be done otherwise than it was meant."""


def ensure_nothing_asked(request: Request[Any, Any, Any]) -> None:
    """Raises `UnknownField`, or another refusal of `request.*`."""
    if request.scope["query_string"] and "asks" not in request.route_handler.opt:
        query(request, NothingAsked)


def query(request: Request[Any, Any, Any], shape: type[T]) -> T:
    return wire.read_query(shape, request.query_params.multi_items())


def answered(reply: Reply) -> Response[bytes]:
    return Response(reply.body, status_code=reply.status, media_type=JSON)
