"""A letter is accepted now and delivered later, once, under the same ids; or its sender is told why not."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app import database
from app.attachments.actions import sweep
from app.audit.queries import denials
from app.care import actions as care
from app.care.queries import clinic_by_hsa
from app.care.rules import read_phone_hours
from app.care_api.actions.keys import Reply
from app.care_api.actions.publishing import publish
from app.care_api.actions.sending import Posted, send_each
from app.care_api.formats.example import LETTER
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.payload import Payload
from app.care_api.worker import works as care_works
from app.denials import denied
from app.inbox.actions import PUBLISH, read_thread
from app.inbox.tables import Message, ScheduledMessage
from app.outbox.tables import Job
from app.residents import actions as residents
from app.sessions.principals import Resident
from tests import make
from tests.attachments.files import a_pdf
from tests.care_api.conftest import NOTHING, Sender, Work, stored, with_new_tokens
from tests.care_api.test_sending import assert_problem
from tests.make import Browser, Clock

NEXT_MONDAY = "2026-11-30T08:00:00+01:00"
WEEK = timedelta(days=7)
SCHEDULED = ("message.scheduled", "care-system")


@pytest.fixture
def vardit(vardit: Sender, tokens: Tokens, clock: Clock) -> Sender:
    """Here time passes."""
    return with_new_tokens(vardit, tokens, clock)


async def changes(sender: Sender) -> list[tuple[str, str]]:
    told = (await sender.get("changes")).json()["changes"]
    return [(change["type"], change["data"]["actor"]) for change in told]


async def test_a_letter_waits_and_is_delivered_under_its_ids(
    vardit: Sender, anna: Browser, clock: Clock, work: Work
) -> None:
    sent = await vardit.send(publish_at=NEXT_MONDAY)
    assert sent.status_code == 201
    assert sent.json() == {
        "id": sent.json()["id"],
        "thread_id": sent.json()["thread_id"],
        "status": "scheduled",
        "accepted_at": "2026-11-23T08:30:00Z",
        "publish_at": "2026-11-30T07:00:00Z",
    }
    id, thread_id = sent.json()["id"], sent.json()["thread_id"]

    assert "Inför ditt besök" not in (await anna.get("/inkorg")).text
    assert (await anna.get(f"/inkorg/{thread_id}")).status_code == 404
    clock.turn(days=6, hours=22, minutes=29)
    await work()
    assert await Message.count() == 0

    clock.turn(minutes=1)
    await work()
    status = (await vardit.status(id)).json()
    assert (status["status"], status["delivered_at"]) == ("delivered", "2026-11-30T07:00:00Z")
    assert (status["accepted_at"], status["publish_at"]) == (
        sent.json()["accepted_at"],
        "2026-11-30T07:00:00Z",
    )
    assert (status["id"], status["thread_id"]) == (id, thread_id)
    assert await ScheduledMessage.count() == 0
    assert await changes(vardit) == [SCHEDULED, ("message.delivered", "care-system")]


async def test_what_waits_is_told_of_and_belongs_to_its_provider(vardit: Sender, grannen: Sender) -> None:
    sent = (await vardit.send(publish_at=NEXT_MONDAY)).json()

    status = (await vardit.status(sent["id"])).json()
    thread = (await vardit.get(f"threads/{sent['thread_id']}")).json()
    theirs = await grannen.status(sent["id"])

    assert {name: value for name, value in status.items() if value not in (None, False)} == sent
    assert thread == {"id": sent["thread_id"], "messages": [status]}
    assert_problem(theirs, 404, "message.unknown")
    assert (await grannen.get(f"threads/{sent['thread_id']}")).status_code == 404
    assert [row.care_unit for row in await denials()] == [make.HSA_ID, make.HSA_ID]


async def test_a_later_letter_may_continue_a_thread_that_nobody_sees_yet(
    vardit: Sender, anna: Browser, clock: Clock, work: Work
) -> None:
    first = (await vardit.send(publish_at=NEXT_MONDAY, subject="Först")).json()
    second = (await vardit.send(thread_id=first["thread_id"], subject="Sedan")).json()
    assert second["thread_id"] == first["thread_id"]
    assert "Sedan" in (await anna.get("/inkorg")).text

    clock.turn(days=7)
    await work()

    thread = (await vardit.get(f"threads/{first['thread_id']}")).json()
    assert [letter["id"] for letter in thread["messages"]] == [first["id"], second["id"]], "as accepted"
    shown = await read_thread(UUID(first["thread_id"]), resident=anna.resident, now=clock())
    assert [letter.content.subject for letter in shown.letters] == ["Sedan", "Först"], "as delivered"


async def test_someone_elses_thread_cannot_be_waited_for(vardit: Sender, grannen: Sender) -> None:
    theirs = (await grannen.send(clinic=make.OTHER_HSA_ID)).json()["thread_id"]

    refused = await vardit.send(thread_id=theirs, publish_at=NEXT_MONDAY)

    assert_problem(refused, 404, "thread.unknown", "/thread_id")
    assert await ScheduledMessage.count() == 0


async def test_the_same_key_is_the_same_letter(vardit: Sender) -> None:
    first, again = [await vardit.send(publish_at=NEXT_MONDAY, key="en") for _ in range(2)]

    assert first.content == again.content
    assert await ScheduledMessage.count() == 1
    assert_problem(await vardit.send(key="en"), 422, "idempotency.reused")


@pytest.mark.parametrize("act", [residents.lock, residents.mark_deceased])
async def test_whoever_cannot_be_reached_any_more_gets_nothing_and_the_sender_is_told(
    vardit: Sender, anna_here: Resident, clock: Clock, work: Work, act: Any
) -> None:
    sent = (await vardit.send(publish_at=NEXT_MONDAY)).json()
    await act(anna_here.id, now=clock())
    clock.turn(days=7)
    await work()
    await work()

    status = (await vardit.status(sent["id"])).json()
    assert (status["status"], status["delivered_at"]) == ("not-delivered", None)
    assert status["reason"] == (await vardit.send()).json()["code"], "as if it were sent now"
    assert status["publish_at"] == sent["publish_at"]
    assert await changes(vardit) == [SCHEDULED, ("message.not-delivered", "clock")]
    assert await Message.count() == 0
    [kept] = await ScheduledMessage.select()
    assert (kept["letter_sealed"], kept["provider_key"]) == (None, None), "what it said is destroyed"


async def test_a_care_system_that_has_lost_its_approval_delivers_nothing(
    vardit: Sender, clock: Clock, work: Work
) -> None:
    sent = (await vardit.send(publish_at=NEXT_MONDAY)).json()
    await database.run("UPDATE care_systems SET approved_at = NULL RETURNING id")
    clock.turn(days=7)
    await work()

    await database.run("UPDATE care_systems SET approved_at = {} RETURNING id", clock())
    status = (await vardit.status(sent["id"])).json()
    assert (status["status"], status["reason"]) == ("not-delivered", "care-system.not-approved")


async def test_of_two_workers_one_delivers(vardit: Sender, clock: Clock) -> None:
    id = UUID((await vardit.send(publish_at=NEXT_MONDAY)).json()["id"])
    now = clock.turn(days=7)

    await asyncio.gather(*(publish(id, now=now) for _ in range(6)))

    assert await Message.count() == 1
    assert await database.run("SELECT id FROM events WHERE kind = {}", "message.delivered") == 1
    assert await ScheduledMessage.count() == 0


async def test_a_job_that_comes_too_early_or_again_delivers_nothing(vardit: Sender, clock: Clock) -> None:
    id = (await vardit.send(publish_at=NEXT_MONDAY)).json()["id"]
    do = care_works(denied=denied)[PUBLISH].do

    await do({"message": id}, now=clock())
    assert await Message.count() == 0
    now = clock.turn(days=7)
    await do({"message": id}, now=now)
    await do({"message": id}, now=now)

    assert await Message.count() == 1


async def test_a_worker_that_was_away_delivers_what_was_due_then(
    vardit: Sender, anna_here: Resident, clock: Clock, work: Work
) -> None:
    """What the letter says of its times was right when it was accepted."""
    await vardit.send(
        publish_at=NEXT_MONDAY, due_at="2026-12-01T12:00:00Z", expires_at="2026-12-02T12:00:00Z"
    )
    clock.turn(days=30)
    await work()
    await work()

    assert await Message.count() == 1
    told = [kind for kind, _ in await changes(vardit)]
    assert told[:1] + sorted(told[1:]) == [
        "message.scheduled", "message.delivered", "message.expired", "message.unread-at-due",
    ]  # fmt: skip


@pytest.mark.parametrize("field", ["release", "replaces", "approval"])
async def test_what_has_a_time_has_fewer_fields(vardit: Sender, slots: list[str], field: str) -> None:
    asked: dict[str, Any] = {field: NEXT_MONDAY}
    refused = await vardit.summon(**asked)
    booking = await vardit.post("appointments", asked)

    assert_problem(refused, 400, "request.unknown-field", f"/{field}")
    assert_problem(booking, 400, "request.unknown-field", f"/{field}")


async def test_what_is_agreed_is_confirmed_at_once(vardit: Sender, slots: list[str]) -> None:
    booking = await vardit.post("appointments", {"publish_at": NEXT_MONDAY, "slot_id": slots[0]})

    assert_problem(booking, 422, "summons.sent-at-once", "/publish_at")


RESULT: dict[str, Any] = {"type": "test-result", "release": "while-phone-open"}


async def hours(*texts: str, clock: Clock) -> None:
    clinic = await clinic_by_hsa(make.HSA_ID)
    await care.set_phone_hours(clinic.id, read_phone_hours(texts), now=clock())


async def test_a_test_result_waits_until_the_phone_is_answered(
    vardit: Sender, anna: Browser, clock: Clock, work: Work
) -> None:
    await hours("mon-fri 10:00-12:00", clock=clock)

    sent = (await vardit.send(**RESULT)).json()
    assert (sent["status"], sent["publish_at"]) == ("scheduled", "2026-11-23T09:00:00Z")
    clock.turn(minutes=29, seconds=59)
    await work()
    assert (await vardit.status(sent["id"])).json()["status"] == "scheduled"

    clock.turn(seconds=1)
    await work()
    assert (await vardit.status(sent["id"])).json()["delivered_at"] == "2026-11-23T09:00:00Z"
    assert (await vardit.send(**RESULT)).json()["status"] == "delivered", "the phone is answered now"


async def test_the_phone_is_asked_for_after_the_time_that_was_set(vardit: Sender, clock: Clock) -> None:
    await hours("mon-fri 08:00-12:00", clock=clock)

    sent = (await vardit.send(**RESULT, publish_at="2026-11-27T14:00:00+01:00")).json()

    assert sent["publish_at"] == "2026-11-30T07:00:00Z"


async def test_new_hours_count_when_the_time_comes(vardit: Sender, clock: Clock, work: Work) -> None:
    await hours("mon-fri 10:00-12:00", clock=clock)
    sent = (await vardit.send(**RESULT)).json()
    await hours("tue 13:00-14:00", clock=clock)

    clock.turn(hours=1)
    await work()
    waiting = (await vardit.status(sent["id"])).json()
    assert (waiting["status"], waiting["publish_at"]) == ("scheduled", "2026-11-24T12:00:00Z")

    clock.turn(days=1, hours=3)
    await work()
    assert (await vardit.status(sent["id"])).json()["status"] == "delivered"


async def test_a_clinic_without_hours_is_told_so(vardit: Sender, clock: Clock, work: Work) -> None:
    assert_problem(await vardit.send(**RESULT), 422, "clinic.phone-hours-missing", "/release")
    assert await stored() == NOTHING

    await hours("tue 10:00-12:00", clock=clock)
    sent = (await vardit.send(**RESULT)).json()
    await hours(clock=clock)
    clock.turn(days=1, hours=2)
    await work()
    status = (await vardit.status(sent["id"])).json()
    assert (status["status"], status["reason"]) == ("not-delivered", "clinic.phone-hours-missing")


async def test_nothing_is_due_before_the_phone_is_answered(vardit: Sender, clock: Clock) -> None:
    await hours("tue 10:00-12:00", clock=clock)

    early = await vardit.send(**RESULT, due_at="2026-11-24T09:00:00Z")
    over = await vardit.send(**RESULT, expires_at="2026-11-24T08:59:59Z")

    assert_problem(early, 422, "message.due-before-delivery", "/due_at")
    assert_problem(over, 422, "message.expires-before-delivery", "/expires_at")
    assert (await vardit.send(**RESULT, due_at="2026-11-24T09:00:01Z")).status_code == 201


async def test_what_waits_is_written_in_the_audit(vardit: Sender, anna_here: Resident) -> None:
    await vardit.send(publish_at=NEXT_MONDAY)

    assert await database.run(
        "SELECT id FROM audit WHERE action = {} AND resident_id = {} AND care_unit = {}",
        "message.scheduled", anna_here.id, make.HSA_ID,
    ) == 1  # fmt: skip
    [job] = await Job.select().where(Job.kind == PUBLISH)
    assert json.loads(job["payload"]).keys() == {"message"}


async def test_what_waits_is_withdrawn_and_never_comes(vardit: Sender, clock: Clock, work: Work) -> None:
    sent = (await vardit.send(publish_at=NEXT_MONDAY)).json()
    reply = await vardit.post(f"messages/{sent['id']}/withdrawal", {"reason": "Tiden är ändrad."})
    assert reply.status_code == 200
    clock.turn(days=7)
    await work()

    status = (await vardit.status(sent["id"])).json()
    assert (status["status"], status["withdrawn_at"]) == ("withdrawn", "2026-11-23T08:30:00Z")
    assert await Message.count() == 0
    assert await changes(vardit) == [SCHEDULED, ("message.withdrawn", "care-system")]


async def test_withdrawing_and_delivering_at_once_ends_one_way(vardit: Sender, clock: Clock) -> None:
    """Either it never comes, or it came and is withdrawn; it is told as withdrawn once."""
    for _ in range(4):
        sent = (await vardit.send(publish_at=NEXT_MONDAY)).json()
        now = clock.turn(days=7)
        await asyncio.gather(
            publish(UUID(sent["id"]), now=now),
            vardit.post(f"messages/{sent['id']}/withdrawal", {"reason": "Tiden är ändrad."}),
            publish(UUID(sent["id"]), now=now),
        )
        assert (await vardit.status(sent["id"])).json()["status"] == "withdrawn"
        clock.turn(days=-7)
    assert await database.run("SELECT id FROM events WHERE kind = {}", "message.withdrawn") == 4


async def test_a_thread_is_named_by_the_senders_reference_before_anything_has_come(
    vardit: Sender, clock: Clock, work: Work
) -> None:
    first = (await vardit.send(publish_at=NEXT_MONDAY, thread_reference="ärende 7")).json()
    second = (await vardit.send(thread_reference="ärende 7")).json()
    clock.turn(days=7)
    await work()

    assert second["thread_id"] == first["thread_id"]
    assert await Message.count().where(Message.thread == UUID(first["thread_id"])) == 2


async def test_of_many_some_come_now_some_later_and_one_is_refused(
    vardit: Sender, clock: Clock, work: Work
) -> None:
    usual = {**LETTER, "clinic": make.HSA_ID, "recipient": make.ANNA.number}
    different: list[dict[str, Any]] = [
        {},
        {"publish_at": NEXT_MONDAY},
        RESULT,
        {"publish_at": "2026-11-23T08:30:01Z"},
    ]
    posted = [
        Posted(f"{place}", msgspec.convert(usual | each, Payload)) for place, each in enumerate(different)
    ]
    outcomes = await send_each(posted, care_system=vardit.care_system, now=clock())

    said = [
        json.loads(each.body)["status"] if isinstance(each, Reply) else getattr(each, "code", "")
        for each in outcomes
    ]
    assert said == ["delivered", "scheduled", "clinic.phone-hours-missing", "scheduled"]
    clock.turn(days=7)
    await work()
    assert await Message.count() == 3


async def test_a_file_that_a_waiting_letter_encloses_is_kept(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    ward = make.Ward(await clinic_by_hsa(make.HSA_ID), vardit.care_system)
    file = await make.an_attachment(ward, a_pdf(), now=clock())
    sent = await vardit.send(publish_at=NEXT_MONDAY, attachments=[str(file.id)])
    assert sent.status_code == 201

    assert await sweep(clock.turn(days=8)) == 0
    await publish(UUID(sent.json()["id"]), now=clock())
    thread = await read_thread(UUID(sent.json()["thread_id"]), resident=anna_here, now=clock())
    assert [enclosed.id for enclosed in thread.letters[0].content.attachments] == [file.id]
