"""Connecting care: what a provider, a clinic and a care system must be."""

from datetime import datetime, timedelta

import pytest

from app.care import actions
from app.care.queries import care_system_by_client_id, clinic_by_hsa, provider_by_number, providers
from app.care.rules import (
    AlreadyRegistered,
    Contact,
    NoContactPerson,
    NotAnHsaId,
    NotAnOrganisationNumber,
    UnknownCareSystem,
    UnknownRegion,
)
from app.care.tables import Clinic, ContactPerson
from app.errors import Missing
from app.inbox.rules import KINDS
from tests import make

VERA = Contact("Vera Vård", "vera@example.se", "08-765 43 21")


async def a_provider(now: datetime) -> object:
    return await actions.register_provider(
        "Region Exempel", organisation_number="232100-0016", kind="region", now=now
    )


async def test_a_provider_is_found_by_its_number(db: None, now: datetime) -> None:
    id = await a_provider(now)

    assert (await provider_by_number("2321000016")).id == id
    assert [provider.name for provider in await providers()] == ["Region Exempel"]
    with pytest.raises(Missing):
        await provider_by_number("5560000001")


async def test_a_number_is_registered_once_and_has_ten_digits(db: None, now: datetime) -> None:
    await a_provider(now)

    with pytest.raises(AlreadyRegistered):
        await a_provider(now)
    with pytest.raises(NotAnOrganisationNumber):
        await actions.register_provider("Fel", organisation_number="12", kind="region", now=now)


async def test_a_providers_own_hsa_id_is_nobody_elses(db: None, now: datetime) -> None:
    """Staff's assignments name their care provider by it."""
    await actions.register_provider(
        "Ett", organisation_number="2321000016", kind="region", hsa_id="SE2321000016-1", now=now
    )
    other = await actions.register_provider("Två", organisation_number="5560000001", kind="region", now=now)

    with pytest.raises(NotAnHsaId):
        await actions.name_in_hsa(other, hsa_id="0001", now=now)
    with pytest.raises(AlreadyRegistered):
        await actions.name_in_hsa(other, hsa_id="se2321000016-1", now=now)
    await actions.name_in_hsa(other, hsa_id="SE2321000016-2", now=now)
    await actions.name_in_hsa(other, hsa_id="SE2321000016-2", now=now)


@pytest.mark.parametrize("asked", ["SE2321000016-A65H", "se2321000016-a65h", " Se2321000016-A65h "])
async def test_hsa_ids_are_compared_without_case(db: None, now: datetime, asked: str) -> None:
    """TKB1, TKB2: both sides must."""
    opened = await make.a_clinic("se2321000016-A65h", now=now)

    assert await clinic_by_hsa(asked) == opened
    assert opened.hsa_id == "SE2321000016-A65H"
    assert opened.provider_name == "Region Exempel"


async def test_the_same_clinic_in_other_letters_is_the_same(db: None, now: datetime) -> None:
    clinic = await make.a_clinic("SE2321000016-A65H", now=now)

    with pytest.raises(AlreadyRegistered):
        await _opened(clinic.provider_id, now, hsa_id="se2321000016-a65h")
    assert await Clinic.count() == 1


@pytest.mark.parametrize("hsa_id", ["", "SE2321000016", "XX2321000016-A", "SE2321000016-", "SE2321000016-Å"])
async def test_what_is_no_hsa_id_is_refused(db: None, now: datetime, hsa_id: str) -> None:
    clinic = await make.a_clinic(now=now)

    with pytest.raises(NotAnHsaId):
        await _opened(clinic.provider_id, now, hsa_id=hsa_id)


@pytest.mark.parametrize("code", ["02", "1", "99", ""])
async def test_a_region_is_one_of_the_21(db: None, now: datetime, code: str) -> None:
    clinic = await make.a_clinic(now=now)

    with pytest.raises(UnknownRegion):
        await _opened(clinic.provider_id, now, region_code=code)


async def _opened(provider_id: object, now: datetime, **differently: str) -> object:
    usual = {
        "hsa_id": make.OTHER_HSA_ID,
        "name": "Hud",
        "region_code": "01",
        "address": "Storgatan 2",
        "phone": "08-1",
        "hours": "8–9",
    }
    return await actions.open_clinic(provider_id, **usual | differently, now=now)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "contacts", [[], [Contact("", "a@example.se", "08")], [VERA, Contact("V", " ", "08")]]
)
async def test_a_care_system_has_somebody_to_call(db: None, now: datetime, contacts: list[Contact]) -> None:
    clinic = await make.a_clinic(now=now)

    with pytest.raises(NoContactPerson):
        await actions.register_care_system(
            clinic.provider_id, name="VårdIT", client_id="x", secret_hash="h", contacts=contacts, now=now
        )
    assert await care_system_by_client_id("x") is None


async def test_a_care_system_waits_for_approval(db: None, now: datetime) -> None:
    clinic = await make.a_clinic(now=now)
    await actions.register_care_system(
        clinic.provider_id, name="VårdIT", client_id="x", secret_hash="h", contacts=[VERA], now=now
    )
    waiting = await care_system_by_client_id("x")
    assert waiting
    assert waiting.approved_at is None

    await actions.approve_care_system("x", now=now)

    approved = await care_system_by_client_id("x")
    assert approved
    assert approved.approved_at == now
    assert await ContactPerson.count() == 1


async def test_a_rotation_keeps_the_old_secret_a_while(db: None, now: datetime) -> None:
    await make.a_ward(now=now)
    until = now + timedelta(hours=24)

    await actions.rotate_care_system("vardit", secret_hash="new", keep_old_until=until, now=now)

    system = await care_system_by_client_id("vardit")
    assert system
    assert (system.secret_hash, system.previous_secret_hash, system.previous_until) == (
        "new",
        "never matches",
        until,
    )


async def test_nobody_approves_or_rotates_what_is_not_there(db: None, now: datetime) -> None:
    with pytest.raises(UnknownCareSystem):
        await actions.approve_care_system("x", now=now)
    with pytest.raises(UnknownCareSystem):
        await actions.rotate_care_system("x", secret_hash="h", keep_old_until=now, now=now)


def test_every_kind_of_message_has_its_name_in_both_languages() -> None:
    for kind in KINDS.values():
        assert kind.said("en") != kind.said("sv") or kind.said("sv") == "Information"
