"""What is sealed of a summons: all that a page needs to say of the visit, apart from the letter itself."""

from typing import NamedTuple
from uuid import UUID

import msgspec

from app import vault
from app.vault import Place


class Term(msgspec.Struct, frozen=True, array_like=True):
    """One condition to accept. `link` is https, or empty."""

    heading: str
    text: str = ""
    link: str = ""


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """In the clinic's own words and `language`; empty where it said nothing.

    `cost` is what it costs to stay away. `booking_link` is where an external one is booked: https.
    """

    subject: str
    language: str
    contact_name: str
    contact_phone: str
    contact_hours: str
    bring: str = ""
    cost: str = ""
    booking_link: str = ""
    terms: tuple[Term, ...] = ()


class SealedDetails(NamedTuple):
    key_wrapped: bytes
    details_sealed: bytes


_details = msgspec.json.Decoder(Details)


def seal_details(details: Details, *, provider_id: UUID, summons_id: UUID) -> SealedDetails:
    key, place = vault.new_key(), _place(provider_id, summons_id)
    return SealedDetails(
        vault.wrap(key, place._replace(column="key_wrapped")),
        vault.seal(msgspec.json.encode(details), key, place),
    )


def open_details(
    key_wrapped: bytes, details_sealed: bytes, *, provider_id: UUID, summons_id: UUID
) -> Details:
    """Raises `vault.Unreadable`."""
    place = _place(provider_id, summons_id)
    key = vault.unwrap(key_wrapped, place._replace(column="key_wrapped"))
    return _details.decode(vault.unseal(details_sealed, key, place))


def _place(provider_id: UUID, summons_id: UUID) -> Place:
    return Place(str(provider_id), "summonses", "details_sealed", summons_id)
