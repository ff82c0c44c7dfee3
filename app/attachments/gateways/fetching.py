"""A file on its way out: fetched and opened piece by piece."""

from app.attachments.gateways.desk import Desk
from app.attachments.gateways.storing import Away
from app.attachments.rules.refusals import OutOfReach
from app.attachments.sealed import Lock, Pieces, opened


async def fetched(lock: Lock, desk: Desk) -> Pieces:
    """The file, when its first piece is here and is what was put away.

    Raises `OutOfReach` before anything is answered, and `vault.Unreadable`.
    """
    pieces = opened(desk.store.get(lock.id), lock)
    try:
        first = await anext(pieces)
    except Away:
        raise OutOfReach from None
    return _joined(first, pieces)


async def _joined(first: bytes, rest: Pieces) -> Pieces:
    yield first
    async for piece in rest:
        yield piece
