"""What the worker does for callbacks: numbers what has happened, and posts it."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from app.callbacks import queries
from app.callbacks.actions import ANNOUNCE, DELIVER, announce, disable
from app.callbacks.formats import body
from app.callbacks.gateways.posting import post
from app.callbacks.queries import Target
from app.callbacks.rules.signing import WAITS, signed_headers
from app.callbacks.sealed import NAMES, Holder, open_secret
from app.outbox.worker import Work

GONE = 410


class NotAccepted(Exception):
    """Answered with something else than 2xx."""


class Redirected(NotAccepted):
    """3xx: we post where we were told to, and nowhere else."""


class ServerFailed(NotAccepted):
    """5xx."""


def works(*, loopback: bool) -> dict[str, Work]:
    return {
        ANNOUNCE: Work(_announce),
        DELIVER: Work(partial(_deliver, loopback=loopback), waits=WAITS),
    }


async def _announce(payload: dict[str, Any], /, *, now: datetime) -> None:
    await announce([UUID(id) for id in payload["events"]], now=now)


async def _deliver(payload: dict[str, Any], /, *, now: datetime, loopback: bool) -> None:
    """At least once, under the event's own id. What was removed or disabled meanwhile is told nothing."""
    event = await queries.event(UUID(payload["event"]))
    target = await queries.target(UUID(payload["endpoint"]))
    if event is None or target is None:
        return
    content = body(event)
    signed = signed_headers(str(event.id), content, at=int(now.timestamp()), secrets=_secrets(target, now))
    headers = {"content-type": "application/json", **signed}
    status = await post(target.url, content=content, headers=headers, loopback=loopback)
    if status == GONE:
        await disable(target.id, url=target.url, now=now)
    else:
        _ensure_accepted(status)


def _secrets(target: Target, now: datetime) -> list[bytes]:
    holder = Holder(target.provider_id, target.id)
    secrets = [open_secret(target.secret_sealed, target.key_wrapped, holder)]
    if target.previous_sealed and target.previous_until and now < target.previous_until:
        secrets.append(open_secret(target.previous_sealed, target.key_wrapped, holder, column=NAMES[1]))
    return secrets


def _ensure_accepted(status: int) -> None:
    """Raises `ServerFailed`, `Redirected` or `NotAccepted`."""
    if status >= 500:
        raise ServerFailed
    if 300 <= status < 400:
        raise Redirected
    if not 200 <= status < 300:
        raise NotAccepted
