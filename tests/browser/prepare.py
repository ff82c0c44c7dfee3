"""An installation with one clinic and one care system, made in a process of its own. Prints credentials.

python -m tests.browser.prepare
"""

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from app import database, settings
from app.care import actions as care
from app.care.rules import Contact
from app.care_api import actions as credentials
from app.commands.opening import load_keys
from app.migrations import migrate
from app.vault import keys
from app.vault.belonging import belongs

HSA_ID = "SE2321000016-A65H"


async def prepare() -> dict[str, str]:
    now = datetime.now(UTC)
    await migrate()
    await database.open()
    try:
        await belongs(now=now)
        provider = await care.register_provider("Region Exempel", organisation_number="2321000016", now=now)
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
        contact = Contact("Vera Vård", "vera@example.se", "08-465 004 31")
        made = await credentials.add_care_system(provider, name="VårdIT", contacts=[contact], now=now)
        await credentials.approve(made.client_id, now)
    finally:
        await database.close()
    return {"client_id": made.client_id, "client_secret": made.client_secret}


if __name__ == "__main__":
    folder = settings.keys_folder(os.environ)
    keys.make(folder)
    ring = load_keys()
    Path(os.environ["CLIENT_JWKS"]).write_text(json.dumps(keys.public_jwks(ring.eid_client)))
    print(json.dumps(asyncio.run(prepare())))
