"""What a care system is let in for: its scopes, its clinics, and for whom when it is an agent's."""

import re
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from litestar.types import ASGIApp

from app.audit.queries import accesses_to, denials
from app.care import actions as care
from app.care.rules import Admission, AlreadyRegistered, MandateBackwards, NoAgentMandate, OthersClinic
from app.care_api import actions
from app.care_api.actions.credentials import NothingToShow
from app.care_api.formats.example import CORRECTION
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SCOPES, SEND, STATUS, SUMMON, ScopeUnknown
from app.database import run
from app.sessions.principals import Resident
from app.settings import Settings
from app.sign_in.rules.provider import Provider
from tests import make
from tests.care_api.batches import Batches, a_row
from tests.care_api.conftest import Sender, stored
from tests.care_api.signing import a_key, ask, assertion, public
from tests.care_api.test_credentials import CONTACTS, assert_refused
from tests.care_api.test_sending import assert_problem
from tests.conftest import _staff_browser
from tests.make import Browser, Clock

KEY = a_key()
SECOND = "SE2321000016-ZZ02"


async def admitted(vardit: Sender, admission: Admission, clock: Clock) -> str:
    """The client id of an approved care system of VårdIT's provider, which signs with KEY."""
    made = await actions.add_care_system(
        vardit.care_system.provider_id,
        name="Ny",
        contacts=CONTACTS,
        admission=admission,
        keys=[public(KEY)],
        secret=False,
        now=clock(),
    )
    await actions.approve(made.client_id, clock())
    return made.client_id


async def calls(vardit: Sender, client_id: str, clock: Clock) -> Sender:
    """With a token that it has got itself."""
    answer = await ask(vardit.client, assertion(KEY, client_id, now=clock()))
    assert answer.status_code == 200, answer.text
    return vardit._replace(token=answer.json()["access_token"], client_id=client_id)


async def test_a_care_system_gets_the_scopes_it_is_registered_for_and_no_other(
    vardit: Sender, tokens: Tokens, clock: Clock
) -> None:
    client_id = await admitted(vardit, Admission(scopes=(SEND, STATUS)), clock)

    all_of_them = await ask(vardit.client, assertion(KEY, client_id, now=clock()))
    one = await ask(vardit.client, assertion(KEY, client_id, now=clock()), scope=SEND)
    more = await ask(vardit.client, assertion(KEY, client_id, now=clock()), scope=f"{SEND} {SUMMON}")

    assert all_of_them.json()["scope"] == f"{SEND} {STATUS}"
    assert tokens.read(one.json()["access_token"], now=clock()).scopes == {SEND}
    assert_refused(more, 400, "invalid_scope")


async def test_a_scope_that_is_taken_back_counts_at_the_next_request(vardit: Sender, clock: Clock) -> None:
    assert (await vardit.send()).status_code == 201

    await run("UPDATE care_systems SET scopes = {} WHERE client_id = {}", STATUS, vardit.client_id)

    assert_problem(await vardit.send(), 403, "token.scope-missing")
    assert (await vardit.get("changes")).status_code == 200


@pytest.mark.parametrize("scopes", [(), ("everything",), (SEND, "messages:read")])
async def test_only_scopes_that_there_are_can_be_registered(
    vardit: Sender, clock: Clock, scopes: tuple[str, ...]
) -> None:
    with pytest.raises(ScopeUnknown):
        await admitted(vardit, Admission(scopes=scopes), clock)


async def test_whoever_has_neither_key_nor_secret_is_not_registered(vardit: Sender, clock: Clock) -> None:
    with pytest.raises(NothingToShow):
        await actions.add_care_system(
            vardit.care_system.provider_id, name="Ny", contacts=CONTACTS, secret=False, now=clock()
        )


@pytest.fixture
async def second_clinic(vardit: Sender, clock: Clock) -> str:
    """Another clinic of VårdIT's own provider; its HSA-id."""
    await care.open_clinic(
        vardit.care_system.provider_id,
        hsa_id=SECOND,
        name="Höftkliniken",
        region_code="01",
        address="Storgatan 2",
        phone="08-123 45 68",
        hours="vardagar 8–16",
        now=clock(),
    )
    return SECOND


