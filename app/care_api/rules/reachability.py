"""Whom one reaches: what is asked, and what is answered of each. Never an address, never a number."""

from typing import Annotated, Final, Literal

from msgspec import Struct, field

from app.care_api.rules.payload import described
from app.care_api.rules.refusals import ClinicMissing
from app.care_api.rules.text import needed
from app.errors import Refused
from app.language import lazy as _l
from app.residents.rules import DECLINED, WANTED

MOST = 10_000
DIGITAL: Final = "digital"
GUARDIAN: Final = "guardian"
NOT_DIGITAL: Final = "not-digital"
INVALID: Final = "invalid"


class RecipientsMissing(Refused):
    code = "reachability.recipients-missing"
    sentence = _l("Ange minst ett personnummer i fältet recipients.")


class ReachabilityPayload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who asks, and about whom."""

    clinic: Annotated[str | None, described("HSA-id of the asking clinic, in any case.")] = None
    recipients: Annotated[
        list[str],
        described(
            "Personal identity numbers or coordination numbers, twelve digits each.",
            minItems=1,
            maxItems=MOST,
        ),
    ] = field(default_factory=list)


class Reach(Struct, frozen=True, kw_only=True):
    """How one of them is reached.

    `status`: `digital` (in their own inbox), `guardian` (a child, whose guardian reads it), `not-digital` or
    `invalid` (no number that can be asked about). For the last two `code` says why, and a letter would be
    refused with the same. `paper`: what the resident has said of summonses on paper; it informs, and no
    letter is refused for it. `sms`, `email`: whether a notice of a letter is wanted there.
    """

    status: Literal["digital", "guardian", "not-digital", "invalid"]
    code: str | None = None
    paper: Annotated[str | None, described("What they have said.", enum=[WANTED, DECLINED, None])] = None
    sms: bool = False
    email: bool = False


class Reaches(Struct, frozen=True):
    """In the order of the question."""

    recipients: list[Reach]


def check_clinic_and_recipients(asked: ReachabilityPayload) -> str:
    """The clinic's HSA-id. Raises `ClinicMissing`, `TextTooLong` or `RecipientsMissing`."""
    hsa_id = needed(asked.clinic, "/clinic", ClinicMissing, most=64)
    if not asked.recipients:
        raise RecipientsMissing
    return hsa_id
