"""A resident arrives: the first time, the account opens."""

from datetime import datetime
from uuid import UUID

from app import database
from app.audit.actions import Entry, record
from app.database import in_transaction, uuid7
from app.residents.actions import open_account
from app.sessions.principals import RESIDENT
from app.sign_in import queries
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.rules.people import Person
from app.sign_in.rules.refusals import AnotherPerson
from app.sign_in.tables import Identity


@in_transaction
async def start(person: Person, beginning: Beginning) -> str:
    """Raises `AnotherPerson`."""
    now = beginning.now
    resident_id = await open_account(person.number, person.name, now=now)
    await _recognise(person, resident_id, now=now)
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


async def _recognise(person: Person, resident_id: UUID, *, now: datetime) -> None:
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
    known = await queries.known_as(person)
    if known is None or known.resident_id != resident_id:
        raise AnotherPerson
    await Identity.update({Identity.last_used_at: now}).where(Identity.id == known.id)
