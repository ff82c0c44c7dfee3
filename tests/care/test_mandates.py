"""Who may send: regions, their dental care, and others by a region's mandate; never private dentists."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from app.care import actions
from app.care.queries import clinic_by_hsa
from app.care.rules import (
    DENTAL_PRIVATE,
    DENTAL_PUBLIC,
    MUNICIPALITY,
    PRIVATE,
    REGION,
    Mandate,
    MandateBackwards,
    MandateEnded,
    MandateNotBegun,
    NoMandate,
    PrivateDentist,
    UnknownKind,
    UnknownRegion,
    ensure_may_send,
)
from app.errors import Refused
from tests import make

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Provider(NamedTuple):
    provider_kind: str | None
    mandate_from: datetime | None = None
    mandate_until: datetime | None = None


MAY = [
    Provider(REGION),
    Provider(DENTAL_PUBLIC),
    Provider(PRIVATE, NOW),
    Provider(PRIVATE, NOW - SECOND, NOW + SECOND),
    Provider(MUNICIPALITY, NOW),
    Provider(REGION, NOW, NOW + SECOND),
]
MAY_NOT = [
    (Provider(None), NoMandate),
    (Provider(PRIVATE), NoMandate),
    (Provider(MUNICIPALITY), NoMandate),
    (Provider(PRIVATE, NOW + SECOND), MandateNotBegun),
    (Provider(PRIVATE, NOW - SECOND, NOW), MandateEnded),
    (Provider(REGION, NOW - SECOND, NOW), MandateEnded),
    (Provider(DENTAL_PRIVATE), PrivateDentist),
    (Provider(DENTAL_PRIVATE, NOW - SECOND), PrivateDentist),
]


@pytest.mark.parametrize("provider", MAY, ids=str)
def test_a_region_and_who_has_its_mandate_may_send(provider: Provider) -> None:
    """domain.md §2.1; a mandate counts from its first instant."""
    ensure_may_send(provider, now=NOW)


@pytest.mark.parametrize(("provider", "refusal"), MAY_NOT, ids=str)
def test_nobody_else_may(provider: Provider, refusal: type[Refused]) -> None:
    """The instant at which a mandate ends is no longer in it."""
    with pytest.raises(refusal):
        ensure_may_send(provider, now=NOW)


async def test_a_private_dentist_is_not_registered(db: None, now: datetime) -> None:
    with pytest.raises(PrivateDentist):
        await make.a_clinic(kind=DENTAL_PRIVATE, now=now)


@pytest.mark.parametrize(
    ("kind", "mandate", "refusal"),
    [
        ("newspaper", None, UnknownKind),
        (PRIVATE, Mandate("02", NOW), UnknownRegion),
        (PRIVATE, Mandate("01", NOW, NOW), MandateBackwards),
    ],
)
async def test_what_cannot_be_a_mandate_is_refused(
    db: None, now: datetime, kind: str, mandate: Mandate | None, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        await make.a_clinic(kind=kind, mandate=mandate, now=now)


async def test_a_new_mandate_takes_the_place_of_the_old(db: None, now: datetime) -> None:
    clinic = await make.a_clinic(kind=PRIVATE, mandate=Mandate("01", NOW, NOW + SECOND), now=now)
    await actions.commission(clinic.provider_id, kind=PRIVATE, mandate=Mandate("12", NOW), now=now)

    renewed = await clinic_by_hsa(clinic.hsa_id)
    assert (renewed.mandate_from, renewed.mandate_until) == (NOW, None)
    await actions.commission(clinic.provider_id, kind=PRIVATE, mandate=None, now=now)
    assert (await clinic_by_hsa(clinic.hsa_id)).mandate_from is None
