"""What a provider, a clinic and a care system must be. No database, no web."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.errors import Refused
from app.language import lazy as _l

HSA_ID = re.compile(r"SE[0-9]{10}-[0-9A-Z]{1,31}")
ORGANISATION_NUMBER = re.compile(r"[0-9]{10}")


class NotAnHsaId(Refused):
    code = "clinic.invalid-hsa-id"
    sentence = _l("HSA-id ska se ut som SE2321000016-A65H.")


class NotAnOrganisationNumber(Refused):
    code = "care-provider.invalid-organisation-number"
    sentence = _l("Organisationsnummer skrivs med tio siffror.")


class NoContactPerson(Refused):
    code = "care-system.contact-missing"
    sentence = _l("Ange minst en kontaktperson med namn, e-post och telefon.")


class UnknownRegion(Refused):
    code = "clinic.unknown-region"
    sentence = _l("Länskoden finns inte. Skriv den med två siffror, till exempel 01.")


class AlreadyRegistered(Refused):
    code = "care.already-registered"
    sentence = _l("Det finns redan registrerat.")


class UnknownCareSystem(Refused):
    code = "care-system.unknown"
    sentence = _l("Det finns inget vårdsystem med det klient-id:t.")


class Contact(NamedTuple):
    name: str
    email: str
    phone: str


def hsa_key(hsa_id: str) -> str:
    """The one spelling we store and compare; HSA-ids are compared without case."""
    return hsa_id.strip().upper()


def ensure_hsa_id(hsa_id: str) -> str:
    key = hsa_key(hsa_id)
    if not HSA_ID.fullmatch(key):
        raise NotAnHsaId
    return key


def ensure_organisation_number(text: str) -> str:
    digits = text.replace("-", "").strip()
    if not ORGANISATION_NUMBER.fullmatch(digits):
        raise NotAnOrganisationNumber
    return digits


def ensure_contacts(contacts: Sequence[Contact]) -> None:
    """At least one, and each can be both called and written to."""
    if not contacts or not all(all(part.strip() for part in contact) for contact in contacts):
        raise NoContactPerson
