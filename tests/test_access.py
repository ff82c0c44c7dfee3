"""Who may ask for what: every address with each kind of asker (ASVS 8.2.1, 8.2.2, security.md B4).

The list of addresses is `test_architecture.ADDRESSES`, which the build holds to the routes. One with an
id in it is asked for with something of Anna's, sent by the VårdIT of Knäkliniken.
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
from litestar.types import ASGIApp

from app.audit.queries import denials
from app.callbacks.actions import ask_test, set_endpoint
from app.care.queries import Clinic, clinic_by_hsa
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SCOPES
from app.database import rows
from app.vault.keys import KeyRing
from tests import make
from tests.attachments.files import an_image
from tests.conftest import BASE_URL
from tests.make import Browser, StaffBrowser, Ward
from tests.test_architecture import ADDRESSES

IN, ELSEWHERE, STAFF_DOOR = "let in", "to the residents' sign-in", "to the staff's sign-in"
MISSING, NO_TOKEN = "does not exist", "needs a token"
GUARDED = sorted(address for address, audience in ADDRESSES.items() if audience != "anyone")
ID = re.compile(r"\{(\w+)\}")
WHERE_WORK_IS_DONE = (
    "appointment_events",
    "slots",
    "summonses",
    "messages",
    "replies",
    "events",
    "callback_endpoints",
)

# For each audience what each asker meets: at an address of their own kind, and at one with Anna's id in it.
MEETS = {
    "resident": {
        "anna": (IN, IN),
        "bo": (IN, MISSING),
        "disa": (ELSEWHERE, ELSEWHERE),
        "emil": (ELSEWHERE, ELSEWHERE),
        "vardit": (ELSEWHERE, ELSEWHERE),
        "grannen": (ELSEWHERE, ELSEWHERE),
        "nobody": (ELSEWHERE, ELSEWHERE),
    },
    "clinician": {
        "anna": (STAFF_DOOR, STAFF_DOOR),
        "bo": (STAFF_DOOR, STAFF_DOOR),
        "disa": (IN, IN),
        "emil": (IN, MISSING),
        "vardit": (STAFF_DOOR, STAFF_DOOR),
        "grannen": (STAFF_DOOR, STAFF_DOOR),
        "nobody": (STAFF_DOOR, STAFF_DOOR),
    },
    "care system": {
        "anna": (NO_TOKEN, NO_TOKEN),
        "bo": (NO_TOKEN, NO_TOKEN),
        "disa": (NO_TOKEN, NO_TOKEN),
        "emil": (NO_TOKEN, NO_TOKEN),
        "vardit": (IN, IN),
        "grannen": (IN, MISSING),
        "nobody": (NO_TOKEN, NO_TOKEN),
    },
}


@dataclass
class Asker:
    client: httpx.AsyncClient
    bearer: str = ""

    async def asks(self, method: str, path: str) -> httpx.Response:
        headers = {"authorization": f"Bearer {self.bearer}"} if self.bearer else {}
        if path.startswith("/api/"):
            headers |= {"idempotency-key": f'"{uuid4()}"', "content-type": "application/json"}
            body = json.dumps(_body(path)).encode()
            return await self.client.request(method, path, headers=headers, content=body)
        if method == "GET":
            return await self.client.get(path, headers=headers)
        page = await self.client.get("/synpunkter")
        form = {"_csrf": make.token_in(page.text), "sett": "an old page"}
        return await self.client.request(method, path, headers=headers, data=form)


# Whole enough that who asks is what decides, not what is asked.
BODIES: dict[str, dict[str, Any]] = {
    "booking": {"starts_at": "2027-01-11T09:00:00Z", "ends_at": "2027-01-11T09:30:00Z"},
    "withdrawal": {"reason": "Det var till någon annan."},
    "correction": {
        "subject": "Ny tid", "body": {"format": "plain", "text": "Vi ses på onsdag."},
        "purpose": "Du har en tid hos oss.", "use_of_answers": "Du behöver inte svara.",
        "contact": {"phone": "08-123 45 67"},
    },
    "cancellation": {"appointment_id": str(uuid4()), "sequence": 7, "keep_slot": True},
    "rebooking": {
        "appointment_id": str(uuid4()), "sequence": 7, "slot_id": str(uuid4()), "keep_old_slot": True,
    },
}  # fmt: skip


def _body(path: str) -> dict[str, Any]:
    """An appointment's address says which one it is."""
    whole = BODIES.get(path.rpartition("/")[2], {})
    said = ("appointment_id",) if "/appointments/" in path else ()
    return {name: value for name, value in whole.items() if name not in said}


class Stage(NamedTuple):
    askers: dict[str, Asker]
    ids: dict[str, str]


