"""What a provider, a clinic and a care system must be. No database, no web."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple, Protocol
from uuid import UUID

from app.errors import Refused
from app.language import as_sunday, at_minute, day_of
from app.language import lazy as _l

HSA_ID = re.compile(r"SE[0-9]{10}-[0-9A-Z]{1,31}")
REGION, MUNICIPALITY, PRIVATE = "region", "municipality", "private"
DENTAL_PUBLIC, DENTAL_PRIVATE = "dental-public", "dental-private"
PROVIDER_KINDS = (REGION, MUNICIPALITY, PRIVATE, DENTAL_PUBLIC, DENTAL_PRIVATE)
# Regions send in their own right, and so does their dental care (Folktandvården); others by a mandate.
IN_THEIR_OWN_RIGHT = (REGION, DENTAL_PUBLIC)
ORGANISATION_NUMBER = re.compile(r"[0-9]{10}")
KEYS_MOST = 5

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SUNDAY = 7
_HOURS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d):(\d\d)-(\d\d):(\d\d)")
_DAY = 24 * 60


class Hours(NamedTuple):
    """From `opens` until just before `closes`, minutes after midnight in Sweden. Monday is 1."""

    weekday: int
    opens: int
    closes: int


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


class UnknownKind(Refused):
    code = "care-provider.unknown-kind"
    sentence = _l("Sorten finns inte. Välj en av: %(known)s.")


class PrivateDentist(Refused):
    code = "care-provider.private-dentist"
    sentence = _l("Privata tandläkare kan inte skicka här. Det gäller all privat tandvård.")


class NoMandate(Refused):
    code = "care-provider.no-mandate"
    sentence = _l("Vårdgivaren har inget uppdrag från en region här. Be oss registrera det.")


class MandateNotBegun(Refused):
    code = "care-provider.mandate-not-begun"
    sentence = _l("Vårdgivarens uppdrag från regionen har inte börjat än. Skicka när det har börjat.")


class MandateEnded(Refused):
    code = "care-provider.mandate-ended"
    sentence = _l("Vårdgivarens uppdrag från regionen har upphört. Be oss registrera det som gäller nu.")


class MandateBackwards(Refused):
    code = "care-provider.mandate-backwards"
    sentence = _l("Uppdragets sista dag ligger före den första. Rätta en av dem.")


class MandateIncomplete(Refused):
    code = "care-provider.mandate-incomplete"
    sentence = _l("Ett uppdrag har en region och en första dag. Ange båda.")


class ApprovalUnknown(Refused):
    code = "approval.unknown"
    sentence = _l("Vårdgivaren har inget godkännande med det id:t. Använd det som vi har lämnat ut.")


class ApprovalEnded(Refused):
    code = "approval.ended"
    sentence = _l("Godkännandet har gått ut. Be oss om ett nytt innan ni skickar.")


class ApprovalOfOtherRegion(Refused):
    code = "approval.other-region"
    sentence = _l("Godkännandet gäller en annan region än mottagningens. Be oss om ett för den.")


class ApprovalIncomplete(Refused):
    code = "approval.incomplete"
    sentence = _l("Skriv vem som har godkänt, vad det gäller och en sista dag som inte har varit.")


class AlreadyRegistered(Refused):
    code = "care.already-registered"
    sentence = _l("Det finns redan registrerat.")


class UnknownCareSystem(Refused):
    code = "care-system.unknown"
    sentence = _l("Det finns inget vårdsystem med det klient-id:t.")


class UnknownKey(Refused):
    code = "care-system.key-unknown"
    sentence = _l("Vårdsystemet har ingen nyckel med det kid:t.")


class TooManyKeys(Refused):
    code = "care-system.too-many-keys"
    sentence = _l("Ett vårdsystem har högst %(most)s nycklar. Ta bort en som inte används.")


class OthersClinic(Refused):
    code = "care-system.others-clinic"
    sentence = _l("Vårdsystemet kan bara registreras för sin egen vårdgivares mottagningar.")


class NoAgentMandate(Refused):
    code = "agent.mandate-missing"
    sentence = _l("Vårdgivaren har inget gällande eller kommande uppdrag till agenten.")


class NotPhoneHours(Refused):
    code = "clinic.invalid-phone-hours"
    sentence = _l("Telefontider skrivs som mon-fri 08:00-16:30 och får inte överlappa varandra.")


class Contact(NamedTuple):
    name: str
    email: str
    phone: str


class Mandate(NamedTuple):
    """A region's, from the instant it begins until the one it ends; None: until further notice (uppdrag)."""

    region_code: str
    begins_at: datetime
    ends_at: datetime | None = None


