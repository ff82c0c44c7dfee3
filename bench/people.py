"""Who the measurements are about, and filling a database with them, by actions as in the product.

The database, the keys and the rest come from the environment, as for the app.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from app import database, sessions
from app.body.blocks import Document
from app.care import actions as care
from app.care.queries import Clinic, clinic_by_hsa
from app.care.rules import Contact
from app.commands.opening import load_keys
from app.inbox import actions as inbox
from app.migrations import migrate
from app.residents.actions import open_account
from app.sessions.principals import CareSystem, Resident

PROVIDER = ("Region Exempel", "2321000016")
CLINICS = ("Knäkliniken", "Vårdcentralen Lärkan", "Ögonmottagningen", "Barnmorskemottagningen Ängen")
FIRST_BIRTHDAY = date(1885, 1, 1)


class Care(NamedTuple):
    """One provider's clinics, and the care system that sends for them."""

    clinics: list[Clinic]
    system: CareSystem

    async def sends(self, letter: inbox.Letter, *, now: datetime) -> inbox.Delivered:
        return await inbox.deliver(letter, care_system_id=self.system.id, by=self.system.actor, now=now)

    async def sends_all(self, letters: list[inbox.Letter], *, now: datetime) -> list[inbox.Delivered]:
        return await inbox.deliver_all(letters, care_system_id=self.system.id, by=self.system.actor, now=now)


Fill = Callable[[int, Care, datetime], Awaitable[list[str]]]


def fill(residents: int, one: Fill) -> None:
    """`one` makes a resident by number; what it returns becomes lines of the file that the command names."""
    load_keys()
    lines = asyncio.run(_filled(residents, one))
    Path(sys.argv[1]).write_text("".join(f"{line}\n" for line in lines))


async def _filled(residents: int, one: Fill) -> list[str]:
    now = datetime.now(UTC)
    await migrate()
    await database.open()
    try:
        care = await _care(now)
        return [line for number in range(residents) for line in await one(number, care, now)]
    finally:
        await database.close()


async def _care(now: datetime) -> Care:
    name, organisation_number = PROVIDER
    provider_id = await care.register_provider(
        name, organisation_number=organisation_number, kind="region", now=now
    )
    for place, clinic in enumerate(CLINICS):
        await care.open_clinic(
            provider_id,
            hsa_id=hsa_id(place),
            name=clinic,
            region_code="01",
            address="Storgatan 1, 111 22 Stockholm",
            phone="08-465 004 20",
            hours="vardagar 8–16",
            now=now,
        )
    contacts = [Contact("Vera Vård", "vera@larkpost.example", "08-465 004 21")]
    id = await care.register_care_system(
        provider_id, name="VårdIT", client_id="bench", secret_hash="never matches", contacts=contacts, now=now
    )
    await care.approve_care_system("bench", now=now)
    system = CareSystem(id=id, provider_id=provider_id, name="VårdIT", scopes=frozenset({"messages:send"}))
    return Care([await clinic_by_hsa(hsa_id(place)) for place in range(len(CLINICS))], system)


def hsa_id(place: int) -> str:
    return f"SE2321000016-B{place:03}"


async def a_resident(number: int, *, now: datetime) -> Resident:
    name = f"Provperson {number:03}"
    id = await open_account(personal_number(number), name, now=now)
    return Resident(id=id, session_id=UUID(int=0), name=name, level="loa3")


async def signed_in(resident: Resident, *, now: datetime) -> str:
    """The session's token."""
    return await sessions.start(
        kind="resident", subject_id=resident.id, level=resident.level, name=resident.name, now=now,
        absolute=timedelta(hours=8),
    )  # fmt: skip


def a_letter(
    resident: Resident, clinic: Clinic, subject: str, body: Document, *, thread_id: UUID | None = None
) -> inbox.Letter:
    return inbox.Letter(
        resident_id=resident.id,
        clinic=clinic,
        kind="information",
        relation="ongoing-care",
        subject=subject,
        body=body,
        language="sv",
        purpose="Du har en tid hos oss.",
        use_of_answers="Du behöver inte svara.",
        contact_name="Receptionen",
        contact_phone="08-465 004 20",
        contact_hours="vardagar 8–16",
        thread_id=thread_id,
    )


def personal_number(place: int) -> str:
    """Of somebody born so long ago that nobody living has it."""
    born = (FIRST_BIRTHDAY + timedelta(days=place)).strftime("%Y%m%d") + "000"
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(born[2:]))
    return f"{born}{-sum(n // 10 + n % 10 for n in doubled) % 10}"
