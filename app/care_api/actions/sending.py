"""Sending letters, each once and each by itself: what is wrong with one keeps no other back.

A key is claimed last, together with its reply, in the transaction that delivers. Of two who send the same at
once the second waits for the first one's commit, finds the key taken, and gives the first one's reply.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias, TypeVar

from msgspec import UNSET

from app.care_api.actions import keys
from app.care_api.actions.counting import count
from app.care_api.actions.keys import Asked, Reply
from app.care_api.actions.letters import in_its_thread, letters_of
from app.care_api.actions.publishing import publish_time, waiting
from app.care_api.rules.broadcast import USUAL, Alike, Warned, is_counted, refused, warnings
from app.care_api.rules.idempotency import ensure_same
from app.care_api.rules.letter import Checked, check
from app.care_api.rules.life import PLAIN
from app.care_api.rules.payload import Payload
from app.care_api.rules.replies import LetterSent, encode
from app.database import in_transaction
from app.errors import Missing, Refused
from app.inbox import actions as inbox
from app.inbox.actions import Delivered, Scheduled, SealedLetter, WaitingLetter
from app.sessions.principals import CareSystem
from app.vault import of_text

OPERATION = "messages.send"
CREATED = 201

T = TypeVar("T")
Outcome: TypeAlias = Reply | Refused | Missing
# What is stored with the letters, or none of it is.
Also: TypeAlias = Callable[[Sequence[Outcome | None]], Awaitable[None]]


class Posted(NamedTuple):
    """One letter as it came, under its key."""

    key: str
    payload: Payload


class Prepared(NamedTuple):
    """By place: `ready` can be delivered, or kept for later; `outcomes` is known already, and the rest
    follows `leaders`. `texts` has the key of each text that is counted.
    """

    asked: list[Asked]
    texts: dict[int, int]
    ready: dict[int, SealedLetter | WaitingLetter]
    outcomes: dict[int, Outcome]
    leaders: dict[bytes, int]

    def all(self, settled: Mapping[int, T]) -> list[Outcome | T]:
        """The outcomes of all, in their order."""
        known: dict[int, Outcome | T] = {**self.outcomes, **settled}
        return [
            known[place] if place in known else self._followed(asked, known)
            for place, asked in enumerate(self.asked)
        ]

    def _followed(self, asked: Asked, known: Mapping[int, Outcome | T]) -> Outcome | T:
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
    posted: Sequence[Posted],
    *,
    care_system: CareSystem,
    now: datetime,
    alike: Alike = USUAL,
    also: Also | None = None,
) -> list[Outcome]:
    """For each its reply, the same however often it comes under its key, or why it is not sent.

    `also` is given all of these and stored with them: in one transaction unless one is refused only then.
    """
    prepared = await prepare_each(posted, care_system=care_system, now=now)
    try:
        return await _store_with(prepared, also, care_system=care_system, alike=alike, now=now)
    except (_Taken, Refused, Missing):
        settled = await _settle(prepared, list(prepared.ready), care_system=care_system, alike=alike, now=now)
        outcomes = prepared.all(settled)
        if also:
            await _alone(also, outcomes)
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
    ready: dict[int, SealedLetter | WaitingLetter] = {}
    for place, publish_at in (await _publish_times(letters, checked, now=now)).items():
        if isinstance(publish_at, datetime):
            ready[place] = waiting(
                letters.pop(place), posted[place].payload, publish_at=publish_at, care_system=care_system
            )
        else:
            del letters[place]
            outcomes[place] = publish_at
    sealed = await inbox.seal_all(list(letters.values()), care_system_id=care_system.id)
    texts = {
        place: of_text(checked[place].wording.text.body, whose=care_system.id)
        for place in (*letters, *ready)
        if is_counted(checked[place])
    }
    ready.update(zip(letters, sealed, strict=True))
    return Prepared(asked, texts, ready, outcomes, leaders)


async def _publish_times(
    letters: Mapping[int, inbox.Letter], checked: Mapping[int, Checked], *, now: datetime
) -> dict[int, datetime | Refused]:
    """Of those that are not for now: when, or why not. Nothing is asked about the others."""
    times: dict[int, datetime | Refused] = {}
    for place, letter in letters.items():
        if checked[place].life is PLAIN:
            continue
        try:
            later = await publish_time(checked[place].life, letter.clinic.id, now=now)
        except Refused as refusal:
            times[place] = refusal
        else:
            if later is not None:
                times[place] = later
    return times


@in_transaction
async def _store_with(
    prepared: Prepared, also: Also | None, *, care_system: CareSystem, alike: Alike, now: datetime
) -> list[Outcome]:
    settled = await _store(prepared, list(prepared.ready), care_system=care_system, alike=alike, now=now)
    outcomes = prepared.all(settled)
    if also:
        await also(outcomes)
    return outcomes


@in_transaction
async def _alone(also: Also, outcomes: Sequence[Outcome]) -> None:
    await also(outcomes)


async def _settle(
    prepared: Prepared, places: Sequence[int], *, care_system: CareSystem, alike: Alike, now: datetime
) -> dict[int, Outcome]:
    """Those that can be delivered, in groups; half of a group at a time, down to who cannot."""
    if not places:
        return {}
    try:
        return dict(await _store(prepared, places, care_system=care_system, alike=alike, now=now))
    except _Taken as taken:
        by_key = {prepared.asked[place].key_hash: place for place in places}
        theirs = [place for key_hash, place in by_key.items() if key_hash not in taken.free]
        held = await keys.answered_before([prepared.asked[place] for place in theirs], now=now)
        answered: dict[int, Outcome] = {by_key[key_hash]: answer for key_hash, answer in held.items()}
        left = [place for place in places if place not in answered]
        return answered | await _settle(prepared, left, care_system=care_system, alike=alike, now=now)
    except (Refused, Missing) as why:
        if len(places) == 1:
            return {places[0]: why}
    half = len(places) // 2
    settled = await _settle(prepared, places[:half], care_system=care_system, alike=alike, now=now)
    return settled | await _settle(prepared, places[half:], care_system=care_system, alike=alike, now=now)


@in_transaction
async def _store(
    prepared: Prepared, places: Sequence[int], *, care_system: CareSystem, alike: Alike, now: datetime
) -> Mapping[int, Outcome]:
    """All of them or none, but those that would be one too many with the same text.

    Raises why one of them cannot be delivered, or `_Taken`.
    """
    numbers = await _numbers(prepared, places, alike=alike, now=now)
    over = {place: why for place, number in numbers.items() if (why := refused(number, alike))}
    ready = {place: prepared.ready[place] for place in places if place not in over}
    stored = {each.id: each for each in await _deliver(list(ready.values()), care_system, now)}
    replies = {
        place: _reply(stored[each.id], warnings(numbers.get(place, 0), alike))
        for place, each in ready.items()
    }
    claims = {prepared.asked[place]: reply for place, reply in replies.items()}
    claimed = await keys.claim_answered(claims, now=now)
    if len(claimed) < len(claims):
        raise _Taken(claimed)
    return {**over, **replies}


async def _numbers(
    prepared: Prepared, places: Sequence[int], *, alike: Alike, now: datetime
) -> dict[int, int]:
    """Before anything else is locked: whoever sends the same text waits here, and holds nothing meanwhile."""
    counted = [place for place in places if place in prepared.texts]
    numbers = await count([prepared.texts[place] for place in counted], alike=alike, now=now)
    return dict(zip(counted, numbers, strict=True))


async def _deliver(
    ready: Sequence[SealedLetter | WaitingLetter], care_system: CareSystem, now: datetime
) -> list[Delivered | Scheduled]:
    """In no certain order."""
    if len(ready) != 1:
        return await _keep_or_deliver(ready, care_system, now)
    with in_its_thread(ready[0].letter):
        return await _keep_or_deliver(ready, care_system, now)


async def _keep_or_deliver(
    ready: Sequence[SealedLetter | WaitingLetter], care_system: CareSystem, now: datetime
) -> list[Delivered | Scheduled]:
    sealed = [each for each in ready if isinstance(each, SealedLetter)]
    later = [each for each in ready if isinstance(each, WaitingLetter)]
    sender, by = care_system.id, care_system.actor
    return [
        *await inbox.deliver_sealed(sealed, care_system_id=sender, by=by, now=now),
        *await inbox.schedule(later, care_system_id=sender, by=by, now=now),
    ]


def _reply(stored: Delivered | Scheduled, warned: list[Warned]) -> Reply:
    said = warned or UNSET
    if isinstance(stored, Delivered):
        delivered_at = stored.delivered_at.astimezone(UTC)
        sent = LetterSent(stored.id, stored.thread_id, "delivered", delivered_at=delivered_at, warnings=said)
    else:
        sent = LetterSent(
            stored.id,
            stored.thread_id,
            "scheduled",
            accepted_at=stored.accepted_at.astimezone(UTC),
            publish_at=stored.publish_at.astimezone(UTC),
            warnings=said,
        )
    return Reply(CREATED, encode(sent))
