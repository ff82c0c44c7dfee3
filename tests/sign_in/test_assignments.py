"""Staff with several assignments choose one here; what is withdrawn counts at the next request."""

import asyncio
from dataclasses import replace
from typing import NamedTuple

import pytest

from app.audit.queries import denials
from app.care.actions import name_in_hsa
from app.database import rows
from app.sign_in.actions import (
    restore_assignment,
    restore_employee,
    withdraw_assignment,
    withdraw_employee,
)
from app.sign_in.rules.staff import CARE
from app.tidying import tidy
from tests.make import (
    DISA,
    HSA_ID,
    OTHER_HSA_ID,
    OTHER_PROVIDER_HSA_ID,
    PROVIDER_HSA_ID,
    another_clinic,
    token_in,
)
from tests.sign_in.fake import LEFT_OUT
from tests.sign_in.test_staff import audited, begins, is_staff, signs_in
from tests.test_tidying import IDLE

SWEDISH = {"Accept-Language": "sv"}
AT = "/personal/logga-in/tjanst/uppdrag"
UNCHOSEN = dict.fromkeys(
    ("commissionHsaId", "commissionName", "commissionPurpose", "healthCareUnitHsaId", "healthCareUnitName",
     "healthCareProviderHsaId"),
    LEFT_OUT,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("knee_clinic")


class Number(NamedTuple):
    of_rows: int


class Stored(NamedTuple):
    browser_hash: bytes
    employee_sealed: bytes


async def count(table):
    return (await rows(Number, f"SELECT count(*) AS of_rows FROM {table}"))[0].of_rows  # noqa: S608 - our own names


def commission(id, unit=HSA_ID, provider=PROVIDER_HSA_ID, purpose=CARE, name="Vård, dagtid"):
    return {
        "commissionHsaId": id,
        "commissionName": name,
        "commissionPurpose": purpose,
        "healthCareUnitHsaId": unit,
        "healthCareProviderHsaId": provider,
    }


KNEE = commission("SE2321000016-U1", name="Knäkliniken, dagtid")
GRANAS = commission("SE5560000001-U2", OTHER_HSA_ID, OTHER_PROVIDER_HSA_ID, name="Granås")
OFFICE = commission("SE2321000016-U3", purpose="Administration", name="Kontoret")
NOWHERE = commission("SE2321000016-U4", "SE2321000016-NONE", name="Ingenstans")
BOTH = [KNEE, GRANAS]


@pytest.fixture
async def granas(now):
    return await another_clinic(now=now)


@pytest.fixture
def several(staff_fake):
    """The provider gives these and chooses none."""

    def give(*commissions):
        staff_fake.told = UNCHOSEN | {"allCommissions": list(commissions)}
        return staff_fake

    return give


async def is_asked(browser, fake, till="/personal"):
    response = await browser.get(fake.back(await begins(browser, till), DISA), headers=SWEDISH)
    assert (response.status_code, response.headers["location"]) == (303, AT)
    return await browser.get(AT, headers=SWEDISH)


async def chooses(browser, page, chosen):
    form = {"_csrf": token_in(page.text)} | ({"uppdrag": chosen} if chosen else {})
    return await browser.post(AT, data=form, headers=SWEDISH)


async def test_several_assignments_are_a_choice_before_a_session_begins(visitor, several, granas):
    page = await is_asked(visitor, several(*BOTH), "/personal/kallelser?status=ny")

    assert page.status_code == 200
    for said in ("Välj uppdrag", "Knäkliniken, dagtid", "Vårdcentralen Granås"):
        assert said in page.text
    assert "no-store" in page.headers["cache-control"]
    assert not await is_staff(visitor)
    assert await count("sessions") == 0

    response = await chooses(visitor, page, GRANAS["commissionHsaId"])
    assert (response.status_code, response.headers["location"]) == (303, "/personal/kallelser?status=ny")
    assert "Vårdcentralen Granås" in (await visitor.get("/personal/kallelser")).text
    assert await count("sign_in_choices") == 0


async def test_only_what_opens_can_be_chosen(visitor, several, granas, staff_switched):
    page = await is_asked(visitor, several(OFFICE, *BOTH, NOWHERE, "SE2321000016-U5", {"commissionHsaId": 7}))

    assert page.text.count('type="radio"') == 2
    assert "Kontoret" not in page.text
    assert (await chooses(visitor, page, OFFICE["commissionHsaId"])).status_code == 422
    assert await count("sessions") == 0


async def test_one_that_opens_is_not_asked_about(visitor, several):
    response = await signs_in(visitor, several(OFFICE, KNEE, NOWHERE))

    assert (response.status_code, response.headers["location"]) == (303, "/personal")
    assert "Knäkliniken, dagtid" in (await visitor.get("/personal/kallelser")).text


async def test_one_that_was_chosen_at_the_provider_is_not_asked_about(visitor, staff_fake, granas):
    staff_fake.told = {"allCommissions": BOTH}
    await signs_in(visitor, staff_fake)

    assert DISA.assignment_name in (await visitor.get("/personal/kallelser")).text


@pytest.mark.parametrize(
    ("commissions", "code"),
    [
        ([OFFICE], "sign-in.assignment-not-for-care"),
        ([NOWHERE, OFFICE], "sign-in.unknown-care-unit"),
        ([], "sign-in.no-assignment"),
        (["SE2321000016-U1", "SE2321000016-U2"], "sign-in.no-assignment"),
    ],
)
async def test_none_that_opens_is_refused_in_words(commissions, code, visitor, several):
    assert (await signs_in(visitor, several(*commissions))).status_code == 409
    assert [row.object_id for row in await denials()] == [code]


async def test_nothing_chosen_is_asked_again(visitor, several, granas):
    page = await is_asked(visitor, several(*BOTH))
    again = await chooses(visitor, page, "")

    assert again.status_code == 422
    assert "Välj ett uppdrag." in again.text
    assert 'href="#uppdrag"' in again.text
    assert (await chooses(visitor, again, KNEE["commissionHsaId"])).status_code == 303


async def test_the_choice_is_bound_to_the_browser(visitor, other_browser, several, granas):
    await is_asked(visitor, several(*BOTH))

    assert (await other_browser.get(AT)).status_code == 409
    other_browser.cookies.set("tx", "somebody else's")
    assert (await other_browser.get(AT)).status_code == 409
    assert (await visitor.get(AT)).status_code == 200


async def test_the_choice_is_made_once(visitor, several, granas):
    page = await is_asked(visitor, several(*BOTH))
    browser = visitor.cookies["tx"]
    await chooses(visitor, page, KNEE["commissionHsaId"])
    visitor.cookies.set("tx", browser)

    assert (await visitor.get(AT)).status_code == 409
    assert await count("sessions") == 1


async def test_of_two_presses_at_once_one_begins_a_session(visitor, several, granas):
    page = await is_asked(visitor, several(*BOTH))
    answers = await asyncio.gather(*(chooses(visitor, page, KNEE["commissionHsaId"]) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    assert await count("sessions") == 1


async def test_the_choice_lasts_ten_minutes(visitor, several, granas, clock):
    page = await is_asked(visitor, several(*BOTH))
    clock.turn(minutes=10)

    response = await chooses(visitor, page, KNEE["commissionHsaId"])
    assert response.status_code == 409
    assert "tio minuter" in response.text
    await tidy(clock.turn(hours=1), idle=IDLE)
    assert await count("sign_in_choices") == 0


async def test_who_is_about_to_choose_is_sealed_with_the_browsers_secret(visitor, several, granas):
    await is_asked(visitor, several(*BOTH))
    [stored] = await rows(Stored, "SELECT browser_hash, employee_sealed FROM sign_in_choices")

    assert visitor.cookies["tx"].encode() not in stored.browser_hash
    assert b"Disa" not in stored.employee_sealed
    assert DISA.employee_hsa_id.encode() not in stored.employee_sealed


async def test_what_is_withdrawn_meanwhile_cannot_be_chosen(visitor, several, granas, now):
    page = await is_asked(visitor, several(*BOTH))
    await withdraw_assignment(KNEE["commissionHsaId"], now=now)

    assert (await chooses(visitor, page, KNEE["commissionHsaId"])).status_code == 422
    assert (await chooses(visitor, page, GRANAS["commissionHsaId"])).status_code == 303


async def test_changing_assignment_is_a_new_session(visitor, several, granas):
    """ASVS 7.2.4: the old one ends, wherever its cookie was copied to."""
    page = await is_asked(visitor, several(*BOTH))
    await chooses(visitor, page, KNEE["commissionHsaId"])
    old = visitor.cookies["sid"]
    started = await visitor.post(
        "/personal/logga-in/tjanst",
        data={"_csrf": token_in((await visitor.get("/personal/kallelser")).text)},
    )
    await visitor.get(several(*BOTH).back(started.headers["location"], DISA))
    assert await is_staff(visitor), "until another is chosen"
    await chooses(visitor, await visitor.get(AT), GRANAS["commissionHsaId"])

    assert "Vårdcentralen Granås" in (await visitor.get("/personal/kallelser")).text
    assert visitor.cookies["sid"] != old
    assert await count("sessions") == 1
    visitor.cookies.set("sid", old)
    assert not await is_staff(visitor)


@pytest.mark.parametrize(
    ("withdraw", "restore", "hsa_id"),
    [
        (withdraw_assignment, restore_assignment, DISA.assignment.lower()),
        (withdraw_employee, restore_employee, DISA.employee_hsa_id),
    ],
)
async def test_rights_withdrawn_count_at_the_next_request(
    withdraw, restore, hsa_id, visitor, staff_fake, now
):
    """ASVS 8.3.2, 7.4.2."""
    await signs_in(visitor, staff_fake)
    assert await is_staff(visitor)
    await withdraw(hsa_id, now=now)

    assert not await is_staff(visitor)
    response = await signs_in(visitor, staff_fake)
    assert response.status_code == 409
    assert "Ditt uppdrag är indraget" in response.text
    assert [row.object_id for row in await denials()] == ["sign-in.assignment-withdrawn"]

    await restore(hsa_id, now=now)
    assert not await is_staff(visitor), "what was ended stays so"
    await signs_in(visitor, staff_fake)
    assert await is_staff(visitor)


async def test_another_assignment_of_theirs_is_not_withdrawn(visitor, several, granas, now):
    await withdraw_assignment(KNEE["commissionHsaId"], now=now)
    await signs_in(visitor, several(*BOTH))

    assert "Vårdcentralen Granås" in (await visitor.get("/personal/kallelser")).text


async def test_a_sign_in_and_a_withdrawal_at_once_leave_nobody_inside(visitor, staff_fake, now):
    """Whichever is first: the next request asks."""
    for _ in range(3):
        back = staff_fake.back(await begins(visitor), DISA)
        await asyncio.gather(visitor.get(back), withdraw_assignment(DISA.assignment, now=now))
        assert not await is_staff(visitor)
        await restore_assignment(DISA.assignment, now=now)


async def test_a_purpose_that_the_operator_takes_out_counts_at_the_next_request(
    visitor, staff_fake, staff_switched
):
    allowing = replace(staff_fake.provider, purposes=frozenset({"Administration"}))
    staff_switched.provider = allowing
    staff_fake.told = {"commissionPurpose": "Administration"}
    await signs_in(visitor, staff_fake)
    assert await is_staff(visitor)
    staff_switched.provider = staff_fake.provider

    assert not await is_staff(visitor)
    page = await visitor.get("/personal/logga-in")
    assert page.status_code == 200, "not sent round in circles"
    staff_switched.provider = allowing
    assert not await is_staff(visitor), "the session is over"


async def test_a_clinic_that_becomes_another_care_providers_counts_at_the_next_request(
    visitor, staff_fake, knee_clinic, now
):
    await signs_in(visitor, staff_fake)
    await name_in_hsa(knee_clinic.provider_id, hsa_id="SE5560000001-0001", now=now)

    assert not await is_staff(visitor)


async def test_signing_out_of_what_no_longer_opens_is_audited_all_the_same(
    visitor, staff_fake, knee_clinic, now
):
    await signs_in(visitor, staff_fake)
    page = await visitor.get("/personal/kallelser")
    await name_in_hsa(knee_clinic.provider_id, hsa_id="SE5560000001-0001", now=now)
    await visitor.post("/personal/logga-ut", data={"_csrf": token_in(page.text)})

    assert await count("sessions") == 0
    assert [row.action for row in await audited()] == ["session.started", "session.ended"]
