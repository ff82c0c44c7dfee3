"""Staff sign in with the same checks as residents, and with an assignment that opens a clinic here."""

import json
from dataclasses import replace
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app import vault
from app.audit.queries import denials
from app.care.actions import name_in_hsa
from app.database import rows
from app.main import create_app
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import Providers
from app.sign_in.queries import clinician_place
from app.sign_in.rules.provider import LOA3
from app.sign_in.rules.staff import is_for_care
from tests.make import DISA, EMIL, HSA_ID, another_clinic, token_in
from tests.sign_in.fake import LEFT_OUT, key_of, new_key, subject

SWEDISH = {"Accept-Language": "sv"}
DOOR = "/personal/logga-in"
BACK = "/personal/logga-in/tjanst/retur"

pytestmark = pytest.mark.usefixtures("knee_clinic")


class Audited(NamedTuple):
    action: str
    actor_kind: str
    actor_id: object
    assignment: str | None
    care_unit: str | None
    object_id: str | None


class StoredClinician(NamedTuple):
    id: object
    issuer: str
    subject: str
    employee_hsa_id: str
    key_wrapped: bytes
    name_sealed: bytes
    last_used_at: object


class Number(NamedTuple):
    of_rows: int


async def begins(browser, till="/personal"):
    page = await browser.get(DOOR, params={"till": till}, headers=SWEDISH)
    form = {"_csrf": token_in(page.text), "till": till}
    response = await browser.post(f"{DOOR}/tjanst", data=form, headers=SWEDISH)
    assert response.status_code == 303
    return response.headers["location"]


async def signs_in(browser, fake, staff=DISA, **how):
    return await browser.get(fake.back(await begins(browser), staff, **how), headers=SWEDISH)


async def is_staff(browser):
    return (await browser.get("/personal/kallelser")).status_code == 200


async def audited():
    return await rows(
        Audited,
        "SELECT action, actor_kind, actor_id, assignment, care_unit, object_id FROM audit"
        " WHERE actor_kind = 'clinician' ORDER BY id",
    )


async def clinicians():
    return await rows(
        StoredClinician,
        "SELECT id, issuer, subject, employee_hsa_id, key_wrapped, name_sealed, last_used_at FROM clinicians",
    )


async def test_the_page_says_what_happens_before_it_happens(visitor):
    page = await visitor.get(DOOR, headers=SWEDISH)

    assert page.status_code == 200
    for said in ("Logga in som personal", "tjänstelegitimation", "medarbetaruppdrag", "30 minuter", "tel:"):
        assert said in page.text
    assert f'action="{DOOR}/tjanst"' in page.text
    assert "form-action 'self' http://127.0.0.1:8001;" in page.headers["content-security-policy"]


