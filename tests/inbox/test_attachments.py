"""What a letter encloses is opened by its resident, from the message, and by nobody else (ASVS 3.2.1)."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.audit.queries import accesses_to
from app.errors import Missing
from app.inbox import actions as inbox
from app.inbox.queries import enclosed_for
from tests import make
from tests.attachments.files import a_pdf, an_image
from tests.make import STORE, Browser, Ward


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


async def enclosing(ward: Ward, to: Browser, content: bytes, now: datetime, **named: Any) -> tuple[str, str]:
    """The thread, opened, and the file's address in it."""
    file = await make.an_attachment(ward, content, now=now, **named)
    sent = await ward.writes(to.resident, now=now, attachments=(file,))
    await to.get(f"/inkorg/{sent.thread_id}")
    return f"/inkorg/{sent.thread_id}", f"/inkorg/meddelanden/{sent.id}/bilagor/{file.id}"


async def test_the_message_says_what_each_file_is(anna: Browser, ward: Ward, now: datetime) -> None:
    files = (
        await make.an_attachment(ward, a_pdf(), now=now, name="Råd efter besöket.pdf"),
        await make.an_attachment(ward, an_image("PNG"), now=now, name="Karta.png"),
    )
    sent = await ward.writes(anna.resident, now=now, attachments=files)

    page = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    assert ">Bilagor</h3>" in page
    assert '<bdi lang="sv">Råd efter besöket.pdf</bdi> (PDF, 1\u00a0kB)</a>' in page
    assert '<bdi lang="sv">Karta.png</bdi> (bild, PNG, 1\u00a0kB)</a>' in page
    assert page.index("Råd efter") < page.index("Karta.png")


async def test_a_letter_without_files_says_nothing_of_them(anna: Browser, ward: Ward, now: datetime) -> None:
    sent = await ward.writes(anna.resident, now=now)

    assert "Bilagor" not in (await anna.get(f"/inkorg/{sent.thread_id}")).text


async def test_an_image_opens_in_a_sandbox(anna: Browser, ward: Ward, now: datetime) -> None:
    image = an_image("PNG", (900, 900))
    _, address = await enclosing(ward, anna, image, now, name="Så här hittar du.png")

    answer = await anna.get(address)

    assert answer.status_code == 200
    assert answer.content == image
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == str(len(image))
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none';")
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"S_ h_r hittar du.png\"; filename*=UTF-8''S%C3%A5%20h%C3%A4r%20hittar%20du.png"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["accept-ranges"] == "none"
    assert (await anna.get(f"{address}?spara=1")).headers["content-disposition"].startswith("attachment; ")


async def test_a_pdf_is_saved_and_is_the_very_same_file(anna: Browser, ward: Ward, now: datetime) -> None:
    document = a_pdf(pages=40)
    _, address = await enclosing(ward, anna, document, now)

    answer = await anna.get(address)

    assert answer.content == document
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "content-encoding" not in answer.headers


async def test_every_opening_is_in_the_audit(anna: Browser, ward: Ward, now: datetime) -> None:
    _, address = await enclosing(ward, anna, an_image("GIF"), now)

    await anna.get(address)
    await anna.get(address)

    reads = [entry for entry in await accesses_to(anna.resident.id) if entry.action == "attachment.read"]
    assert [entry.object_id for entry in reads] == [address.rpartition("/")[2]] * 2
    assert {(entry.actor_kind, entry.actor_id) for entry in reads} == {("resident", anna.resident.id)}


async def test_nobody_elses_file_exists(
    anna: Browser, bo: Browser, ward: Ward, now: datetime, visitor: Any
) -> None:
    _, annas = await enclosing(ward, anna, a_pdf(), now)
    _, bos = await enclosing(ward, bo, a_pdf(), now)
    strange = f"{annas.rpartition('/')[0]}/{bos.rpartition('/')[2]}"

    assert (await bo.get(annas)).status_code == 404
    assert (await anna.get(strange)).status_code == 404, "a file of another letter"
    assert (await anna.get(f"{annas.rpartition('/')[0]}/{uuid4()}")).status_code == 404
    assert (await visitor.get(annas)).status_code == 303
    assert (await visitor.get(annas)).headers["location"].startswith("/logga-in")


