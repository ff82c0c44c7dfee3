"""Makes an installation with a clinic, a care system and signed-in residents; prints what the run needs.

python -m bench.faults.prepare. The database, the keys and the rest come from the environment, as for the app.
"""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta

from app import database, sessions, settings
from app.commands.opening import load_keys
from app.migrations import migrate
from app.residents.actions import open_account
from app.vault import keys
from app.vault.belonging import belongs
from bench.people import personal_number
from bench.senders import a_sender

HSA_ID = "SE2321000016-F001"
RESIDENTS = 12


async def prepare() -> dict[str, object]:
    now = datetime.now(UTC)
    await migrate()
    await database.open()
    try:
        await belongs(now=now)
        made = await a_sender("2321000016", HSA_ID, now=now)
        residents = [await _resident(number, now) for number in range(RESIDENTS)]
    finally:
        await database.close()
    return {"client_id": made.client_id, "client_secret": made.client_secret, "residents": residents}


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