async def test_staff_are_asked_for_what_inera_gives_and_nothing_of_a_resident(visitor):
    """domain.md 3.4; `organizationHsaId` beside `commissionHsaId` makes the real sign-in fail (R11)."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(await begins(visitor)).query).items()}
    claims = json.loads(asked["claims"])

    assert (asked["scope"], asked["client_id"]) == ("openid", "larkpost-staff-test")
    assert asked["redirect_uri"] == f"http://127.0.0.1:8000{BACK}"
    assert claims["id_token"] == {"acr": {"essential": True, "values": [LOA3]}}
    assert set(claims["userinfo"]) == {
        "employeeHsaId",
        "commissionHsaId",
        "commissionName",
        "commissionPurpose",
        "healthCareUnitHsaId",
        "healthCareUnitName",
        "healthCareProviderHsaId",
        "given_name",
        "family_name",
    }


async def test_a_clinician_comes_to_their_clinic(visitor, staff_fake):
    response = await signs_in(visitor, staff_fake)

    assert (response.status_code, response.headers["location"]) == (303, "/personal")
    page = await visitor.get("/personal/kallelser", headers=SWEDISH)
    for said in ("Disa Dahl", "Knäkliniken", DISA.assignment_name):
        assert said in page.text


async def test_who_as_what_and_from_where_is_audited(visitor, staff_fake):
    """HSLF-FS 2016:40 4 kap. 9 §"""
    await signs_in(visitor, staff_fake)
    page = await visitor.get("/personal/kallelser")
    await visitor.post("/personal/logga-ut", data={"_csrf": token_in(page.text)})

    [clinician] = await clinicians()
    usual = {"actor_kind": "clinician", "actor_id": clinician.id, "assignment": DISA.assignment}
    assert await audited() == [
        Audited("session.started", **usual, care_unit=HSA_ID, object_id="tjanst"),
        Audited("session.ended", **usual, care_unit=HSA_ID, object_id=None),
    ]


async def test_a_clinician_is_known_by_issuer_and_subject(visitor, staff_fake):
    """R17: another employee id, name and assignment are still the same person."""
    await signs_in(visitor, staff_fake)
    visitor.cookies.delete("sid")
    staff_fake.claims = {"sub": subject(key_of(DISA))}
    staff_fake.told = {
        "sub": subject(key_of(DISA)),
        "family_name": "Ek",
        "employeeHsaId": "SE2321000016-disa2",
    }
    await signs_in(visitor, staff_fake)

    [known] = await clinicians()
    key = vault.unwrap(known.key_wrapped, clinician_place("key_wrapped", known.id))
    name = vault.unseal(known.name_sealed, key, clinician_place("name_sealed", known.id))
    assert (known.subject, known.employee_hsa_id) == (subject(key_of(DISA)), "SE2321000016-DISA2")
    assert name.decode() == "Disa Ek"
    assert known.last_used_at == staff_fake.clock()


async def test_hsa_ids_are_compared_without_case(visitor, staff_fake):
    staff_fake.told = {"healthCareUnitHsaId": HSA_ID.lower(), "commissionHsaId": DISA.assignment.lower()}
    await signs_in(visitor, staff_fake)

    assert await is_staff(visitor)
    assert {row.assignment for row in await audited()} == {DISA.assignment}


@pytest.mark.parametrize(
    ("told", "code", "sentence"),
    [
        ({"employeeHsaId": LEFT_OUT}, "no-employee-id", "inget tjänste-id"),
        ({"employeeHsaId": "disa"}, "no-employee-id", "inget tjänste-id"),
        ({"employeeHsaId": ["SE2321000016-DISA"]}, "no-employee-id", "inget tjänste-id"),
        ({"commissionHsaId": LEFT_OUT}, "no-assignment", "inget fullständigt medarbetaruppdrag"),
        ({"commissionPurpose": LEFT_OUT}, "no-assignment", "inget fullständigt medarbetaruppdrag"),
        ({"healthCareUnitHsaId": LEFT_OUT}, "no-assignment", "inget fullständigt medarbetaruppdrag"),
        ({"healthCareProviderHsaId": LEFT_OUT}, "no-assignment", "inget fullständigt medarbetaruppdrag"),
        (
            {"commissionPurpose": "Administration"},
            "assignment-not-for-care",
            "gäller inte vård och behandling",
        ),
        ({"commissionPurpose": "vård och behandling"}, "assignment-not-for-care", "gäller inte vård"),
        ({"healthCareUnitHsaId": "SE2321000016-NONE"}, "unknown-care-unit", "inte ansluten hit"),
        ({"healthCareProviderHsaId": "SE5560000001-0001"}, "other-care-provider", "en annan vårdgivare"),
        ({"given_name": LEFT_OUT, "family_name": LEFT_OUT}, "untrusted name", "gick inte att lita på"),
    ],
)
async def test_without_an_assignment_for_care_here_nobody_comes_in(told, code, sentence, visitor, staff_fake):
    """domain.md 3.4: said in words, audited with the code, and nothing is left behind."""
    staff_fake.told = told
    response = await signs_in(visitor, staff_fake)

    assert response.status_code == 409
    assert sentence in response.text
    assert f'action="{DOOR}/tjanst"' in response.text
    assert not await is_staff(visitor)
    assert [(row.object_kind, row.object_id) for row in await denials()] == [("tjanst", f"sign-in.{code}")]
    assert await clinicians() == []
    assert await rows(Number, "SELECT count(*) FROM sessions") == [Number(0)]


async def test_an_assignment_that_is_told_in_two_ways_is_refused(visitor, staff_fake):
    staff_fake.claims = {"commissionHsaId": "SE2321000016-OTHER"}

    assert (await signs_in(visitor, staff_fake)).status_code == 409
    assert [row.object_id for row in await denials()] == ["sign-in.untrusted two assignments"]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"claims": {"nonce": "another"}}, "untrusted nonce"),
        ({"claims": {"aud": "larkpost-test"}}, "untrusted aud"),
        ({"claims": {"iss": "https://evil.example"}}, "untrusted iss"),
        ({"claims": {"auth_time": LEFT_OUT}}, "untrusted auth_time"),
        ({"claims": {"acr": "http://id.elegnamnden.se/loa/1.0/loa2"}}, "level-too-low"),
        ({"claims": {"exp": 1}}, "clocks-differ exp"),
        ({"header": {"kid": "another"}}, "untrusted kid"),
        ({"told": {"sub": "somebody else"}}, "untrusted userinfo sub"),
        ({"told": {"aud": "larkpost-test"}}, "untrusted aud"),
        ({"key": new_key("one")}, "untrusted signature"),
    ],
)
async def test_what_is_checked_of_a_resident_is_checked_of_staff(how, why, visitor, staff_fake):
    """R9, R10: the same code, seen to run at this door too."""
    vars(staff_fake).update(how)

    assert (await signs_in(visitor, staff_fake)).status_code == 409
    assert [row.object_id for row in await denials()] == [f"sign-in.{why}"]
    assert not await is_staff(visitor)


async def test_an_operator_may_let_administrative_assignments_in(visitor, staff_fake, staff_switched):
    assert not is_for_care("Administration", also=frozenset())
    staff_switched.provider = replace(staff_fake.provider, purposes=frozenset({"Administration"}))
    staff_fake.told = {"commissionPurpose": "Administration"}
    await signs_in(visitor, staff_fake)

    assert await is_staff(visitor)


async def test_a_care_provider_whose_hsa_id_is_told_is_known_by_that_alone(
    visitor, staff_fake, knee_clinic, now
):
    """A private provider's HSA-id often begins with its region's number, and a region's with its own."""
    await name_in_hsa(knee_clinic.provider_id, hsa_id="se5560000001-0001", now=now)
    assert (await signs_in(visitor, staff_fake)).status_code == 409
    staff_fake.told = {"healthCareProviderHsaId": "SE5560000001-0001"}
    await signs_in(visitor, staff_fake)

    assert await is_staff(visitor)


