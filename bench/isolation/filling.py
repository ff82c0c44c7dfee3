"""Fills a database with residents and two care systems:  python -m bench.isolation.filling REQUESTS

The first lines name the care systems, the rest are the residents' numbers.
"""

from datetime import datetime

from app.care import actions as care
from app.care.rules import Contact
from app.database import in_transaction
from bench.isolation import BUSY, QUIET, RESIDENTS
from bench.people import Care, a_resident, fill, personal_number


@in_transaction
async def _resident(number: int, there: Care, now: datetime) -> list[str]:
    systems = [] if number else [await _system(name, there, now) for name in (QUIET, BUSY)]
    await a_resident(number, now=now)
    return [*systems, personal_number(number)]


async def _system(name: str, there: Care, now: datetime) -> str:
    id = await care.register_care_system(
        there.system.provider_id,
        name=name,
        client_id=name,
        secret_hash="never matches",
        contacts=[Contact("Vera Vård", "vera@larkpost.example", "08-465 004 21")],
        now=now,
    )
    await care.approve_care_system(name, now=now)
    return f"{name} {id} {there.clinics[0].hsa_id}"


if __name__ == "__main__":
    fill(RESIDENTS, _resident)
