"""What the worker does for callbacks: numbers what has happened, posts it, and posts a test."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from app.callbacks import queries
from app.callbacks.actions import (
    ANNOUNCE,
    DELIVER,
    DELIVER_TEST,
    announce,
    disable,
    note_acceptance,
    note_failure,
    note_test,
)
from app.callbacks.formats import body, body_of_test
from app.callbacks.gateways.posting import NotAllowed, NotReached, TooSlow, post
from app.callbacks.queries import Target
from app.callbacks.rules import faults
from app.callbacks.rules.signing import WAITS, Signers, signed_headers
from app.callbacks.sealed import Holder, open_secrets
from app.outbox.worker import Work

GONE = 410


class NotAccepted(Exception):
    """Answered with something else than 2xx."""


class Redirected(NotAccepted):
    """3xx: we post where we were told to, and nowhere else."""


class ServerFailed(NotAccepted):
    """5xx."""


NOT_DELIVERED = (NotReached, TooSlow, NotAllowed, NotAccepted)


def works(*, loopback: bool) -> dict[str, Work]:
    return {
        ANNOUNCE: Work(_announce),
        DELIVER: Work(partial(_deliver, loopback=loopback), waits=WAITS),
        DELIVER_TEST: Work(partial(_deliver_test, loopback=loopback), waits=()),
    }


async def _announce(payload: dict[str, Any], /, *, now: datetime) -> None:
    await announce([UUID(id) for id in payload["events"]], now=now)


async def _deliver(payload: dict[str, Any], /, *, now: datetime, loopback: bool) -> None:
    """At least once, under the event's own id. What was removed or disabled meanwhile is told nothing."""
    event = await queries.event(UUID(payload["event"]))
    target = await queries.target(UUID(payload["endpoint"]))
    if event is None or target is None:
        return
    try:
        status = await _called(target, event.id, body(event), now=now, loopback=loopback)
        if status == GONE:
            await disable(target.id, url=target.url, reason=faults.GONE, now=now)
            return
        _ensure_accepted(status)
    except NOT_DELIVERED:
        await note_failure(target.id, url=target.url, failing_since=target.failing_since, now=now)
        raise
    if target.failing_since is not None:
        await note_acceptance(target.id, url=target.url)


async def _deliver_test(payload: dict[str, Any], /, *, now: datetime, loopback: bool) -> None:
    """Once, also to a receiver that is disabled: that it answers is what is asked."""
    id, target = UUID(payload["test"]), await queries.target(UUID(payload["endpoint"]), disabled=True)
    if target is None:
        return
    try:
        status = await _called(target, id, body_of_test(id, at=now), now=now, loopback=loopback)
    except NOT_DELIVERED as fault:
        await note_test(id, status=None, fault=type(fault).__name__, now=now)
    else:
        await note_test(id, status=status, fault=None, now=now)


async def _called(target: Target, id: UUID, content: bytes, *, now: datetime, loopback: bool) -> int:
    signed = signed_headers(str(id), content, at=int(now.timestamp()), by=_signers(target, now))
    headers = {"content-type": "application/json", **signed}
    return await post(target.url, content=content, headers=headers, loopback=loopback)


def _signers(target: Target, now: datetime) -> Signers:
    opened = open_secrets(target.sealed, Holder(target.provider_id, target.id))
    both = target.previous_until is not None and now < target.previous_until
    secrets = (opened.secret, opened.previous if both else None)
    signing = (opened.signing, opened.previous_signing if both else None)
    return Signers([each for each in secrets if each], [each for each in signing if each])


def _ensure_accepted(status: int) -> None:
    """Raises `ServerFailed`, `Redirected` or `NotAccepted`."""
    if status >= 500:
        raise ServerFailed
    if 300 <= status < 400:
        raise Redirected
    if not 200 <= status < 300:
        raise NotAccepted
