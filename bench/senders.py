"""A region with one clinic, and a care system of its that is approved."""

from datetime import datetime

from app.care import actions as care
from app.care.rules import EVERYTHING, Admission, Contact
from app.care_api import actions as credentials
from app.care_api.actions import Credentials


async def a_sender(
    organisation_number: str, hsa_id: str, *, now: datetime, admission: Admission = EVERYTHING
) -> Credentials:
    provider = await care.register_provider(
        "Region Exempel", organisation_number=organisation_number, kind="region", now=now
    )
    await care.open_clinic(
        provider,
        hsa_id=hsa_id,
        name="Knäkliniken",
        region_code="01",
        address="Storgatan 1, 111 22 Stockholm",
        phone="08-465 004 30",
        hours="vardagar kl. 8–16",
        now=now,
    )
    contact = Contact("Vera Vård", "vera@larkpost.example", "08-465 004 31")
    made = await credentials.add_care_system(
        provider, name="VårdIT", contacts=[contact], admission=admission, now=now
    )
    await credentials.approve(made.client_id, now)
    return made
