"""Makes an installation with a clinic, test credentials and made-up recipients; prints what the run needs.

python -m bench.fuzz.prepare. The database, the keys and the rest come from the environment, as for the app.
"""

import asyncio
import json
import os
from datetime import UTC, datetime

from app import database, settings
from app.care.rules import Admission
from app.commands.opening import load_keys
from app.migrations import migrate
from app.rehearsal.actions import make_recipients
from app.vault import keys
from app.vault.belonging import belongs
from bench.fuzz import HSA_ID
from bench.senders import a_sender


async def prepare() -> dict[str, str]:
    now = datetime.now(UTC)
    await migrate()
    await database.open()
    try:
        await belongs(now=now)
        made = await a_sender("2329990002", HSA_ID, admission=Admission(test=True), now=now)
        await make_recipients(now=now)
    finally:
        await database.close()
    return {"LARKPOST_CLIENT_ID": made.client_id, "LARKPOST_CLIENT_SECRET": made.client_secret}


if __name__ == "__main__":
    keys.make(settings.keys_folder(os.environ))
    load_keys()
    print(json.dumps(asyncio.run(prepare())))
