"""What residents write back is read by the care system that sent the letter, and by its provider's others."""

from typing import Any

import pytest

from app import database
from app.audit.queries import accesses_to, denials
from app.callbacks.actions import announce
from app.callbacks.tables import HappenedEvent
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SCOPES, STATUS
from tests.care_api.conftest import Sender
from tests.care_api.test_sending import assert_problem
from tests.make import Browser, Clock


@pytest.fixture
def vardit(vardit: Sender, anna: Browser) -> Sender:
    """Anna has a browser."""
    return vardit


async def replied_to(vardit: Sender, anna: Browser, *texts: str, **field: Any) -> str:
    """A letter that Anna has opened, and written back to."""
    sent = (await vardit.send(reply="allowed", **field)).json()
    thread = f"/inkorg/{sent['thread_id']}"
    await anna.get(thread)
    for text in texts:
        answer = await anna.press(
            f"/inkorg/meddelanden/{sent['id']}/svar", seen_on=thread, form={"text": text}
        )
        assert answer.status_code == 303
    id: str = sent["id"]
    return id


async def replies(sender: Sender, id: str) -> Any:
    answer = await sender.get(f"messages/{id}/replies")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_replies_are_read_in_order_with_who_and_when(
    vardit: Sender, anna: Browser, clock: Clock
) -> None:
    id = await replied_to(vardit, anna, "Ett\r\ntill", "Två")

    found = await replies(vardit, id)

    assert found["id"] == id
    assert [{**one, "id": ""} for one in found["replies"]] == [
        {"id": "", "text": "Ett\ntill", "replied_at": "2026-11-23T08:30:00Z", "by": "resident"},
        {"id": "", "text": "Två", "replied_at": "2026-11-23T08:30:00Z", "by": "resident"},
    ]
    assert (await vardit.status(id)).json()["status"] == "answered"


async def test_without_replies_and_before_delivery_the_list_is_empty(vardit: Sender, anna: Browser) -> None:
    closed = (await vardit.send()).json()["id"]
    later = (await vardit.send(reply="allowed", publish_at="2026-11-24T08:00:00Z")).json()["id"]

    for id in (closed, later):
        assert await replies(vardit, id) == {"id": id, "replies": []}


async def test_each_reply_is_told_with_ids_only(vardit: Sender, anna: Browser, clock: Clock) -> None:
    id = await replied_to(vardit, anna, "Hemligt ett", "Hemligt två")

    events = await HappenedEvent.select(HappenedEvent.id).order_by(HappenedEvent.id)
    await announce([event["id"] for event in events], now=clock())
    changes = (await vardit.get("changes?since=0")).json()["changes"]
    answered = [change["data"] for change in changes if change["type"] == "message.answered"]
    assert [(data["message_id"], data["actor"]) for data in answered] == [(id, "resident")] * 2
    assert "Hemligt" not in str(changes)


async def test_replies_stay_readable_when_the_letter_is_corrected_withdrawn_and_deleted(
    vardit: Sender, anna: Browser
) -> None:
    id = await replied_to(vardit, anna, "Jag kommer")
    before = await replies(vardit, id)
    body = {"format": "plain", "text": "Ny text."}
    new = {
        "subject": "Rättat",
        "body": body,
        "purpose": "a",
        "use_of_answers": "b",
        "contact": {"phone": "08-123 45 67"},
    }

    assert (await vardit.post(f"messages/{id}/correction", new)).status_code == 200
    assert await replies(vardit, id) == before
    assert (await vardit.post(f"messages/{id}/withdrawal", {"reason": "Fel"})).status_code == 200
    assert await replies(vardit, id) == before
    url = f"/inkorg/meddelanden/{id}/radering"
    assert (await anna.press(url, seen_on=url)).status_code == 303
    assert await replies(vardit, id) == before


async def test_after_a_correction_one_can_still_reply(vardit: Sender, anna: Browser) -> None:
    id = await replied_to(vardit, anna)
    new = {
        "subject": "Rättat",
        "body": {"format": "plain", "text": "Ny text."},
        "purpose": "a",
        "use_of_answers": "b",
        "contact": {"phone": "08-123 45 67"},
    }
    await vardit.post(f"messages/{id}/correction", new)

    answer = await anna.press(
        f"/inkorg/meddelanden/{id}/svar", seen_on=f"/inkorg/meddelanden/{id}/svar", form={"text": "Nu så"}
    )

    assert answer.status_code == 303
    assert [one["text"] for one in (await replies(vardit, id))["replies"]] == ["Nu så"]


async def test_each_reading_is_in_the_audit(vardit: Sender, anna: Browser) -> None:
    id = await replied_to(vardit, anna, "Hej")

    for _ in range(2):
        await replies(vardit, id)

    rows = [row for row in await accesses_to(anna.resident.id) if row.action == "message.replies-read"]
    assert [(row.object_id, row.actor_id) for row in rows] == [(id, vardit.care_system.id)] * 2


async def test_another_providers_replies_are_not_there(
    vardit: Sender, grannen: Sender, anna: Browser
) -> None:
    id = await replied_to(vardit, anna, "Hej")

    answer = await grannen.get(f"messages/{id}/replies")

    assert_problem(answer, 404, "message.unknown")
    [denied] = await denials()
    assert denied.object_id == id
    assert await database.run("SELECT id FROM audit WHERE action = {}", "message.replies-read") == 0


async def test_test_credentials_read_none_of_them(vardit: Sender, prov: Sender, anna: Browser) -> None:
    id = await replied_to(vardit, anna, "Hej")

    assert_problem(await prov.get(f"messages/{id}/replies"), 404, "message.unknown")


async def test_it_takes_the_scope_of_statuses(
    vardit: Sender, anna: Browser, tokens: Tokens, clock: Clock
) -> None:
    id = await replied_to(vardit, anna, "Hej")
    for scopes, status in ((frozenset({STATUS}), 200), (frozenset(SCOPES) - {STATUS}, 403)):
        token = tokens.issue("vardit", vardit.care_system.id, scopes=scopes, now=clock())

        answer = await vardit._replace(token=token).get(f"messages/{id}/replies")

        assert answer.status_code == status
