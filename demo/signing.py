"""Key pairs for the demo's care systems: the public half is registered, the private one is kept for them."""

import json
from collections.abc import Mapping
from datetime import datetime

from joserfc.jwk import ECKey

from app.care.rules import PublicKey
from app.care_api.actions import add_keys
from app.care_api.actions.credentials import Credentials
from app.care_api.gateways import public_keys


async def give_keys(made: Mapping[str, Credentials], *, now: datetime) -> dict[str, str]:
    """The private keys, as JWKs, each by its care system's id."""
    keys = {}
    for id, credentials in made.items():
        keys[id], public = new_key()
        await add_keys(credentials.client_id, [public], now)
    return keys


def new_key() -> tuple[str, PublicKey]:
    """The private half as a JWK, and the public one as it is registered."""
    key = ECKey.generate_key("P-256")
    [public] = public_keys.read(json.dumps(key.as_dict(private=False)))
    return json.dumps(key.as_dict(private=True)), public