async def test_no_answer_for_one_door_comes_back_at_the_other(visitor, fake, staff_fake):
    """R1: mix-up between our own two clients."""
    page = await visitor.get("/logga-in")
    form = {"_csrf": token_in(page.text)}
    begun = await visitor.post("/logga-in/eid", data=form)
    answer = urlsplit(fake.back(begun.headers["location"])).query

    assert (await visitor.get(f"{BACK}?{answer}")).status_code == 409
    assert staff_fake.asked["/token"] == fake.asked["/token"] == 0
    for address in ("/logga-in/tjanst", "/personal/logga-in/eid"):
        assert (await visitor.post(address, data=form)).status_code == 404


async def test_nobody_is_led_through_one_door_to_the_others_pages(visitor, fake, staff_fake):
    for till in ("/inkorg", "/personalen", "//evil.example", "/om"):
        response = await visitor.get(staff_fake.back(await begins(visitor, till), DISA))
        assert response.headers["location"] == "/personal"
        visitor.cookies.delete("sid")
    response = await visitor.get(
        staff_fake.back(await begins(visitor, "/personal/kallelser?status=ny"), DISA)
    )
    assert response.headers["location"] == "/personal/kallelser?status=ny"

    page = await visitor.get("/logga-in", params={"till": "/personal/kallelser"})
    assert 'name="till" value="/inkorg"' in page.text


async def test_signing_in_at_one_door_ends_the_session_at_the_other(anna, visitor, staff_fake):
    """One browser is one person at a time (ASVS 7.2.4)."""
    sid = anna.client.cookies["sid"]
    visitor.cookies.set("sid", sid)
    await signs_in(visitor, staff_fake)

    assert await is_staff(visitor)
    assert (await visitor.get("/inkorg")).status_code == 303
    assert (await anna.get("/inkorg")).status_code == 303


async def test_who_is_signed_in_already_goes_on(visitor, staff_fake):
    await signs_in(visitor, staff_fake)
    response = await visitor.get(f"{DOOR}?till=/personal/kallelser")

    assert (response.status_code, response.headers["location"]) == (303, "/personal/kallelser")


async def test_signing_out_leads_back_to_the_staff_door(visitor, staff_fake):
    await signs_in(visitor, staff_fake)
    page = await visitor.get("/personal/kallelser")
    old = visitor.cookies["sid"]
    response = await visitor.post("/personal/logga-ut", data={"_csrf": token_in(page.text)})

    assert response.headers["location"] == "/personal/utloggad?med=tjanst"
    assert 'href="/personal/logga-in"' in (await visitor.get(response.headers["location"])).text
    visitor.cookies.set("sid", old)
    assert not await is_staff(visitor)
    assert await rows(Number, "SELECT count(*) FROM assignments") == [Number(0)]


async def test_two_doors_two_clinics(visitor, other_browser, staff_fake, now):
    await another_clinic(now=now)
    await signs_in(visitor, staff_fake, DISA)
    await signs_in(other_browser, staff_fake, EMIL)

    assert "Granås" not in (await visitor.get("/personal/kallelser")).text
    assert "Knäkliniken" not in (await other_browser.get("/personal/kallelser")).text


async def test_without_a_provider_for_staff_there_is_no_staff_door(db, settings, keyring, clock, provider):
    app = create_app(settings, keys=keyring, clock=clock, providers=Providers(Connection(provider)))
    transport = httpx.ASGITransport(app=cast(Any, app))
    async with httpx.AsyncClient(transport=transport, base_url=settings.base_url) as browser:
        page = await browser.get("/logga-in")
        form = {"_csrf": token_in(page.text)}
        assert (await browser.get(DOOR)).status_code == 404
        assert (await browser.post(f"{DOOR}/tjanst", data=form)).status_code == 404
        assert (await browser.get(f"{BACK}?state=x")).status_code == 404
