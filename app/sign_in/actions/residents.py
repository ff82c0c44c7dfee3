"""A resident arrives: the first time, the account opens."""

from datetime import datetime
from uuid import UUID

from app import database
from app.audit.actions import Entry, record
from app.database import in_transaction, uuid7
from app.residents import actions as residents
from app.residents.queries import found
from app.sessions.principals import RESIDENT
from app.sign_in import queries
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.rules.people import Person, ensure_linkable
from app.sign_in.rules.refusals import AnotherPerson
from app.sign_in.tables import Identity


@in_transaction
async def start(person: Person, beginning: Beginning) -> str:
    """Raises `AnotherPerson`, `OtherEidNeeded`, `TwoInboxes` or `AccountLocked`."""
    now, is_trusted = beginning.now, beginning.provider.is_trusted
    await residents.hold(person.number, person.previous)
    await _ensure_leads_here(person, is_trusted=is_trusted)
    resident_id = await residents.open_account(person.number, person.name, previous=person.previous, now=now)
    await _recognise(person, resident_id, trusted_at=now if is_trusted else None, now=now)
    await record(
        Entry(
            action="session.started",
            at=now,
            actor_kind=RESIDENT,
            actor_id=resident_id,
            resident_id=resident_id,
            object_kind="provider",
            object_id=beginning.provider.key,
        )
    )
    return await beginning.start(person, resident_id)


async def _ensure_leads_here(person: Person, *, is_trusted: bool) -> None:
    """A known e-ID leads where it led; a new one to nobody's inbox yet, or both are on the trust list."""
    holder = (await found(person.number, person.previous)).holder
    known = await queries.known_as(person)
    if known and (holder is None or known.resident_id != holder.id):
        raise AnotherPerson
    if holder and not known:
        ensure_linkable(is_trusted=is_trusted, others_trusted=await queries.only_trusted_lead_to(holder.id))


async def _recognise(
    person: Person, resident_id: UUID, *, trusted_at: datetime | None, now: datetime
) -> None:
    await database.run(
        "INSERT INTO identities (id, issuer, subject, resident, created_at, last_used_at)"
        " VALUES ({}, {}, {}, {}, {}, {}) ON CONFLICT (issuer, subject) DO NOTHING RETURNING 1 AS made",
        uuid7(),
        person.issuer,
        person.subject,
        resident_id,
        now,
        now,
    )
    # Two come with one e-ID and two persons' numbers: one inserts, the other is told.
    known = await queries.known_as(person)
    if known is None or known.resident_id != resident_id:
        raise AnotherPerson
    await Identity.update({Identity.last_used_at: now, Identity.trusted_at: trusted_at}).where(
        Identity.id == known.id
    )