@pytest.fixture
async def stage(
    app: ASGIApp,
    anna: Browser,
    bo: Browser,
    disa: StaffBrowser,
    other_clinician: StaffBrowser,
    knee_clinic: Clinic,
    keyring: KeyRing,
    now: datetime,
) -> AsyncIterator[Stage]:
    ward = await make.a_ward(knee_clinic, now=now)
    other = await clinic_by_hsa(make.OTHER_HSA_ID)
    grannen = await make.a_care_system(other, now=now, client_id="grannen")
    tokens = Tokens(keyring.api_tokens, base_url=BASE_URL)
    scopes = frozenset(SCOPES)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with (
        httpx.AsyncClient(transport=transport, base_url=BASE_URL) as nobody,
        httpx.AsyncClient(transport=transport, base_url=BASE_URL) as system,
        httpx.AsyncClient(transport=transport, base_url=BASE_URL) as other_system,
    ):
        yield Stage(
            {
                "grannen": Asker(other_system, tokens.issue("grannen", grannen.id, scopes=scopes, now=now)),
                "nobody": Asker(nobody),
                "emil": Asker(other_clinician.client),
                "bo": Asker(bo.client),
                "disa": Asker(disa.client),
                "vardit": Asker(system, tokens.issue("vardit", ward.care_system.id, scopes=scopes, now=now)),
                "anna": Asker(anna.client),
            },
            await _annas(ward, anna, now),
        )


async def _annas(ward: Ward, anna: Browser, now: datetime) -> dict[str, str]:
    """The things of hers that addresses name."""
    visits = await make.a_time_type(ward, now=now)
    starts = [now + timedelta(days=7 + number) for number in range(2)]
    slot_id, free_id = await make.some_slots(ward, visits, *starts, now=now)
    file = await make.an_attachment(ward, an_image("PNG"), now=now)
    sent = await make.a_summons(ward, anna.resident, visits, now=now, slot_id=slot_id, attachments=(file,))
    await anna.get(f"/inkorg/{sent.thread_id}")
    await set_endpoint("http://127.0.0.1:9/", care_system=ward.care_system, loopback=True, now=now)
    return {
        "thread_id": str(sent.thread_id),
        "message_id": str(sent.message_id),
        "summons_id": str(sent.id),
        "slot_id": str(free_id),
        "attachment_id": str(file.id),
        "appointment_id": str(sent.appointment_id),
        "test_id": str(await ask_test(care_system=ward.care_system, now=now)),
        "batch_id": str(await make.a_batch(ward, [b"{}"], now=now)),
        "name": f"{sent.appointment_id}.ics",
    }


@pytest.mark.parametrize("address", GUARDED)
async def test_each_asker_meets_what_the_list_says(stage: Stage, address: str) -> None:
    method, _, pattern = address.partition(" ")
    path = ID.sub(lambda name: stage.ids[name[1]], pattern)
    has_id = path != pattern
    met = {}
    for name, asker in stage.askers.items():
        before = await _done()
        met[name] = outcome(await asker.asks(method, path))
        if met[name] != IN:
            assert await _done() == before, f"{name} changed something"

    assert met == {name: met_at[has_id] for name, met_at in MEETS[ADDRESSES[address]].items()}


@pytest.mark.parametrize("address", [each for each in GUARDED if ID.search(each)])
async def test_who_is_told_that_it_does_not_exist_is_written_down(stage: Stage, address: str) -> None:
    method, _, pattern = address.partition(" ")
    path = ID.sub(lambda name: stage.ids[name[1]], pattern)
    strangers = [name for name, met in MEETS[ADDRESSES[address]].items() if met[1] == MISSING]

    for name in strangers:
        await stage.askers[name].asks(method, path)

    assert len(await denials()) == len(strangers) == 1


def outcome(answer: httpx.Response) -> str:
    """A rule that refuses somebody who was let in has let them in."""
    location = answer.headers.get("location", "")
    if location.startswith("/personal/logga-in"):
        return STAFF_DOOR
    if location.startswith("/logga-in"):
        return ELSEWHERE
    named = {401: NO_TOKEN, 403: "forbidden", 404: MISSING}
    if answer.status_code in named and not _is_ours_to_name(answer):
        return named[answer.status_code]
    return IN if answer.status_code < 500 else f"{answer.status_code}"


def _is_ours_to_name(answer: httpx.Response) -> bool:
    """Of one's own that one has not set: there is no callback yet."""
    return answer.status_code == 404 and '"code":"callback.unset"' in answer.text


class _Count(NamedTuple):
    number: int


async def _done() -> list[int]:
    counted = [
        await rows(_Count, f"SELECT count(*) AS number FROM {table}")  # noqa: S608 - our own names
        for table in WHERE_WORK_IS_DONE
    ]
    return [found[0].number for found in counted]
