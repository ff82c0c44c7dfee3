"""A letter is withdrawn, with a reason that stays, or corrected, with what it said before."""

import asyncio
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from app import vault
from app.audit.queries import accesses_to
from app.care.queries import clinic_by_hsa
from app.database import rows, run
from app.inbox.sealed import open_by, open_content, place_of_content
from app.inbox.tables import Message
from tests import make
from tests.attachments.files import a_pdf
from tests.care_api.conftest import Sender, denied
from tests.care_api.test_sending import assert_problem
from tests.make import Browser, Clock

REASON = {"reason": "Brevet var till en annan person."}
GONE = "Mottagningen drog tillbaka meddelandet måndag 23 november 2026 kl. 9.30."
WORDING: dict[str, Any] = {
    "subject": "Din tid är på onsdag",
    "body": {"format": "plain", "text": "Vi ses på onsdag."},
    "purpose": "Vi skrev fel dag.",
    "use_of_answers": "Du behöver inte svara.",
    "contact": {"phone": "08-465 004 31"},
}


@pytest.fixture
def vardit(vardit: Sender, anna: Browser) -> Sender:
    """With Anna signed in."""
    return vardit


async def withdraw(vardit: Sender, id: str, **more: Any) -> Any:
    return await vardit.post(f"messages/{id}/withdrawal", REASON, **more)


async def correct(vardit: Sender, id: str, **differently: Any) -> Any:
    return await vardit.post(f"messages/{id}/correction", WORDING | differently)


async def page(anna: Browser, thread_id: str) -> str:
    answer = await anna.get(f"/inkorg/{thread_id}")
    assert answer.status_code == 200
    return answer.text


class Told(NamedTuple):
    kind: str
    actor_kind: str


async def told() -> list[str]:
    return [event.kind for event in await rows(Told, "SELECT kind, actor_kind FROM events ORDER BY id")]


async def test_what_a_withdrawn_letter_said_is_gone_and_that_it_was_withdrawn_and_why_stays(
    vardit: Sender, anna: Browser
) -> None:
    sent = (
        await vardit.send(
            subject="Din hemlighet",
            body={"format": "plain", "text": "Hemlig text"},
            purpose="Hemligt syfte",
            links=[{"label": "Hemlig länk", "url": "/tider"}],
            documents=[{"title": "Hemligt dokument", "url": "https://larkholmen.example.se/a"}],
            versions=[{"language": "en", "subject": "Secret", "body": {"format": "plain", "text": "Secret"}}],
        )
    ).json()

    answer = await withdraw(vardit, sent["id"])

    assert (answer.status_code, set(answer.json())) == (200, {"id", "withdrawn_at"})
    listed, thread = (await anna.get("/inkorg")).text, await page(anna, sent["thread_id"])
    for text in (listed, thread):
        for gone in ("hemlig", "Hemlig", "Secret"):
            assert gone not in text
    assert f'<a href="/inkorg/{sent["thread_id"]}">Information</a>' in listed
    assert GONE in thread
    assert REASON["reason"] in thread
    assert "08-465 004 30" in thread, "whom to ask"
    assert "Radera meddelandet" in thread
    status = (await vardit.status(sent["id"])).json()
    assert (status["status"], status["withdrawn_at"]) == ("withdrawn", answer.json()["withdrawn_at"])
    assert await told() == ["message.delivered", "message.withdrawn", "message.read"]


async def test_the_providers_copy_is_kept_and_the_residents_key_opens_nothing_of_it(
    vardit: Sender, anna: Browser, clock: Clock
) -> None:
    ward = make.Ward(await clinic_by_hsa(make.HSA_ID), vardit.care_system)
    file = await make.an_attachment(ward, a_pdf(), now=clock())
    sent = (await vardit.send(attachments=[str(file.id)], sender_reference="7")).json()
    [before] = await Message.select(Message.resident_key).where(Message.id == UUID(sent["id"]))

    await withdraw(vardit, sent["id"])

    [row] = await Message.select().where(Message.id == UUID(sent["id"]))
    place = place_of_content(row["provider_id"], row["id"])
    key = vault.unwrap(row["provider_key"], place._replace(column="provider_key"))
    kept = open_by(key, row["provider_content_sealed"], provider_id=row["provider_id"], message_id=row["id"])
    assert kept.subject == "Inför ditt besök"
    assert row["resident_key"] != before["resident_key"]
    left = open_content(
        row["content_sealed"], row["resident_key"], provider_id=row["provider_id"], message_id=row["id"]
    )
    assert (left.attachments, left.links, left.documents, left.sender_reference) == ((), (), (), "")
    resident = vault.unwrap(row["resident_key"], place._replace(column="resident_key"))
    with pytest.raises(vault.Unreadable):
        vault.unseal(row["provider_content_sealed"], resident, place)


