"""A file comes in once, whole and harmless, and its provider's letters may enclose it."""

from uuid import uuid4

import pytest

from app import database
from tests import make
from tests.attachments.files import a_pdf, an_image
from tests.care_api.conftest import NOTHING, Sender, denied, stored
from tests.care_api.test_sending import assert_problem


async def test_a_file_is_received_inspected_and_can_be_asked_for(vardit: Sender) -> None:
    sent = await vardit.attach(a_pdf(), content_type="application/pdf")

    assert sent.status_code == 201, sent.text
    said = sent.json()
    assert said["state"] == "clean"
    assert (said["type"], said["size"]) == ("application/pdf", len(a_pdf()))
    assert (said["scan"], said["code"], said["warnings"]) == ("not-configured", None, [])
    assert said["unused_until"] == "2026-11-30T08:30:00Z"
    assert (await vardit.get(f"attachments/{said['id']}")).json() == said


@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF"])
async def test_images_are_received(vardit: Sender, format: str) -> None:
    sent = await vardit.attach(an_image(format))

    assert (sent.status_code, sent.json()["type"]) == (201, f"image/{format.lower()}")


async def test_another_providers_file_does_not_exist_and_the_attempt_is_audited(
    vardit: Sender, grannen: Sender
) -> None:
    id = (await vardit.attach(a_pdf())).json()["id"]
    own = (await grannen.attach(a_pdf())).json()["id"]
    before = await stored()

    for asked in (id, str(uuid4())):
        assert_problem(await grannen.get(f"attachments/{asked}"), 404, "attachment.unknown")
    assert await denied() == 2
    letter = await grannen.send(clinic=make.OTHER_HSA_ID, attachments=[own, id])
    assert_problem(letter, 404, "attachment.unknown", "/attachments/1")

    assert await denied() == 3
    assert await stored() == before


async def test_a_letter_encloses_what_was_sent_in(vardit: Sender) -> None:
    ids = [(await vardit.attach(a_pdf())).json()["id"], (await vardit.attach(an_image("PNG"))).json()["id"]]

    sent = await vardit.send(attachments=ids)

    assert sent.status_code == 201, sent.text
    for id in ids:
        assert (await vardit.get(f"attachments/{id}")).json()["unused_until"] is None


async def test_no_more_than_five_and_none_twice(vardit: Sender) -> None:
    assert_problem(
        await vardit.send(attachments=[str(uuid4()) for _ in range(6)]),
        422,
        "message.too-many-attachments",
        "/attachments",
    )
    assert_problem(
        await vardit.send(attachments=[str(uuid4())] * 2), 422, "message.attachment-twice", "/attachments"
    )
    assert await stored() == NOTHING


async def test_the_same_key_answers_the_same_and_stores_once(vardit: Sender) -> None:
    first, again = [await vardit.attach(a_pdf(), key="en-nyckel") for _ in range(2)]
    other = await vardit.attach(an_image("PNG"), key="en-nyckel")

    assert first.content == again.content
    assert_problem(other, 422, "idempotency.reused")
    assert await database.run("SELECT id FROM attachments") == 1
