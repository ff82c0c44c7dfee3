"""What became of the rows of a chunk, as lines of the result: ids, times, codes and words of ours only."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import zstandard

from app.audit.actions import Entry, record
from app.care_api.actions.keys import Reply
from app.care_api.actions.sending import Outcome
from app.care_api.queries import batch_for
from app.care_api.rules.batches import BatchNotDone, of_row
from app.care_api.rules.problems import RowProblem, as_refusal, pointer_of, row_problem
from app.database import in_transaction
from app.errors import Missing, Refused
from app.sessions.principals import CareSystem


class Accepted(msgspec.Struct, frozen=True):
    """`reply` is what the same letter is answered with when it is sent alone."""

    row: int
    result: str
    reply: msgspec.Raw


class Valid(msgspec.Struct, frozen=True):
    row: int
    result: str


class NotAccepted(msgspec.Struct, frozen=True):
    """`problem` says it as a problem document does; its pointer is within the row."""

    row: int
    result: str
    problem: RowProblem


def result_of(outcomes: Sequence[Outcome | None], *, first: int) -> tuple[bytes, int]:
    """A line for each row from `first` on, packed, and how many were accepted."""
    lines = [_line(outcome, row) for row, outcome in enumerate(outcomes, first)]
    accepted = sum(not isinstance(outcome, (Refused, Missing)) for outcome in outcomes)
    return zstandard.compress(b"".join(msgspec.json.encode(line) + b"\n" for line in lines)), accepted


def lines_of(result: bytes) -> bytes:
    """What `result_of` has packed."""
    return zstandard.decompress(result)


def _line(outcome: Outcome | None, row: int) -> Accepted | Valid | NotAccepted:
    if outcome is None:
        return Valid(row, "valid")
    if isinstance(outcome, Reply):
        return Accepted(row, "accepted", msgspec.Raw(outcome.body))
    why = outcome if isinstance(outcome, Missing) else of_row(outcome)
    place = pointer_of(as_refusal(why) if isinstance(why, Missing) else why)
    return NotAccepted(row, "refused", msgspec.structs.replace(row_problem(why, under=""), pointer=place))


@in_transaction
async def read_result(batch_id: UUID, *, care_system: CareSystem, now: datetime) -> None:
    """Write down that the result is read. Raises `Missing` or `BatchNotDone`."""
    standing = await batch_for(care_system, batch_id)
    if standing.finished_at is None:
        raise BatchNotDone
    entry = Entry(
        action="batch.result-read", at=now, actor_kind=care_system.actor.kind, actor_id=care_system.id,
        object_kind="batch", object_id=str(batch_id),
    )  # fmt: skip
    await record(entry)
