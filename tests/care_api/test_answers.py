"""An answer that was given elsewhere is reported by the care system; and the whole life of a letter."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app import database
from app.audit.queries import denials
from app.callbacks.tables import HappenedEvent
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SCOPES, SEND
from app.inbox import actions as inbox
from app.inbox.queries import awaiting_for
from app.inbox.rules import NothingToConfirm
from app.sessions.principals import Resident
from app.summons import actions as summons
from tests import make
from tests.care_api.conftest import Sender
from tests.care_api.test_sending import assert_problem
from tests.make import Clock


async def answer(
    sender: Sender, id: str, document: dict[str, Any] | None = None, key: str | None = None
) -> httpx.Response:
    return await sender.post(f"messages/{id}/answer", document or {}, key=key)


async def told() -> int:
    return int(await HappenedEvent.count().where(HappenedEvent.kind == "message.answered"))


async def test_an_answer_closes_the_letter(vardit: Sender, clock: Clock) -> None:
    id = (await vardit.send(type="health-survey", due_at="2026-11-30T12:00:00Z")).json()["id"]
    clock.turn(minutes=5)

    reply = await answer(vardit, id)

    assert reply.status_code == 200
    assert reply.json() == {"id": id, "status": "answered", "answered_at": "2026-11-23T08:35:00Z"}
    status = (await vardit.status(id)).json()
    assert (status["status"], status["answered_at"]) == ("answered", "2026-11-23T08:35:00Z")
    assert await told() == 1
    assert await database.run("SELECT id FROM audit WHERE action = {}", "message.answered") == 1


async def test_reported_again_the_first_time_stays(vardit: Sender, clock: Clock) -> None:
    id = (await vardit.send()).json()["id"]
    first = await answer(vardit, id, key="ett")
    clock.turn(minutes=1)

    same, other = await answer(vardit, id, key="ett"), await answer(vardit, id, key="två".encode().hex())

    assert same.content == first.content == other.content
    assert await told() == 1


async def test_an_answer_in_time_counts_however_late_it_is_reported(vardit: Sender, clock: Clock) -> None:
    id = (await vardit.send(expires_at="2026-11-23T08:32:00Z")).json()["id"]
    clock.turn(minutes=5)
    await inbox.expire(UUID(id), answered={}, now=clock())
    assert (await vardit.status(id)).json()["status"] == "expired"

    late = await answer(vardit, id)
    at_the_end = await answer(vardit, id, {"answered_at": "2026-11-23T08:32:00Z"})
    in_time = await answer(vardit, id, {"answered_at": "2026-11-23T09:31:59+01:00"})

    assert_problem(late, 409, "message.expired")
    assert_problem(at_the_end, 409, "message.expired")
    assert "answered_at" in late.json()["detail"]
    assert in_time.json()["answered_at"] == "2026-11-23T08:31:59Z"
    assert (await vardit.status(id)).json()["status"] == "answered"


BAD: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"answered_at": "2026-11-23T08:29:59Z"}, 422, "message.answered-before-delivery", "/answered_at"),
    ({"answered_at": "2026-11-23T08:35:01Z"}, 422, "message.answered-in-the-future", "/answered_at"),
    ({"answered_at": "2026-11-23T08:30:00"}, 422, "message.time-without-offset", "/answered_at"),
    ({"answered_at": "nyss"}, 422, "message.time-invalid", "/answered_at"),
    ({"answered_at": 7}, 400, "request.wrong-type", "/answered_at"),
    ({"text": "Ja"}, 400, "request.unknown-field", "/text"),
]


@pytest.mark.parametrize(("document", "status", "code", "pointer"), BAD)
async def test_what_is_wrong_is_said(
    vardit: Sender, document: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    id = (await vardit.send()).json()["id"]

    assert_problem(await answer(vardit, id, document), status, code, pointer)
    assert await told() == 0


async def test_a_clock_that_is_a_little_ahead_is_now(vardit: Sender) -> None:
    id = (await vardit.send()).json()["id"]

    reply = await answer(vardit, id, {"answered_at": "2026-11-23T08:35:00Z"})

    assert reply.json()["answered_at"] == "2026-11-23T08:30:00Z"


async def test_what_waits_cannot_have_been_answered(vardit: Sender) -> None:
    id = (await vardit.send(publish_at="2026-11-30T08:00:00+01:00")).json()["id"]

    assert_problem(await answer(vardit, id), 409, "message.not-yet-delivered")


async def test_another_providers_letter_does_not_exist_and_the_attempt_is_audited(
    vardit: Sender, grannen: Sender
) -> None:
    delivered = (await vardit.send()).json()["id"]
    waiting = (await vardit.send(publish_at="2026-11-30T08:00:00+01:00")).json()["id"]

    for id in (delivered, waiting):
        assert_problem(await answer(grannen, id), 404, "message.unknown")

    assert await told() == 0
    assert [row.care_unit for row in await denials()] == [make.HSA_ID, make.HSA_ID]


async def test_whoever_may_only_ask_does_not_answer(vardit: Sender, tokens: Tokens, clock: Clock) -> None:
    id = (await vardit.send()).json()["id"]
    scopes = frozenset(SCOPES) - {SEND}
    asks = vardit._replace(token=tokens.issue("vardit", vardit.care_system.id, scopes=scopes, now=clock()))

    assert_problem(await answer(asks, id), 403, "token.scope-missing")


async def test_a_status_tells_the_whole_life_with_its_times(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    sent = (
        await vardit.send(
            type="health-survey",
            confirm_receipt=True,
            due_at="2026-11-23T08:33:00Z",
            expires_at="2026-11-24T08:00:00Z",
        )
    ).json()
    id, thread_id = UUID(sent["id"]), UUID(sent["thread_id"])
    states = [(await vardit.status(sent["id"])).json()["status"]]
    clock.turn(minutes=3)
    await inbox.fall_due(id, answered={}, now=clock())
    for act in (inbox.open_thread, inbox.confirm):
        clock.turn(minutes=1)
        await act(thread_id if act is inbox.open_thread else id, resident=anna_here, now=clock())
        states.append((await vardit.status(sent["id"])).json()["status"])
    clock.turn(minutes=1)
    await answer(vardit, sent["id"])
    status = (await vardit.status(sent["id"])).json()

    assert [*states, status["status"]] == ["delivered", "read", "confirmed", "answered"]
    assert {name: value for name, value in status.items() if value not in (None, False)} == {
        "id": sent["id"],
        "thread_id": sent["thread_id"],
        "status": "answered",
        "accepted_at": "2026-11-23T08:30:00Z",
        "delivered_at": "2026-11-23T08:30:00Z",
        "due_at": "2026-11-23T08:33:00Z",
        "unread_at_due": True,
        "read_at": "2026-11-23T08:34:00Z",
        "confirmed_at": "2026-11-23T08:35:00Z",
        "answered_at": "2026-11-23T08:36:00Z",
        "expires_at": "2026-11-24T08:00:00Z",
    }
    thread = (await vardit.get(f"threads/{sent['thread_id']}")).json()
    assert thread["messages"] == [status]


async def test_the_status_of_a_summons_letter_says_what_was_last_answered(
    vardit: Sender, anna_here: Resident, slots: list[str], clock: Clock
) -> None:
    sent = (await vardit.summon()).json()

    async def status() -> dict[str, Any]:
        document: dict[str, Any] = (await vardit.status(sent["message_id"])).json()
        return document

    assert ((await status())["status"], (await status())["summons_id"]) == ("delivered", sent["id"])
    await inbox.open_thread(UUID(sent["thread_id"]), resident=anna_here, now=clock())
    assert (await status())["status"] == "read"
    clock.turn(minutes=1)
    await summons.book(
        UUID(sent["id"]), resident_id=anna_here.id, slot_id=UUID(slots[0]), accepted=True,
        by=anna_here.actor, language="sv", now=clock(),
    )  # fmt: skip
    assert (await status())["status"] == "booked"
    visit = (await vardit.summons(sent["id"]))["appointment"]
    seen = {"appointment_id": visit["id"], "sequence": visit["sequence"]}
    clock.turn(minutes=1)
    moved = await vardit.post(
        f"summonses/{sent['id']}/rebooking", {**seen, "slot_id": slots[1], "keep_old_slot": True}
    )
    assert (await status())["status"] == "rebooked"
    clock.turn(minutes=1)
    seen["sequence"] = moved.json()["sequence"]
    await vardit.post(f"summonses/{sent['id']}/cancellation", {**seen, "keep_slot": True})

    known = await status()
    assert (known["status"], known["read_at"]) == ("cancelled", "2026-11-23T08:30:00Z")
    times = [known[name] for name in ("booked_at", "rebooked_at", "cancelled_at")]
    assert times == ["2026-11-23T08:31:00Z", "2026-11-23T08:32:00Z", "2026-11-23T08:33:00Z"]
    thread = (await vardit.get(f"threads/{sent['thread_id']}")).json()["messages"]
    assert [letter["status"] for letter in thread] == ["cancelled", "delivered", "delivered", "delivered"]


async def test_a_timed_summons_is_booked_as_it_comes_and_its_letter_goes_on(
    vardit: Sender, anna_here: Resident, slots: list[str], clock: Clock
) -> None:
    """That it is booked is no answer: the letter is delivered, and read, until something is done."""
    sent = (await vardit.summon(slot_id=slots[0])).json()
    visit = (await vardit.summons(sent["id"]))["appointment"]

    async def standing() -> tuple[str, str, str | None]:
        known = (await vardit.status(sent["message_id"])).json()
        return known["status"], known["booked_at"], known["cancelled_at"]

    booked_at = "2026-11-23T08:30:00Z"
    assert visit["booked_at"] == booked_at
    assert await standing() == ("delivered", booked_at, None)
    clock.turn(minutes=1)
    await inbox.open_thread(UUID(sent["thread_id"]), resident=anna_here, now=clock())
    assert await standing() == ("read", booked_at, None)
    clock.turn(minutes=1)
    seen = {"appointment_id": visit["id"], "sequence": visit["sequence"], "keep_slot": True}
    assert (await vardit.post(f"summonses/{sent['id']}/cancellation", seen)).status_code < 300
    assert await standing() == ("cancelled", booked_at, "2026-11-23T08:32:00Z")


async def test_a_deletion_is_told_only_of_what_was_not_opened(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    read, unread = [(await vardit.send()).json() for _ in range(2)]
    await inbox.open_thread(UUID(read["thread_id"]), resident=anna_here, now=clock())
    for sent in (read, unread):
        await inbox.delete(UUID(sent["id"]), resident=anna_here, now=clock())

    statuses = [(await vardit.status(sent["id"])).json() for sent in (read, unread)]

    assert [(s["status"], s["deleted_by_resident"]) for s in statuses] == [
        ("read", False),
        ("delivered", True),
    ]
    rows = await HappenedEvent.select().where(HappenedEvent.kind == "message.deleted")
    assert [str(row["message_id"]) for row in rows] == [unread["id"]]


async def test_nothing_more_comes_of_a_withdrawn_letter(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    minute = "2026-11-23T08:31:00Z"
    sent = (await vardit.send(confirm_receipt=True, due_at=minute, expires_at=minute)).json()
    assert await awaiting_for(anna_here, now=clock())
    await vardit.post(f"messages/{sent['id']}/withdrawal", {"reason": "Det var till någon annan."})
    assert await awaiting_for(anna_here, now=clock()) == []
    clock.turn(minutes=2)

    id = UUID(sent["id"])
    await inbox.fall_due(id, answered={}, now=clock())
    await inbox.expire(id, answered={}, now=clock())
    early = await answer(vardit, sent["id"], {"answered_at": "2026-11-23T08:30:30Z"})
    await inbox.open_thread(UUID(sent["thread_id"]), resident=anna_here, now=clock())
    with pytest.raises(NothingToConfirm):
        await inbox.confirm(id, resident=anna_here, now=clock())

    assert_problem(early, 409, "message.withdrawn")
    kinds = {row["kind"] for row in await HappenedEvent.select(HappenedEvent.kind)}
    assert kinds == {"message.delivered", "message.withdrawn", "message.read"}
    assert (await vardit.status(sent["id"])).json()["status"] == "withdrawn"