async def test_a_care_system_may_speak_for_some_of_its_providers_clinics_only(
    vardit: Sender, second_clinic: str, slots: list[str], clock: Clock
) -> None:
    """What another clinic has sent, offered or been answered does not exist for it."""
    knees = (await vardit.send()).json()
    called = (await vardit.summon(slot_id=slots[0])).json()
    hips = await calls(
        vardit, await admitted(vardit, Admission(clinics=(second_clinic.lower(),)), clock), clock
    )

    assert (await hips.send(clinic=second_clinic)).status_code == 201
    before = await stored()
    assert_problem(await hips.send(), 404, "clinic.not-yours", "/clinic")
    assert_problem(await hips.summon(), 404, "clinic.not-yours", "/clinic")
    assert_problem(await hips.describe(), 404, "clinic.not-yours", "/clinic")
    assert_problem(await hips.publish(), 404, "clinic.not-yours", "/clinic")
    assert_problem(await hips.get(f"slots?clinic={make.HSA_ID}"), 404, "clinic.not-yours", "/clinic")
    assert_problem(await hips.get(f"time-types?clinic={make.HSA_ID}"), 404, "clinic.not-yours", "/clinic")
    assert_problem(await hips.status(knees["id"]), 404, "message.unknown")
    assert_problem(await hips.get(f"threads/{knees['thread_id']}"), 404, "thread.unknown")
    assert_problem(await hips.get(f"summonses/{called['id']}"), 404, "summons.unknown")
    assert_problem(await hips.withdraw(slots[1]), 404, "slot.unknown")
    assert await stored() == before
    assert [row.care_unit for row in await denials()] == [make.HSA_ID] * 10


async def test_a_batch_is_its_senders_and_theirs_who_speak_for_every_clinic(
    vardit: Sender, second_clinic: str, clock: Clock
) -> None:
    here, beside, elsewhere = [
        await calls(vardit, await admitted(vardit, Admission(clinics=clinics), clock), clock)
        for clinics in ((make.HSA_ID,), (make.HSA_ID,), (second_clinic,))
    ]
    batch = (await Batches(here, clock).done([a_row()])).standing["id"]

    for path in ("", "/result"):
        assert (await vardit.get(f"batches/{batch}{path}")).status_code == 200
        for reader in (beside, elsewhere):
            assert_problem(await reader.get(f"batches/{batch}{path}"), 404, "batch.unknown")
    assert len(await denials()) == 4


async def test_only_its_own_providers_clinics_can_be_registered(
    vardit: Sender, grannen: Sender, clock: Clock
) -> None:
    with pytest.raises(OthersClinic):
        await admitted(vardit, Admission(clinics=(make.HSA_ID, make.OTHER_HSA_ID)), clock)


class Agency(NamedTuple):
    """An agent with a mandate, and its care system at work."""

    id: UUID
    client_id: str
    provider_id: UUID
    sender: Sender


@pytest.fixture
async def agency(vardit: Sender, clock: Clock) -> Agency:
    provider_id = vardit.care_system.provider_id
    id = await care.register_agent("Utskick AB", organisation_number="559999-0032", now=clock())
    await care.give_mandate(
        id, provider_id=provider_id, reference="Dnr 2026-17", begins_at=clock(), ends_at=None, now=clock()
    )
    client_id = await admitted(vardit, Admission(agent_id=id), clock)
    return Agency(id, client_id, provider_id, await calls(vardit, client_id, clock))


async def test_an_agent_sends_for_the_provider_and_the_resident_sees_both(
    agency: Agency, vardit: Sender, anna: Browser
) -> None:
    sent = (await agency.sender.send()).json()
    own = (await vardit.send()).json()

    by_agent = (await anna.get(f"/inkorg/{sent['thread_id']}")).text
    by_provider = (await anna.get(f"/inkorg/{own['thread_id']}")).text

    told = re.sub(r"<[^>]+>", "", by_agent)
    assert "Skickat av Utskick AB på uppdrag av Region Exempel" in told
    assert "Utskick" not in by_provider
    assert "på uppdrag av" not in by_provider


async def test_the_resident_sees_who_corrected_withdrew_and_moved_for_the_provider(
    agency: Agency, vardit: Sender, anna: Browser, slots: list[str]
) -> None:
    """Whoever sent it: what an agent does with what is the provider's own is told as the agent's."""

    async def page(thread_id: str) -> str:
        html = (await anna.get(f"/inkorg/{thread_id}")).text
        return " ".join(re.sub(r"<[^>]+>", " ", html).split())

    by_agent = "Utskick AB på uppdrag av Region Exempel"
    corrected, withdrawn, mine = [(await vardit.send()).json() for _ in range(3)]
    called = (await vardit.summon(slot_id=slots[0])).json()
    await agency.sender.post(f"messages/{corrected['id']}/correction", CORRECTION)
    await agency.sender.post(f"messages/{withdrawn['id']}/withdrawal", {"reason": "Fel mottagare."})
    await vardit.post(f"messages/{mine['id']}/correction", CORRECTION)
    move = {"sequence": 0, "slot_id": slots[1], "keep_old_slot": True}
    moved = await agency.sender.post(f"appointments/{called['appointment_id']}/rebooking", move)

    assert moved.status_code == 200
    assert f"Det gjordes av {by_agent} ." in await page(corrected["thread_id"])
    assert f"Det gjordes av {by_agent} ." in await page(withdrawn["thread_id"])
    assert "Utskick" not in await page(mine["thread_id"])
    assert f"Skickat av {by_agent}" in await page(called["thread_id"])


