"""Callbacks sent again, tested, and switched on, each once for a key."""

from datetime import UTC, datetime

from app.callbacks import actions as callbacks
from app.callbacks.rules.replaying import ensure_clear
from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.rules.callbacks_payload import NothingPayload, ReplayPayload
from app.care_api.rules.replies import CallbackEnabled, CallbackTestAsked, ChangesReplayed, encode
from app.sessions.principals import CareSystem

REPLAY, TEST, ENABLE = "callback.replay", "callback.test", "callback.activation"
DONE, ACCEPTED = 200, 202


async def replay(payload: ReplayPayload, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """Raises what `once`, `ensure_clear`, `replay_since` and `replay_changes` raise."""

    async def prepare() -> None:
        ensure_clear(payload.since, payload.ids)

    async def act(_: None) -> Reply:
        if payload.since is None:
            done = await callbacks.replay_changes(payload.ids or [], care_system=care_system, now=now)
        else:
            done = await callbacks.replay_since(payload.since, care_system=care_system, now=now)
        return Reply(ACCEPTED, encode(ChangesReplayed(done.changes, done.last, done.more)))

    asked = keys.asked(REPLAY, payload, key=key, care_system=care_system)
    return await keys.once(asked, prepare, act, now=now)


async def test(payload: NothingPayload, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """Raises what `once` and `ask_test` raise."""

    async def act(_: None) -> Reply:
        return Reply(
            ACCEPTED, encode(CallbackTestAsked(await callbacks.ask_test(care_system=care_system, now=now)))
        )

    asked = keys.asked(TEST, payload, key=key, care_system=care_system)
    return await keys.once(asked, _nothing, act, now=now)


async def enable(payload: NothingPayload, *, key: str, care_system: CareSystem, now: datetime) -> Reply:
    """Raises what `once` and `enable` raise."""

    async def act(_: None) -> Reply:
        actor = care_system.actor
        await callbacks.enable(
            care_system_id=care_system.id, actor_kind=actor.kind, actor_id=actor.id, now=now
        )
        return Reply(DONE, encode(CallbackEnabled(now.astimezone(UTC))))

    asked = keys.asked(ENABLE, payload, key=key, care_system=care_system)
    return await keys.once(asked, _nothing, act, now=now)


async def _nothing() -> None:
    """There is nothing to look up before."""