async def test_a_letter_that_is_not_opened_keeps_its_files(anna: Browser, ward: Ward, now: datetime) -> None:
    file = await make.an_attachment(ward, a_pdf(), now=now)
    sent = await ward.writes(anna.resident, now=now, attachments=(file,))

    assert (await anna.get(f"/inkorg/meddelanden/{sent.id}/bilagor/{file.id}")).status_code == 404


async def test_with_the_message_goes_the_way_to_its_files(anna: Browser, ward: Ward, now: datetime) -> None:
    file = await make.an_attachment(ward, a_pdf(), now=now)
    kept, deleted = [await ward.writes(anna.resident, now=now, attachments=(file,)) for _ in range(2)]
    for sent in (kept, deleted):
        await anna.get(f"/inkorg/{sent.thread_id}")
    asked = f"/inkorg/meddelanden/{deleted.id}/radering"
    assert "Bilagorna försvinner också" in (await anna.get(asked)).text

    await inbox.delete(deleted.id, resident=anna.resident, now=now)

    assert (await anna.get(f"/inkorg/meddelanden/{deleted.id}/bilagor/{file.id}")).status_code == 404
    assert (await anna.get(f"/inkorg/meddelanden/{kept.id}/bilagor/{file.id}")).status_code == 200


async def test_what_is_taken_back_takes_its_files_with_it(anna: Browser, ward: Ward, now: datetime) -> None:
    thread, address = await enclosing(ward, anna, a_pdf(), now)

    message_id = UUID(address.split("/")[3])
    await inbox.withdraw(message_id, reason="Fel person", care_system=ward.care_system, now=now)

    assert "Bilagor" not in (await anna.get(thread)).text
    assert (await anna.get(address)).status_code == 404


async def test_a_guardian_opens_what_a_guardian_sees(anna: Browser, ward: Ward, now: datetime) -> None:
    file = await make.an_attachment(ward, a_pdf(), now=now)
    hidden, seen = [
        await ward.writes(anna.resident, now=now, attachments=(file,), hidden_from_guardians=is_hidden)
        for is_hidden in (True, False)
    ]
    for sent in (hidden, seen):
        await anna.get(f"/inkorg/{sent.thread_id}")
    guardian = replace(await make.a_resident(make.BO, now=now), acting_for=anna.resident.id)

    found = await enclosed_for(guardian, seen.id, attachment_id=file.id, now=now)
    with pytest.raises(Missing):
        await enclosed_for(guardian, hidden.id, attachment_id=file.id, now=now)

    assert found.name == file.name
    [opened] = [entry for entry in await accesses_to(anna.resident.id) if entry.action == "attachment.read"]
    assert (opened.actor_kind, opened.actor_id) == ("guardian", guardian.id)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-purpose": "prefetch"}, 503),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
async def test_who_sends_the_browser_there_matters(
    anna: Browser, ward: Ward, now: datetime, headers: dict[str, str], status: int
) -> None:
    """ASVS 3.5.8: no other site leads to it, and a guess of the browser opens nothing."""
    _, address = await enclosing(ward, anna, a_pdf(), now)

    assert (await anna.get(address, headers=headers)).status_code == status
    opened = [entry for entry in await accesses_to(anna.resident.id) if entry.action == "attachment.read"]
    assert len(opened) == (status == 200)


async def test_a_store_that_is_away_is_told_of_in_words(anna: Browser, ward: Ward, now: datetime) -> None:
    _, address = await enclosing(ward, anna, a_pdf(), now)
    put_away(address).unlink()

    answer = await anna.get(address)

    assert answer.status_code == 409
    assert "Bilagan går inte att hämta just nu" in answer.text


async def test_a_file_that_was_changed_in_the_store_is_not_shown(
    anna: Browser, ward: Ward, now: datetime
) -> None:
    document = a_pdf()
    _, address = await enclosing(ward, anna, document, now)
    place = put_away(address)
    sealed = bytearray(place.read_bytes())
    assert document[:20] not in sealed
    sealed[len(sealed) // 2] ^= 1
    place.write_bytes(bytes(sealed))

    answer = await anna.get(address)

    assert answer.status_code == 500
    assert b"%PDF" not in answer.content


def put_away(address: str) -> Path:
    id = address.rpartition("/")[2]
    return STORE / id[-2:] / id