async def test_statuses_changes_and_the_audit_say_that_an_agent_sent_it(
    agency: Agency, vardit: Sender, anna_here: Resident
) -> None:
    sent = (await agency.sender.send()).json()
    own = (await vardit.send()).json()

    assert (await vardit.status(sent["id"])).json()["agent"] == "Utskick AB"
    assert (await vardit.status(own["id"])).json()["agent"] is None
    await agency.sender.status(sent["id"])
    rows = [row for row in await accesses_to(anna_here.id) if row.object_id == sent["id"]]
    assert {(row.action, row.actor_kind) for row in rows} == {
        ("message.delivered", "agent"),
        ("message.status-read", "agent"),
        ("message.status-read", "care-system"),
    }


async def test_clinics_staff_see_who_sent_a_summons_for_the_provider(
    agency: Agency,
    vardit: Sender,
    slots: list[str],
    app: ASGIApp,
    settings: Settings,
    staff_provider: Provider,
    clock: Clock,
) -> None:
    sent = (await agency.sender.summon(slot_id=slots[0])).json()
    own = (await vardit.summon(slot_id=slots[1])).json()

    async with _staff_browser(app, make.DISA, clock(), settings, staff_provider) as disa:
        by_agent, by_provider = [
            re.sub(r"<[^>]+>", "", (await disa.get(f"/personal/kallelser/{id}")).text)
            for id in (sent["id"], own["id"])
        ]

    assert "Utskick AB, på vårdgivarens uppdrag" in by_agent
    assert "en agent på vårdgivarens uppdrag" in by_agent
    assert "uppdrag" not in by_provider.replace("Uppdrag:", "")


async def test_an_agent_may_what_the_provider_has_given_a_mandate_for_and_only_then(
    vardit: Sender, clock: Clock
) -> None:
    """From the instant it begins until the one it ends."""
    provider_id = vardit.care_system.provider_id
    id = await care.register_agent("Utskick AB", organisation_number="5599990032", now=clock())
    client_id = await admitted(vardit, Admission(agent_id=id), clock)

    async def asked() -> int:
        return (await ask(vardit.client, assertion(KEY, client_id, now=clock()))).status_code

    assert_refused(
        await ask(vardit.client, assertion(KEY, client_id, now=clock())), 400, "unauthorized_client"
    )
    begins = clock() + timedelta(hours=1)
    await care.give_mandate(
        id,
        provider_id=provider_id,
        reference="Dnr 2026-17",
        begins_at=begins,
        ends_at=begins + timedelta(hours=1),
        now=clock(),
    )
    met = []
    for at in (-1, 0, 3599, 3600):
        clock.now = begins + timedelta(seconds=at)
        met.append(await asked())
    assert met == [400, 200, 200, 400]


async def test_a_provider_ends_the_mandate_at_once(agency: Agency, clock: Clock) -> None:
    """Tokens stop at the next request; so do new ones."""
    assert (await agency.sender.send()).status_code == 201

    await care.end_mandate(agency.id, provider_id=agency.provider_id, now=clock())

    assert_problem(await agency.sender.send(), 403, "agent.no-mandate")
    assert_problem(await agency.sender.get("changes"), 403, "agent.no-mandate")
    refused = await ask(agency.sender.client, assertion(KEY, agency.client_id, now=clock()))
    assert_refused(refused, 400, "unauthorized_client")
    with pytest.raises(NoAgentMandate):
        await care.end_mandate(agency.id, provider_id=agency.provider_id, now=clock())


async def test_one_providers_mandate_is_nothing_to_another(
    agency: Agency, grannen: Sender, clock: Clock
) -> None:
    made = await actions.add_care_system(
        grannen.care_system.provider_id,
        name="Utskick för grannen",
        contacts=CONTACTS,
        admission=Admission(agent_id=agency.id),
        keys=[public(KEY)],
        now=clock(),
    )
    await actions.approve(made.client_id, clock())

    refused = await ask(grannen.client, assertion(KEY, made.client_id, now=clock()))

    assert_refused(refused, 400, "unauthorized_client")
    assert_problem(
        await agency.sender.send(clinic=make.OTHER_HSA_ID), 404, "clinic.other-provider", "/clinic"
    )


async def test_a_mandate_goes_forwards_and_an_agent_is_registered_once(agency: Agency, clock: Clock) -> None:
    with pytest.raises(MandateBackwards):
        await care.give_mandate(
            agency.id,
            provider_id=agency.provider_id,
            reference="",
            begins_at=clock(),
            ends_at=clock(),
            now=clock(),
        )
    with pytest.raises(AlreadyRegistered):
        await care.register_agent("Utskick AB", organisation_number="5599990032", now=clock())


def test_there_are_scopes_for_each_thing() -> None:
    assert {scope.partition(":")[0] for scope in SCOPES} == {
        "messages",
        "slots",
        "summonses",
        "callbacks",
        "reachability",
    }
