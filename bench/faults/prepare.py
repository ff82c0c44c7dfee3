"""Makes an installation with a clinic, a care system and signed-in residents; prints what the run needs.

python -m bench.faults.prepare. The database, the keys and the rest come from the environment, as for the app.
"""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta

from app import database, sessions, settings
from app.care import actions as care
from app.care.rules import Contact
from app.care_api import actions as credentials
from app.commands.opening import load_keys
from app.migrations import migrate
from app.residents.actions import open_account
from app.vault import keys
from app.vault.belonging import belongs
from bench.people import personal_number

HSA_ID = "SE2321000016-F001"
RESIDENTS = 12


async def prepare() -> dict[str, object]:
    now = datetime.now(UTC)
    await migrate()
    await database.open()
    try:
        await belongs(now=now)
        client_id, client_secret = await _care(now)
        residents = [await _resident(number, now) for number in range(RESIDENTS)]
    finally:
        await database.close()
    return {"client_id": client_id, "client_secret": client_secret, "residents": residents}


async def _care(now: datetime) -> tuple[str, str]:
    provider = await care.register_provider(
        "Region Exempel", organisation_number="2321000016", kind="region", now=now
    )
    await care.open_clinic(
        provider,
        hsa_id=HSA_ID,
        name="Knäkliniken",
        region_code="01",
        address="Storgatan 1, 111 22 Stockholm",
        phone="08-465 004 30",
        hours="vardagar kl. 8–16",
        now=now,
    )
    contact = Contact("Vera Vård", "vera@larkpost.example", "08-465 004 31")
    made = await credentials.add_care_system(provider, name="VårdIT", contacts=[contact], now=now)
    await credentials.approve(made.client_id, now)
    return made.client_id, made.client_secret


async def _resident(place: int, now: datetime) -> dict[str, str]:
    number, name = personal_number(place), f"Provperson {place:03}"
    id = await open_account(number, name, now=now)
    token = await sessions.start(
        kind="resident", subject_id=id, level="loa3", name=name, now=now, absolute=timedelta(hours=8)
    )
    return {"number": number, "token": token}


if __name__ == "__main__":
    keys.make(settings.keys_folder(os.environ))
    load_keys()
    print(json.dumps(asyncio.run(prepare())))