async def test_withdrawn_twice_it_answers_the_same_and_the_first_reason_stays(
    vardit: Sender, anna: Browser, clock: Clock
) -> None:
    sent = (await vardit.send()).json()
    first = await withdraw(vardit, sent["id"])
    clock.turn(minutes=3)

    again = await vardit.post(f"messages/{sent['id']}/withdrawal", {"reason": "En annan."})

    assert (again.status_code, again.json()) == (200, first.json())
    thread = await page(anna, sent["thread_id"])
    assert REASON["reason"] in thread
    assert "En annan." not in thread
    assert (await told()).count("message.withdrawn") == 1


async def test_ten_withdrawals_at_once_are_one(vardit: Sender, anna: Browser) -> None:
    sent = (await vardit.send()).json()

    answers = await asyncio.gather(*(withdraw(vardit, sent["id"]) for _ in range(10)))

    assert len({answer.text for answer in answers}) == 1
    assert (await told()).count("message.withdrawn") == 1


async def test_the_same_key_gets_the_same_reply_and_another_reason_under_it_none(vardit: Sender) -> None:
    sent, key = (await vardit.send()).json(), str(uuid4())
    first, again = [await withdraw(vardit, sent["id"], key=key) for _ in range(2)]

    other = await vardit.post(f"messages/{sent['id']}/withdrawal", {"reason": "Annan."}, key=key)

    assert first.content == again.content
    assert_problem(other, 422, "idempotency.reused")


async def test_a_withdrawn_letter_that_was_deleted_stays_deleted(vardit: Sender, anna: Browser) -> None:
    sent = (await vardit.send()).json()
    await page(anna, sent["thread_id"])
    deletion = f"/inkorg/meddelanden/{sent['id']}/radering"
    await anna.press(deletion, seen_on=deletion)

    answer = await withdraw(vardit, sent["id"])

    assert answer.status_code == 200
    assert (await anna.get(f"/inkorg/{sent['thread_id']}")).status_code == 404
    assert (await vardit.status(sent["id"])).json()["status"] == "withdrawn"


async def test_the_notice_of_a_withdrawal_can_be_deleted(vardit: Sender, anna: Browser) -> None:
    sent = (await vardit.send()).json()
    await withdraw(vardit, sent["id"])
    await page(anna, sent["thread_id"])
    deletion = f"/inkorg/meddelanden/{sent['id']}/radering"

    await anna.press(deletion, seen_on=deletion)

    assert (await anna.get(f"/inkorg/{sent['thread_id']}")).status_code == 404
    assert (await withdraw(vardit, sent["id"])).status_code == 200


async def test_the_next_letter_names_the_thread_when_the_first_is_withdrawn(
    vardit: Sender, anna: Browser
) -> None:
    first = (await vardit.send(subject="Till en annan")).json()
    await vardit.send(subject="Till dig", thread_id=first["thread_id"])

    await withdraw(vardit, first["id"])

    listed, thread = (await anna.get("/inkorg")).text, await page(anna, first["thread_id"])
    assert "Till dig</a>" in listed
    assert "Till en annan" not in listed + thread
    assert "<bdi>Till dig</bdi></h1>" in thread


async def test_a_line_that_guardians_see_is_never_of_a_letter_that_they_may_not(
    vardit: Sender, anna: Browser
) -> None:
    first = (await vardit.send(subject="Allmänt")).json()
    await vardit.send(subject="Bara för dig", thread_id=first["thread_id"], hidden_from_guardians=True)

    await withdraw(vardit, first["id"])

    assert "Bara för dig" not in (await anna.get("/inkorg")).text


@pytest.mark.parametrize("what", ["withdrawal", "correction"])
async def test_another_providers_letter_is_not_there(vardit: Sender, grannen: Sender, what: str) -> None:
    sent = (await vardit.send()).json()
    before = await denied()
    document = REASON if what == "withdrawal" else WORDING

    for id in (sent["id"], str(uuid4())):
        assert_problem(await grannen.post(f"messages/{id}/{what}", document), 404, "message.unknown")

    assert await denied() == before + 2
    assert (await vardit.status(sent["id"])).json()["status"] == "delivered"


