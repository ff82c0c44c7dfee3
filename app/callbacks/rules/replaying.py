"""What may be sent again, and to whom."""

from collections.abc import Sequence
from uuid import UUID

from app.errors import Refused
from app.language import lazy as _l

# So many are queued for one request; whoever wants more asks again.
MOST = 1000


class ReplayUnclear(Refused):
    code = "callback.replay-unclear"
    sentence = _l("Ange antingen since eller ids: vilka händelser som ska skickas igen.")


class CallbackDisabled(Refused):
    code = "callback.disabled"
    sentence = _l("Återanropen är avstängda. Slå på dem med POST /api/v1/callback/activation först.")


def ensure_clear(since: int | None, ids: Sequence[UUID] | None) -> None:
    """Raises `ReplayUnclear`: which of the two is meant must not be guessed."""
    if (since is None) == (not ids) or (since is not None and since < 0):
        raise ReplayUnclear
