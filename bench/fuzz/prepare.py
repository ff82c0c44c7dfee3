"""Makes an installation with a clinic, test credentials and made-up recipients; prints what the run needs.

python -m bench.fuzz.prepare. The database, the keys and the rest come from the environment, as for the app.
"""

import asyncio
import json
import os
from datetime import UTC, datetime

from app import database, settings
from app.care import actions as care
from app.care.rules import Admission, Contact
from app.care_api import actions as credentials
from app.commands.opening import load_keys
from app.migrations import migrate
from app.rehearsal.actions import make_recipients
from app.vault import keys
from app.vault.belonging import belongs
from bench.fuzz import HSA_ID


async def prepare() -> dict[str, str]:
    now = datetime.now(UTC)
    await migrate()
    await database.open()
    try:
        await belongs(now=now)
        provider = await care.register_provider(
            "Region Exempel", organisation_number="2329990002", kind="region", now=now
        )
        await care.open_clinic(
            provider,
            hsa_id=HSA_ID,
            name="Provkliniken",
            region_code="01",
            address="Storgatan 1, 111 22 Stockholm",
            phone="08-465 004 30",
            hours="vardagar kl. 8–16",
            now=now,
        )
        contact = Contact("Vera Vård", "vera@larkpost.example", "08-465 004 31")
        made = await credentials.add_care_system(
            provider, name="VårdIT", contacts=[contact], admission=Admission(test=True), now=now
        )
        await credentials.approve(made.client_id, now)
        await make_recipients(now=now)
    finally:
        await database.close()
    return {"LARKPOST_CLIENT_ID": made.client_id, "LARKPOST_CLIENT_SECRET": made.client_secret}


if __name__ == "__main__":
    keys.make(settings.keys_folder(os.environ))
    load_keys()
    print(json.dumps(asyncio.run(prepare())))
