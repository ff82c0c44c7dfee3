"""A clinic's appointments, as its provider's care systems see them: whose they are is not said."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.booking.queries.visits import VISIT, Visit
from app.booking.rules import BOOKED, CANCELLED, CONFIRMED, PAST, REBOOKED, REQUIRED, TO_CONFIRM
from app.database import rows
from app.errors import Missing


class Asked(NamedTuple):
    """Those that start in the interval, in one state or in any, after the one with the id `after`.

    `test`: those of test credentials, which are apart.
    """

    clinic_id: UUID
    since: datetime
    until: datetime
    state: str | None
    after: UUID | None
    limit: int
    test: bool = False


# `rules.state_of_visit` in SQL, so that a page of a rare state is found without reading all the others.
STATE = (
    f"CASE WHEN a.cancelled_at IS NOT NULL THEN '{CANCELLED}' WHEN s.ends_at <= {{}} THEN '{PAST}'"
    f" WHEN a.confirmed_at IS NOT NULL THEN '{CONFIRMED}'"
    f" WHEN a.confirmation = '{REQUIRED}' AND s.starts_at > {{}}"
    f" AND (a.confirm_by IS NULL OR a.confirm_by >= {{}}) AND (a.expires_at IS NULL OR a.expires_at > {{}})"
    f" THEN '{TO_CONFIRM}'"
    f" WHEN a.moved_at IS NOT NULL THEN '{REBOOKED}' ELSE '{BOOKED}' END"
)
OF_PROVIDER = f"{VISIT} WHERE a.provider_id = {{}}"
LISTED = (
    f"{OF_PROVIDER} AND a.clinic = {{}} AND s.starts_at >= {{}} AND s.starts_at < {{}} AND a.id > {{}}"
    " AND t.test = {}%s"
    " ORDER BY a.id LIMIT {}"
)


async def appointments_of(provider_id: UUID, asked: Asked, *, now: datetime) -> list[Visit]:
    """By id: in the order in which they were booked."""
    wanted = (now, now, now, now, asked.state) if asked.state else ()
    return await rows(
        Visit,
        LISTED % (f" AND {STATE} = {{}}" if asked.state else ""),
        provider_id, asked.clinic_id, asked.since, asked.until, asked.after or UUID(int=0),
        asked.test, *wanted,
        asked.limit,
    )  # fmt: skip


async def sent_visit(provider_id: UUID, appointment_id: UUID) -> Visit:
    """For the care systems of its provider. Raises `Missing`."""
    found = await rows(Visit, f"{OF_PROVIDER} AND a.id = {{}}", provider_id, appointment_id)
    if not found:
        raise Missing("appointment", appointment_id)
    return found[0]
