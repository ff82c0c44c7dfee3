"""Where a care system is told, what has happened, and what could not be told."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from app.callbacks import queries
from app.callbacks.formats import ChangeData, ListedChange, Type, read_change
from app.callbacks.rules.faults import FAILING, FAULTS, GONE, fault_of
from app.callbacks.rules.signing import SIGNATURES, shown, shown_public

WAITING, ACCEPTED, REFUSED, FAILED = STATES = ("waiting", "accepted", "refused", "failed")
Fault = Annotated[str, Meta(extra_json_schema={"enum": sorted(set(FAULTS.values()))})]
Signature = Annotated[str, Meta(extra_json_schema={"enum": list(SIGNATURES)})]
Reason = Annotated[str, Meta(extra_json_schema={"enum": [GONE, FAILING]})]


class Callback(Struct, frozen=True, kw_only=True):
    """`secret` (of HMAC) is in the answer to PUT only; `public_key` is ed25519's, and no secret.

    What signed before signs beside it until `previous_until`. `disabled_at`: you are told nothing, since your
    address answered 410 (`gone`) or has accepted nothing for five days (`failing`). `failing_since`: it has
    accepted nothing since then.
    """

    url: str
    signatures: list[Signature]
    changed_at: datetime
    public_key: str | None
    previous_public_key: str | None
    previous_until: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: Reason | None
    secret: str | UnsetType = UNSET


class Changes(Struct, frozen=True):
    """Ask again with `since` = `next`; at once if there is `more`."""

    changes: list[ListedChange]
    next: int
    more: bool


class Failure(Struct, frozen=True):
    """A change that you were not told of. `id` is what `webhook-id` was, and what to replay it by."""

    id: UUID
    type: Type
    timestamp: datetime
    data: ChangeData
    attempts: int
    fault: Fault
    failed_at: datetime


class Failures(Struct, frozen=True):
    """The oldest first. Ask on with `after` = `next` until it is null."""

    failures: list[Failure]
    next: UUID | None


class CallbackTested(Struct, frozen=True):
    """`status` is what you answered, `fault` why there was no answer."""

    id: UUID
    state: Annotated[str, Meta(extra_json_schema={"enum": list(STATES)})]
    created_at: datetime
    finished_at: datetime | None
    status: int | None
    fault: Fault | None


def read_callback(known: queries.Endpoint, *, now: datetime, secret: bytes = b"") -> Callback:
    until = known.previous_until if known.previous_until and now < known.previous_until else None
    return Callback(
        url=known.url,
        signatures=known.signatures.split(" "),
        changed_at=known.changed_at.astimezone(UTC),
        public_key=_public(known.public_key),
        previous_public_key=_public(known.previous_public_key) if until else None,
        previous_until=_utc(until),
        failing_since=_utc(known.failing_since),
        disabled_at=_utc(known.disabled_at),
        disabled_reason=known.disabled_reason,
        secret=shown(secret) if secret else UNSET,
    )


def read_failures(found: queries.Failures) -> Failures:
    return Failures([_failure(each) for each in found.failures], found.next)


def read_tested(tested: queries.Tested) -> CallbackTested:
    return CallbackTested(
        tested.id,
        _state(tested),
        tested.created_at.astimezone(UTC),
        _utc(tested.done_at),
        tested.status,
        fault_of(tested.fault) if tested.fault else None,
    )


def _failure(failure: queries.Failure) -> Failure:
    change = read_change(failure.change)
    return Failure(
        change.id,
        change.type,
        change.timestamp,
        change.data,
        failure.attempts,
        fault_of(failure.fault),
        failure.failed_at.astimezone(UTC),
    )


def _state(tested: queries.Tested) -> str:
    if tested.done_at is None:
        return WAITING
    if tested.status is None:
        return FAILED
    return ACCEPTED if 200 <= tested.status < 300 else REFUSED


def _public(key: bytes | None) -> str | None:
    return shown_public(key) if key else None


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None
