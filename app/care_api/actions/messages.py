"""Sending one letter, once."""

from datetime import datetime

from app.care_api.actions.gathering import Gathering
from app.care_api.actions.keys import Reply
from app.care_api.actions.sending import Posted
from app.care_api.rules.broadcast import USUAL, Alike
from app.care_api.rules.payload import Payload
from app.sessions.principals import CareSystem

# Of this process; it holds no more than the requests that it is answering.
_gathering = Gathering()


async def send(
    payload: Payload, *, key: str, care_system: CareSystem, now: datetime, alike: Alike = USUAL
) -> Reply:
    """Raises what the check, `letter_of` and `deliver` raise, `KeyReused` or `KeyInFlight`."""
    outcome = await _gathering.send(Posted(key, payload), care_system=care_system, alike=alike, now=now)
    if not isinstance(outcome, Reply):
        raise outcome
    return outcome