class Standing(Protocol):
    """What says whether a provider may send."""

    @property
    def provider_kind(self) -> str | None: ...

    @property
    def mandate_from(self) -> datetime | None: ...

    @property
    def mandate_until(self) -> datetime | None: ...


class PublicKey(NamedTuple):
    """With which a care system signs, read and checked by `care_api`. `jwk` is JSON, and nothing private."""

    kid: str
    algorithm: str
    jwk: str


class Admission(NamedTuple):
    """What a care system is let in for, where it is less than all that its provider may.

    `scopes` and `clinics` (HSA-ids): None is all there are. `agent_id`: whose it is when an agent sends.
    """

    test: bool = False
    scopes: tuple[str, ...] | None = None
    clinics: tuple[str, ...] | None = None
    agent_id: UUID | None = None


EVERYTHING = Admission()


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


def ensure_kind(kind: str) -> str:
    if kind not in PROVIDER_KINDS:
        raise UnknownKind(known=", ".join(PROVIDER_KINDS))
    return kind


def ensure_not_private_dentist(kind: str | None) -> None:
    if kind == DENTAL_PRIVATE:
        raise PrivateDentist


def ensure_forwards(mandate: Mandate) -> None:
    if mandate.ends_at is not None and mandate.ends_at <= mandate.begins_at:
        raise MandateBackwards


def ensure_may_send(provider: Standing, *, now: datetime) -> None:
    """Regions, their dental care, and others by a region's mandate; never private dentists (domain.md §2.1).

    A mandate counts from the instant it begins and no longer at the one it ends, whoever has one.
    """
    ensure_not_private_dentist(provider.provider_kind)
    if provider.mandate_from is None:
        if provider.provider_kind not in IN_THEIR_OWN_RIGHT:
            raise NoMandate
        return
    if now < provider.mandate_from:
        raise MandateNotBegun
    if provider.mandate_until is not None and now >= provider.mandate_until:
        raise MandateEnded


def ensure_own_clinics(asked: Sequence[str], own: Collection[str]) -> None:
    if not set(asked) <= set(own):
        raise OthersClinic


def ensure_room_for_keys(count: int) -> None:
    if count > KEYS_MOST:
        raise TooManyKeys(most=str(KEYS_MOST))


def ensure_ends_after(begins_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and ends_at <= begins_at:
        raise MandateBackwards


def read_phone_hours(texts: Iterable[str]) -> list[Hours]:
    """Of words like "mon-fri 08:00-16:30" and "sat 10:00-24:00". Raises `NotPhoneHours`."""
    hours = sorted(each for text in texts for each in _hours(text))
    if any(a.weekday == b.weekday and b.opens < a.closes for a, b in pairwise(hours)):
        raise NotPhoneHours
    return hours


def next_answered(hours: Sequence[Hours], *, after: datetime) -> datetime | None:
    """`after` itself if somebody answers the phone then, or the next instant when somebody does.

    None where nobody ever does. A public holiday has the hours of a Sunday.
    """
    day = day_of(after)
    # Whoever answers on one weekday may miss three in a row: Christmas is a week from New Year.
    for _ in range(29):
        weekday = SUNDAY if as_sunday(day) else day.isoweekday()
        for each in hours:
            opens, closes = at_minute(day, each.opens), at_minute(day, each.closes)
            if each.weekday == weekday and opens < closes and after < closes:
                return max(after, opens)
        day += timedelta(days=1)
    return None


def _hours(text: str) -> list[Hours]:
    read = _HOURS.fullmatch(" ".join(text.lower().split()))
    if read is None or read[1] not in WEEKDAYS or (read[2] or read[1]) not in WEEKDAYS:
        raise NotPhoneHours
    first, last = WEEKDAYS.index(read[1]), WEEKDAYS.index(read[2] or read[1])
    opens, closes = _minutes(read[3], read[4]), _minutes(read[5], read[6])
    if last < first or opens >= closes:
        raise NotPhoneHours
    return [Hours(day + 1, opens, closes) for day in range(first, last + 1)]


def _minutes(hour: str, minute: str) -> int:
    """24:00 is the end of the day."""
    minutes = int(hour) * 60 + int(minute)
    if int(minute) > 59 or minutes > _DAY:
        raise NotPhoneHours
    return minutes


def ensure_approval(*, approved_by: str, scope: str, ends_at: datetime, now: datetime) -> None:
    if not approved_by.strip() or not scope.strip() or ends_at <= now:
        raise ApprovalIncomplete


def ensure_approved(*, ends_at: datetime, region_code: str, of_clinic: str, now: datetime) -> None:
    """`of_clinic`: the code of the sending clinic's region. An approval counts until the instant it ends."""
    if now >= ends_at:
        raise ApprovalEnded
    if region_code != of_clinic:
        raise ApprovalOfOtherRegion
