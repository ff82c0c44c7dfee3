"""An installation with two providers' clinics and the care system of one. Prints its credentials.

A process of its own, since the database is chosen at import.

python -m tests.browser.prepare
"""

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from app import database, settings
from app.care import actions as care
from app.care.rules import Contact
from app.care_api import actions as credentials
from app.commands.opening import load_keys
from app.migrations import migrate
from app.vault import keys
from app.vault.belonging import belongs

# As in demo/staff.json, whose people the browser signs in as.
HSA_ID = "SE2329990002-KN01"
# Where Petra has an assignment too.
SECOND_HSA_ID = "SE2329990002-LV01"
OTHER_HSA_ID = "SE5599990016-GR01"


async def prepare() -> dict[str, str]:
    now = datetime.now(UTC)
    await migrate()
    await database.open()
    try:
        await belongs(now=now)
        provider = await care.register_provider(
            "Region Påhitt", organisation_number="2329990002", kind="region", now=now
        )
        other = await care.register_provider(
            "Hittepå AB", organisation_number="5599990016", kind="region", now=now
        )
        await _open_clinic(provider, HSA_ID, "Knäkliniken", now=now)
        await _open_clinic(provider, SECOND_HSA_ID, "Lärkholmens vårdcentral", now=now)
        await _open_clinic(other, OTHER_HSA_ID, "Hittepå vårdcentral Granås", now=now)
        contact = Contact("Vera Vård", "vera@example.se", "08-465 004 31")
        made = await credentials.add_care_system(provider, name="VårdIT", contacts=[contact], now=now)
        await credentials.approve(made.client_id, now)
    finally:
        await database.close()
    return {"client_id": made.client_id, "client_secret": made.client_secret}


async def _open_clinic(provider_id: UUID, hsa_id: str, name: str, *, now: datetime) -> None:
    await care.open_clinic(
        provider_id,
        hsa_id=hsa_id,
        name=name,
        region_code="01",
        address="Storgatan 1, 111 22 Stockholm",
        phone="08-465 004 30",
        hours="vardagar kl. 8–16",
        now=now,
    )


if __name__ == "__main__":
    folder = settings.keys_folder(os.environ)
    keys.make(folder)
    ring = load_keys()
    Path(os.environ["CLIENT_JWKS"]).write_text(json.dumps(keys.public_jwks(ring.eid_client)))
    print(json.dumps(asyncio.run(prepare())))
