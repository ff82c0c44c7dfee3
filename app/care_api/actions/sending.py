"""Sending letters, each once and each by itself: what is wrong with one keeps no other back.

A key is claimed last, together with its reply, in the transaction that delivers. Of two who send the same at
once the second waits for the first one's commit, finds the key taken, and gives the first one's reply.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

import msgspec

from app.care_api.actions import keys
from app.care_api.actions.keys import Asked, Reply
from app.care_api.actions.letters import in_its_thread, letters_of
from app.care_api.rules.idempotency import ensure_same
from app.care_api.rules.letter import Checked, check
from app.care_api.rules.payload import Payload
from app.database import in_transaction
from app.errors import Missing, Refused
from app.inbox import actions as inbox
from app.inbox.actions import Delivered, SealedLetter
from app.sessions.principals import CareSystem

OPERATION = "messages.send"
CREATED = 201

Outcome: TypeAlias = Reply | Refused | Missing
# What is stored with the letters, or none of it is.
Also: TypeAlias = Callable[[list[Outcome]], Awaitable[None]]


class Posted(NamedTuple):
    """One letter as it came, under its key."""

    key: str
    payload: Payload


class Prepared(NamedTuple):
    """By place: `ready` can be delivered, `outcomes` is known already, and the rest follows `leaders`."""

    asked: list[Asked]
    ready: dict[int, SealedLetter]
    outcomes: dict[int, Outcome]
    leaders: dict[bytes, int]

    def all(self, settled: Mapping[int, Outcome]) -> list[Outcome]:
        """The outcomes of all, in their order."""
        known = {**self.outcomes, **settled}
        return [
            known[place] if place in known else self._followed(asked, known)
            for place, asked in enumerate(self.asked)
        ]

    def _followed(self, asked: Asked, known: Mapping[int, Outcome]) -> Outcome:
        """What came under a key that stands earlier among them is that one, or no letter at all."""
        leader = self.leaders[asked.key_hash]
        try:
            ensure_same(self.asked[leader].fingerprint, asked.fingerprint)
        except Refused as reused:
            return reused
        return known[leader]


class _Taken(Exception):
    """Some keys were claimed by others meanwhile; whose were not."""

    def __init__(self, free: set[bytes]) -> None:
        super().__init__()
        self.free = free


async def send_each(
    posted: Sequence[Posted], *, care_system: CareSystem, now: datetime, also: Also | None = None
) -> list[Outcome]:
    """For each its reply, the same however often it comes under its key, or why it is not sent.

    `also` is given all of these and stored with them: in one transaction unless one is refused only then.
    """
    prepared = await prepare_each(posted, care_system=care_system, now=now)
    try:
        return await _store_with(prepared, also, care_system=care_system, now=now)
    except (_Taken, Refused, Missing):
        settled = await _settle(prepared, list(prepared.ready), care_system=care_system, now=now)
        outcomes = prepared.all(settled)
        if also:
            await also(outcomes)
        return outcomes


async def prepare_each(posted: Sequence[Posted], *, care_system: CareSystem, now: datetime) -> Prepared:
    """All that can be done before anything is locked. It sends nothing."""
    asked = [keys.asked(OPERATION, each.payload, key=each.key, care_system=care_system) for each in posted]
    leaders = {asked[place].key_hash: place for place in reversed(range(len(asked)))}
    first = sorted(leaders.values())
    held = await keys.answered_before([asked[place] for place in first], now=now)
    outcomes: dict[int, Outcome] = {leaders[key_hash]: answer for key_hash, answer in held.items()}
    checked: dict[int, Checked] = {}
    for place in first:
        if place not in outcomes:
            try:
                checked[place] = check(posted[place].payload, now=now)
            except Refused as refusal:
                outcomes[place] = refusal
    found = await letters_of(list(checked.values()), care_system, now=now)
    letters: dict[int, inbox.Letter] = {}
    for place, letter in zip(checked, found, strict=True):
        if isinstance(letter, inbox.Letter):
            letters[place] = letter
        else:
            outcomes[place] = letter
    sealed = await inbox.seal_all(list(letters.values()), care_system_id=care_system.id)
    return Prepared(asked, dict(zip(letters, sealed, strict=True)), outcomes, leaders)


@in_transaction
async def _store_with(
    prepared: Prepared, also: Also | None, *, care_system: CareSystem, now: datetime
) -> list[Outcome]:
    settled = await _store(prepared, list(prepared.ready), care_system=care_system, now=now)
    outcomes = prepared.all(settled)
    if also:
        await also(outcomes)
    return outcomes


async def _settle(
    prepared: Prepared, places: Sequence[int], *, care_system: CareSystem, now: datetime
) -> dict[int, Outcome]:
    """Those that can be delivered, in groups; half of a group at a time, down to who cannot."""
    if not places:
        return {}
    try:
        return dict(await _store(prepared, places, care_system=care_system, now=now))
    except _Taken as taken:
        by_key = {prepared.asked[place].key_hash: place for place in places}
        theirs = [place for key_hash, place in by_key.items() if key_hash not in taken.free]
        held = await keys.answered_before([prepared.asked[place] for place in theirs], now=now)
        answered: dict[int, Outcome] = {by_key[key_hash]: answer for key_hash, answer in held.items()}
        left = [place for place in places if place not in answered]
        return answered | await _settle(prepared, left, care_system=care_system, now=now)
    except (Refused, Missing) as why:
        if len(places) == 1:
            return {places[0]: why}
    half = len(places) // 2
    settled = await _settle(prepared, places[:half], care_system=care_system, now=now)
    return settled | await _settle(prepared, places[half:], care_system=care_system, now=now)


@in_transaction
async def _store(
    prepared: Prepared, places: Sequence[int], *, care_system: CareSystem, now: datetime
) -> Mapping[int, Reply]:
    """All of them or none. Raises why one of them cannot be delivered, or `_Taken`."""
    delivered = await _deliver([prepared.ready[place] for place in places], care_system, now)
    replies = {place: _reply(each) for place, each in zip(places, delivered, strict=True)}
    claims = {prepared.asked[place]: reply for place, reply in replies.items()}
    claimed = await keys.claim_answered(claims, now=now)
    if len(claimed) < len(claims):
        raise _Taken(claimed)
    return replies


async def _deliver(sealed: Sequence[SealedLetter], care_system: CareSystem, now: datetime) -> list[Delivered]:
    if len(sealed) != 1:
        return await inbox.deliver_sealed(
            sealed, care_system_id=care_system.id, by=care_system.actor, now=now
        )
    with in_its_thread(sealed[0].letter):
        return await inbox.deliver_sealed(
            sealed, care_system_id=care_system.id, by=care_system.actor, now=now
        )


def _reply(delivered: Delivered) -> Reply:
    return Reply(CREATED, msgspec.json.encode({
        "id": delivered.id,
        "thread_id": delivered.thread_id,
        "status": "delivered",
        "delivered_at": delivered.delivered_at.astimezone(UTC),
    }))  # fmt: skip
