"""Where the sign-in forms of a page lead, for a page that does not wait for a provider that is slow."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from app.sign_in.gateways import oidc
from app.sign_in.gateways.connections import Connection
from app.sign_in.rules.addresses import origin

SECONDS = 2


async def form_targets(connections: Sequence[Connection], now: datetime) -> str:
    """All are asked at once. Of one that does not answer in time, we know where it stands."""
    if not connections:
        return ""
    asked = {asyncio.ensure_future(oidc.form_targets(one, now)): one for one in connections}
    _, late = await asyncio.wait(asked, timeout=SECONDS)
    for task in late:
        task.cancel()
    known = [origin(one.provider.issuer) if task in late else task.result() for task, one in asked.items()]
    return " ".join(dict.fromkeys(" ".join(known).split()))
