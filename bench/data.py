"""Fills a database for the inbox measurement, by the actions people cause:  python -m bench.data TOKENS

Every resident has a full first page of threads, a quarter of them unread, and is signed in. Writes one
session token a line. The database, the keys and the rest come from the environment, as for the app.
"""

import asyncio
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from app import database, sessions
from app.body import plain
from app.care import actions as care
from app.care.queries import Clinic, clinic_by_hsa
from app.care.rules import Contact
from app.commands.opening import load_keys
from app.inbox import actions as inbox
from app.migrations import migrate
from app.residents.actions import open_account
from app.sessions.principals import CareSystem, Resident

RESIDENTS = 300
THREADS = 20
UNREAD = 5
PROVIDER = ("Region Exempel", "2321000016")
CLINICS = ("Knäkliniken", "Vårdcentralen Lärkan", "Ögonmottagningen", "Barnmorskemottagningen Ängen")
SUBJECTS = (
    "Inför ditt besök",
    "Svar på dina prover",
    "Kallelse till hälsoundersökning",
    "Uppföljning efter besök",
)
FIRST_BIRTHDAY = date(1885, 1, 1)


async def fill(tokens: Path) -> None:
    now = datetime.now(UTC)
    await migrate()
    await database.open()
    try:
        clinics, care_system = await _care(now)
        with tokens.open("w") as file:
            for number in range(RESIDENTS):
                file.write(await _resident(number, clinics, care_system, now) + "\n")
    finally:
        await database.close()


async def _care(now: datetime) -> tuple[list[Clinic], CareSystem]:
    name, organisation_number = PROVIDER
    provider_id = await care.register_provider(name, organisation_number=organisation_number, now=now)
    for place, clinic in enumerate(CLINICS):
        await care.open_clinic(
            provider_id,
            hsa_id=_hsa_id(place),
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
    return [await clinic_by_hsa(_hsa_id(place)) for place in range(len(CLINICS))], CareSystem(
        id=id, provider_id=provider_id, name="VårdIT", scopes=frozenset({"messages:send"})
    )


def _hsa_id(place: int) -> str:
    return f"SE2321000016-B{place:03}"


@database.in_transaction
async def _resident(number: int, clinics: list[Clinic], care_system: CareSystem, now: datetime) -> str:
    """Opens the account, receives and reads letters, signs in. Returns the session's token."""
    name = f"Provperson {number:03}"
    id = await open_account(personal_number(number), name, now=now)
    resident = Resident(id=id, session_id=UUID(int=0), name=name, level="loa3")
    for place in range(THREADS):
        sent = now - timedelta(days=THREADS - place, minutes=number)
        letter = _letter(id, clinics[place % len(clinics)], SUBJECTS[place % len(SUBJECTS)])
        delivered = await inbox.deliver(letter, care_system_id=care_system.id, by=care_system.actor, now=sent)
        if place < THREADS - UNREAD:
            await inbox.open_thread(delivered.thread_id, resident=resident, now=sent)
    return await sessions.start(
        kind="resident", subject_id=id, level="loa3", name=name, now=now, absolute=timedelta(hours=8)
    )


def _letter(resident_id: UUID, clinic: Clinic, subject: str) -> inbox.Letter:
    return inbox.Letter(
        resident_id=resident_id,
        clinic=clinic,
        kind="information",
        subject=subject,
        body=plain.read("Välkommen till oss. Ta med legitimation och kom tio minuter före."),
        language="sv",
        purpose="Du har en tid hos oss.",
        use_of_answers="Du behöver inte svara.",
        contact_name="Receptionen",
        contact_phone="08-465 004 20",
        contact_hours="vardagar 8–16",
    )


def personal_number(place: int) -> str:
    """Of somebody born so long ago that nobody living has it."""
    born = (FIRST_BIRTHDAY + timedelta(days=place)).strftime("%Y%m%d") + "000"
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(born[2:]))
    return f"{born}{-sum(n // 10 + n % 10 for n in doubled) % 10}"


if __name__ == "__main__":
    load_keys()
    asyncio.run(fill(Path(sys.argv[1])))
