"""What every call passes first: what its care system may still ask for, before a body or a row is read."""

import asyncio
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.care_api.gateways import Gate
from app.limits.actions import Taken
from app.limits.rules import AT_ONCE, READS, SENDS, Policy, TooMany, TooManyAtOnce, limit_field, policy_field
from app.web.asked import header
from app.web.errors import type_of

READING = ("GET", "HEAD")
STATUS = 429
Fields = list[tuple[bytes, bytes]]


class Door:
    """Middleware, since a refusal must be cheap: nothing is resolved, and no row is read.

    Whoever has no good token passes, and is refused further in where a token is needed.
    """

    __slots__ = ("_app",)

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        held = scope["litestar_app"].state
        gate: Gate = held.gate
        now: datetime = held.clock()
        subject, limiter = gate.tokens.whose(header(scope, b"authorization"), now=now), gate.limiter
        if subject is None:
            await self._app(scope, receive, _saying(scope, send))
            return
        if not limiter.enter(subject):
            await _refuse_at_once(scope, send, subject, gate=gate, now=now)
            return
        try:
            policy = READS if scope.get("method") in READING else SENDS
            taken = await limiter.take(policy, subject, now=now)
            if taken.granted:
                scope["state"]["taken"] = [taken]
                if taken.wait:
                    await asyncio.sleep(taken.wait)
                await self._app(scope, receive, _saying(scope, send, limiter.at_once(subject)))
        finally:
            limiter.leave(subject)
        if not taken.granted:
            await _refuse(scope, send, taken, subject, gate=gate, now=now)


async def charge(scope: Scope, policy: Policy, subject: str, *, now: datetime, count: int = 1) -> None:
    """Count something besides the request itself; its answer says how that stands. Raises `TooMany`."""
    gate: Gate = scope["litestar_app"].state.gate
    taken = await gate.limiter.take(policy, subject, now=now, count=count)
    charged(scope, taken)
    if not taken.granted:
        raise TooMany(policy, quota=taken.quota, seconds=taken.seconds)


def charged(scope: Scope, taken: Taken) -> None:
    """The answer to this request says how that limit stands too."""
    scope["state"].setdefault("taken", []).append(taken)


def _saying(scope: Scope, send: Send, at_once: int | None = None) -> Send:
    async def say(message: Message) -> None:
        if message["type"] == "http.response.start" and "taken" in scope["state"]:
            message["headers"] = [*message["headers"], *_fields(scope["state"]["taken"], at_once)]
        await send(message)

    return say


def _fields(taken: list[Taken], at_once: int | None) -> Fields:
    policies = _policies(tuple([one.policy_field for one in taken]), at_once)
    limits = ", ".join([one.limit_field for one in taken])
    return [(b"ratelimit-policy", policies), (b"ratelimit", limits.encode())]


@lru_cache(maxsize=512)
def _policies(said: tuple[str, ...], at_once: int | None) -> bytes:
    also = [] if at_once is None else [policy_field(AT_ONCE, at_once)]
    return ", ".join([*said, *also]).encode()


async def _refuse(scope: Scope, send: Send, taken: Taken, subject: str, *, gate: Gate, now: datetime) -> None:
    await asyncio.sleep(gate.limiter.pause(subject, now=now))
    fields = _fields([taken], gate.limiter.at_once(subject))
    address = type_of(TooMany.code, scope["litestar_app"].state.settings)
    await _say(send, _too_many(taken.policy, taken.quota, taken.seconds, address), fields)


async def _refuse_at_once(scope: Scope, send: Send, subject: str, *, gate: Gate, now: datetime) -> None:
    await asyncio.sleep(gate.limiter.pause(subject, now=now))
    most = gate.limiter.at_once(subject)
    fields = [
        (b"ratelimit-policy", policy_field(AT_ONCE, most).encode()),
        (b"ratelimit", limit_field(AT_ONCE, left=0, seconds=1).encode()),
    ]
    address = type_of(TooManyAtOnce.code, scope["litestar_app"].state.settings)
    await _say(send, _too_many_at_once(most, address), fields)


class _Problem(NamedTuple):
    body: bytes
    seconds: bytes


# A second has few of them, and whoever asks for too much is told the same again and again.
@lru_cache(maxsize=512)
def _too_many(policy: Policy, quota: int, seconds: int, address: str) -> _Problem:
    return _problem(TooMany(policy, quota=quota, seconds=seconds), policy, address)


@lru_cache(maxsize=512)
def _too_many_at_once(most: int, address: str) -> _Problem:
    return _problem(TooManyAtOnce(most), AT_ONCE, address)


def _problem(refusal: TooMany | TooManyAtOnce, policy: Policy, address: str) -> _Problem:
    body = msgspec.json.encode(
        {
            "type": address,
            "title": "Too Many Requests",
            "status": STATUS,
            "detail": refusal.said("en"),
            "code": refusal.code,
            "violated-policies": [policy.name],
        }
    )
    return _Problem(body, refusal.values["seconds"].encode())


async def _say(send: Send, problem: _Problem, fields: Fields) -> None:
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(problem.body)),
        (b"retry-after", problem.seconds),
        *fields,
    ]
    await send({"type": "http.response.start", "status": STATUS, "headers": headers})
    await send({"type": "http.response.body", "body": problem.body, "more_body": False})
