"""A care system may ask so much and no more, is told so with every answer, and never at another's cost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from litestar.types import ASGIApp

from app.care_api.gateways.credentials import Secrets
from app.limits.actions import Limiter, set_limit
from app.limits.rules import AT_ONCE, READS, SENDS
from tests import make
from tests.care_api.conftest import NOTHING, Sender, stored
from tests.conftest import BASE_URL
from tests.make import Clock


@pytest.fixture
async def client(db: None, app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """The product with few permits."""
    gate = cast(Any, app).app.state.gate
    cast(Any, app).app.state.gate = replace(
        gate, limiter=Limiter({"sends": 3, "reads": 4, "at-once": 2, "tokens": 2, "reachability": 3})
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=cast(Any, app)), base_url=BASE_URL) as one:
        yield one
    cast(Any, app).app.state.gate = gate


def fields(answer: httpx.Response) -> tuple[str, str]:
    return answer.headers["ratelimit-policy"], answer.headers["ratelimit"]


async def test_every_answer_says_how_much_is_left(vardit: Sender, clock: Clock) -> None:
    clock.turn(seconds=3.5)
    sent = await vardit.send()
    refused = await vardit.send(purpose=None)
    read = await vardit.status(sent.json()["id"])
    missing = await vardit.status(str(uuid4()))

    assert [each.status_code for each in (sent, refused, read, missing)] == [201, 422, 200, 404]
    at_once = '"at-once";q=2;qu="concurrent-requests"'
    assert fields(sent) == (f'"sends";q=3;w=10, {at_once}', '"sends";r=2;t=7')
    assert fields(refused) == (f'"sends";q=3;w=10, {at_once}', '"sends";r=1;t=7')
    assert fields(read) == (f'"reads";q=4;w=10, {at_once}', '"reads";r=3;t=7')
    assert fields(missing) == (f'"reads";q=4;w=10, {at_once}', '"reads";r=2;t=7')


async def test_one_more_is_refused_until_the_window_has_passed(vardit: Sender, clock: Clock) -> None:
    sent = [await vardit.send() for _ in range(4)]
    refused = sent[3]

    assert [each.status_code for each in sent] == [201, 201, 201, 429]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json() == {
        "type": f"{BASE_URL}/utvecklare/problem/limit.exceeded",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "No more than 3 in 10 seconds (sends) are accepted. Wait 10 seconds and send the same"
        " again, with the same Idempotency-Key if it has one.",
        "code": "limit.exceeded",
        "violated-policies": ["sends"],
    }
    assert refused.headers["retry-after"] == "10"
    assert fields(refused)[1] == '"sends";r=0;t=10'
    assert (await stored()).messages == 3
    assert "strict-transport-security" in refused.headers

    clock.turn(seconds=int(refused.headers["retry-after"]))
    assert (await vardit.send()).status_code == 201


async def test_a_refused_letter_goes_with_its_key_when_there_is_more(vardit: Sender, clock: Clock) -> None:
    key = f'"{uuid4()}"'
    for _ in range(3):
        await vardit.send()
    assert (await vardit.send(key=key)).status_code == 429
    clock.turn(seconds=10)

    first, again = await vardit.send(key=key), await vardit.send(key=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content


async def test_reads_and_sends_are_counted_apart_and_so_are_care_systems(
    vardit: Sender, grannen: Sender
) -> None:
    for _ in range(4):
        await vardit.send()

    assert (await vardit.get("changes")).status_code == 200
    assert (await grannen.get("changes")).status_code == 200
    assert (await grannen.send()).status_code != 429


async def test_no_row_and_no_octet_of_the_body_is_read_for_a_refusal(vardit: Sender) -> None:
    for _ in range(3):
        await vardit.send()
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"{}"

    refused = await vardit.client.post(
        "/api/v1/messages", content=body(), headers={"authorization": f"Bearer {vardit.token}"}
    )

    # The test's transport asks the generator for nothing that the application does not ask for.
    assert (refused.status_code, read) == (429, 0)


async def test_more_at_once_than_allowed_are_refused_and_the_others_go_through(
    vardit: Sender, grannen: Sender
) -> None:
    several = [vardit.status(str(uuid4())) for _ in range(4)]
    other = grannen.status(str(uuid4()))
    answers = await asyncio.gather(*several, other)

    assert [each.status_code for each in answers] == [404, 404, 429, 429, 404]
    refused = answers[3]
    assert (refused.json()["code"], refused.json()["violated-policies"]) == ("limit.at-once", ["at-once"])
    assert refused.headers["retry-after"] == "1"
    assert fields(refused) == ('"at-once";q=2;qu="concurrent-requests"', '"at-once";r=0;t=1')
    # What was refused has used up nothing, and what has ended makes room.
    assert (await vardit.status(str(uuid4()))).headers["ratelimit"] == '"reads";r=1;t=10'


async def test_a_limit_of_ones_own(vardit: Sender, clock: Clock) -> None:
    subject = str(vardit.care_system.id)
    await set_limit(SENDS, subject, 1, now=clock())
    await set_limit(READS, subject, 9, now=clock())
    await set_limit(AT_ONCE, subject, 5, now=clock())

    sent = await vardit.send()

    assert fields(sent) == ('"sends";q=1;w=10, "at-once";q=5;qu="concurrent-requests"', '"sends";r=0;t=10')
    assert (await vardit.send()).status_code == 429
    assert (await vardit.get("changes")).headers["ratelimit"] == '"reads";r=8;t=10'


@pytest.mark.parametrize("authorization", ["", "Bearer x", "Basic eA=="])
async def test_whoever_has_no_token_is_told_nothing_of_limits(
    client: httpx.AsyncClient, db: None, authorization: str
) -> None:
    answer = await client.get("/api/v1/changes", headers={"authorization": authorization})

    assert answer.status_code == 401
    assert "ratelimit" not in answer.headers


async def test_nothing_is_stored_for_what_is_refused(vardit: Sender, clock: Clock) -> None:
    await set_limit(SENDS, str(vardit.care_system.id), 1, now=clock())
    await vardit.get("changes")
    await vardit.send(clinic="")
    before = await stored()
    await vardit.send()

    assert before == await stored() == NOTHING


async def test_tokens_are_counted_for_each_client_before_a_secret_is_checked(
    client: httpx.AsyncClient, vardit: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = 0

    async def matches(self: Secrets, secret: str, *, current: str | None, previous: str | None) -> bool:
        nonlocal checked
        checked += 1
        return False

    monkeypatch.setattr(Secrets, "matches", matches)
    form = {"grant_type": "client_credentials"}

    async def asks(client_id: str) -> httpx.Response:
        return await client.post("/api/v1/oauth/token", data=form, auth=(client_id, "wrong"))

    first, second, third = [await asks("one-client") for _ in range(3)]

    assert [each.status_code for each in (first, second, third)] == [401, 401, 429]
    assert fields(first) == ('"tokens";q=2;w=60', '"tokens";r=1;t=60')
    assert (third.json()["code"], third.json()["violated-policies"]) == ("limit.exceeded", ["tokens"])
    assert (third.headers["retry-after"], fields(third)[1]) == ("60", '"tokens";r=0;t=60')
    assert checked == 2
    assert (await asks("another-client")).status_code == 401


async def test_numbers_asked_for_are_counted_each(vardit: Sender) -> None:
    asked = {"clinic": make.HSA_ID, "recipients": [make.ANNA.number, make.BO.number]}

    first, second = await vardit.post("reachability", asked), await vardit.post("reachability", asked)

    assert (first.status_code, second.status_code) == (200, 429)
    policies, limits = fields(first)
    assert '"reachability";q=3;w=60;larkpost-unit="numbers"' in policies
    assert limits == '"sends";r=2;t=10, "reachability";r=1;t=60'
    assert second.json()["violated-policies"] == ["reachability"]
    assert second.headers["retry-after"] == "60"
    one = {**asked, "recipients": [make.BO.number]}
    assert (await vardit.post("reachability", one)).headers["ratelimit"].endswith('"reachability";r=0;t=60')


async def test_a_request_that_comes_early_waits_its_turn_and_is_answered(
    vardit: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("app.care_api.routes.door.asyncio.sleep", sleep)
    monkeypatch.setattr("app.limits.actions.limiter.pace", lambda *_: (1.0, 1.0))
    answers = [await vardit.send() for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert waited == pytest.approx([1.0], abs=0.9)