@pytest.mark.parametrize(
    ("document", "status", "code", "pointer"),
    [
        ({}, 422, "message.reason-missing", "/reason"),
        ({"reason": " \u200b\u202e"}, 422, "message.reason-missing", "/reason"),
        ({"reason": "a" * 501}, 422, "message.text-too-long", "/reason"),
        ({"reason": 7}, 400, "request.wrong-type", "/reason"),
        ({"reason": "a", "why": "b"}, 400, "request.unknown-field", "/why"),
    ],
)
async def test_a_withdrawal_says_why(
    vardit: Sender, document: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    sent = (await vardit.send()).json()

    answer = await vardit.post(f"messages/{sent['id']}/withdrawal", document)

    assert_problem(answer, status, code, pointer)
    assert (await vardit.post(f"messages/{sent['id']}/withdrawal", {"reason": "a" * 500})).is_success


async def test_a_letter_that_waits_never_comes(vardit: Sender, anna: Browser) -> None:
    waiting = (await vardit.send(publish_at="2026-11-30T08:00:00+01:00")).json()
    assert_problem(await correct(vardit, waiting["id"]), 409, "message.not-delivered")

    first, again = [await withdraw(vardit, waiting["id"]) for _ in range(2)]

    assert first.status_code == 200
    assert first.json() == again.json()
    status = (await vardit.status(waiting["id"])).json()
    assert (status["status"], status["withdrawn_at"]) == ("withdrawn", first.json()["withdrawn_at"])
    assert await run("SELECT id FROM scheduled_messages WHERE letter_sealed IS NOT NULL") == 0
    assert await told() == ["message.scheduled", "message.withdrawn"]


async def test_a_correction_shows_that_and_when_and_keeps_what_it_said(
    vardit: Sender, anna: Browser, clock: Clock
) -> None:
    sent = (await vardit.send(subject="Din tid är på tisdag")).json()
    await page(anna, sent["thread_id"])
    read_at = (await vardit.status(sent["id"])).json()["read_at"]
    clock.turn(minutes=5)

    answer = await correct(vardit, sent["id"])

    assert answer.status_code == 200
    assert answer.json() == {
        "id": sent["id"],
        "corrected_at": "2026-11-23T08:35:00Z",
        "deleted_by_resident": False,
    }
    listed = (await anna.get("/inkorg")).text
    assert "Din tid är på onsdag</a>" in listed
    assert "Oläst" in listed, "it counts as new"
    thread = await page(anna, sent["thread_id"])
    assert "Mottagningen rättade meddelandet måndag 23 november 2026 kl. 9.35." in thread
    shown, _, before = thread.partition("Läs hur det stod före rättelsen")
    assert "Vi ses på onsdag." in shown
    assert "Din tid är på tisdag" not in shown
    assert "Din tid är på tisdag" in before
    assert "08-465 004 31" in thread
    status = (await vardit.status(sent["id"])).json()
    assert (status["read_at"], status["status"]) == (read_at, "read"), "the receipt stays"
    assert status["corrected_at"] == answer.json()["corrected_at"]
    assert await told() == ["message.delivered", "message.read", "message.corrected"]
    assert "Oläst" not in (await anna.get("/inkorg")).text


async def test_an_unread_letter_that_is_corrected_is_one_unread_letter(vardit: Sender, anna: Browser) -> None:
    sent = (await vardit.send()).json()

    await correct(vardit, sent["id"])

    assert await run("SELECT id FROM threads WHERE unread = 1") == 1
    await page(anna, sent["thread_id"])
    assert await run("SELECT id FROM threads WHERE unread = 0") == 1
    assert await told() == ["message.delivered", "message.corrected", "message.read"]


async def test_every_wording_can_be_read_and_ten_corrections_are_the_most(
    vardit: Sender, anna: Browser, clock: Clock
) -> None:
    sent = (await vardit.send(subject="Lydelse 0")).json()
    for number in range(1, 11):
        assert (await correct(vardit, sent["id"], subject=f"Lydelse {number}")).status_code == 200

    assert_problem(await correct(vardit, sent["id"]), 409, "message.too-many-corrections")

    thread = await page(anna, sent["thread_id"])
    assert "<bdi>Lydelse 10</bdi></h1>" in thread
    places = [thread.index(f"Lydelse {number}<") for number in range(9, -1, -1)]
    assert places == sorted(places), "the latest first"


async def test_a_correction_of_what_was_deleted_is_the_providers_alone(vardit: Sender, anna: Browser) -> None:
    sent = (await vardit.send()).json()
    await page(anna, sent["thread_id"])
    deletion = f"/inkorg/meddelanden/{sent['id']}/radering"
    await anna.press(deletion, seen_on=deletion)

    answer = await correct(vardit, sent["id"])

    assert answer.json()["deleted_by_resident"] is True
    assert (await anna.get(f"/inkorg/{sent['thread_id']}")).status_code == 404
    assert await run("SELECT id FROM threads WHERE unread > 0 OR line_sealed IS NOT NULL") == 0


async def test_what_a_correction_leaves_out_is_not_there_any_more(vardit: Sender, anna: Browser) -> None:
    version = {"language": "en", "subject": "Old", "body": {"format": "plain", "text": "Old text"}}
    sent = (await vardit.send(versions=[version], links=[{"label": "Gammal", "url": "/tider"}])).json()

    await correct(vardit, sent["id"], documents=[{"title": "Nytt", "url": "https://a.example.se/"}])

    shown, _, before = (await page(anna, sent["thread_id"])).partition("Läs hur det stod före rättelsen")
    assert "Gammal" not in shown + before
    assert "Old text" not in shown
    assert "Old text" in before
    assert "Nytt</a>" in shown


async def test_a_withdrawn_letter_has_no_history_and_is_not_corrected(vardit: Sender, anna: Browser) -> None:
    sent = (await vardit.send(subject="Första")).json()
    await correct(vardit, sent["id"])
    await withdraw(vardit, sent["id"])

    assert_problem(await correct(vardit, sent["id"]), 409, "message.withdrawn")

    thread = await page(anna, sent["thread_id"])
    assert "<details" not in thread
    assert "Första" not in thread


async def test_a_correction_of_another_letter_leaves_the_threads_line(vardit: Sender, anna: Browser) -> None:
    first = (await vardit.send(subject="Samma")).json()
    second = (await vardit.send(subject="Samma", thread_id=first["thread_id"])).json()

    await correct(vardit, second["id"], subject="Ny")

    assert "Samma</a>" in (await anna.get("/inkorg")).text


@pytest.mark.parametrize(
    ("differently", "status", "code", "pointer"),
    [
        ({"subject": None}, 422, "message.subject-missing", "/subject"),
        ({"body": None}, 422, "message.body-missing", "/body"),
        ({"purpose": None}, 422, "message.purpose-missing", "/purpose"),
        ({"contact": None}, 422, "message.contact-missing", "/contact/phone"),
        ({"recipient": "191212121212"}, 400, "request.unknown-field", "/recipient"),
        ({"hidden_from_guardians": True}, 400, "request.unknown-field", "/hidden_from_guardians"),
        ({"body": {"format": "markdown", "text": "<b>a</b>"}}, 422, "body.html-in-markdown", "/body/text"),
    ],
)
async def test_a_correction_says_all_that_a_letter_must(
    vardit: Sender, differently: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    sent = (await vardit.send()).json()

    answer = await correct(vardit, sent["id"], **differently)

    assert_problem(answer, status, code, pointer)
    assert (await vardit.status(sent["id"])).json()["corrected_at"] is None


async def test_an_open_summons_that_is_withdrawn_can_be_booked_no_more(
    vardit: Sender, anna: Browser, slots: list[str]
) -> None:
    sent = (await vardit.summon(subject="Hemlig kallelse")).json()
    assert "Boka en tid" in (await anna.get("/att-gora")).text

    await withdraw(vardit, sent["message_id"])

    assert "Inget väntar" in (await anna.get("/att-gora")).text
    assert (await vardit.summons(sent["id"]))["state"] == "withdrawn"
    thread = await page(anna, sent["thread_id"])
    own = (await anna.get(f"/kallelser/{sent['id']}")).text
    assert GONE in thread
    assert "Mottagningen har dragit tillbaka meddelandet" in own
    for text in (thread, own):
        assert "Hemlig kallelse" not in text
        assert "/bokning" not in text
        assert "Besök hos läkare" not in text
    held = await anna.press(f"/kallelser/{sent['id']}/bokning/{slots[0]}", seen_on=f"/kallelser/{sent['id']}")
    assert held.status_code in (404, 405, 409)
    assert await run("SELECT id FROM appointments") == 0


async def test_a_summons_with_a_visit_ahead_is_cancelled_first(
    vardit: Sender, anna: Browser, slots: list[str]
) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()
    assert_problem(await withdraw(vardit, sent["message_id"]), 409, "message.visit-booked")
    change = {"appointment_id": sent["appointment_id"], "sequence": 0, "keep_slot": True}
    await vardit.post(f"summonses/{sent['id']}/cancellation", change)

    assert (await withdraw(vardit, sent["message_id"])).status_code == 200

    assert (await vardit.summons(sent["id"]))["state"] == "withdrawn"
    thread = await page(anna, sent["thread_id"])
    assert GONE in thread
    assert "Så är det nu: Mottagningen har dragit tillbaka meddelandet" in thread, "the receipt's own note"


async def test_a_summons_card_says_the_contact_of_the_correction(
    vardit: Sender, anna: Browser, slots: list[str]
) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()

    await correct(vardit, sent["message_id"])

    own = (await anna.get(f"/kallelser/{sent['id']}")).text
    assert "08-465 004 31" in own
    assert "Din tid är på onsdag" in own
    assert "08-465 004 30" not in own


async def test_both_are_in_the_audit(vardit: Sender, anna: Browser) -> None:
    sent = (await vardit.send()).json()
    await correct(vardit, sent["id"])
    await withdraw(vardit, sent["id"])

    done = [each.action for each in await accesses_to(anna.resident.id) if each.object_id == sent["id"]]

    assert done[:2] == ["message.withdrawn", "message.corrected"]
