"""The inbox as a resident meets it: with HTMX, without, refused, and somebody else's."""

from datetime import datetime

import httpx
import pytest

from app.audit.queries import accesses_to, denials
from app.database import uuid7
from app.inbox import queries
from tests import make
from tests.make import Browser, Clock

HTMX = {"HX-Request": "true"}


@pytest.fixture
async def ward(db: None, now: datetime) -> make.Ward:
    return await make.a_ward(now=now)


async def test_the_inbox_shows_who_wrote_about_what_and_when(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, subject="Inför ditt besök")

    page = await anna.get("/inkorg")

    assert page.status_code == 200
    assert f'<a href="/inkorg/{sent.thread_id}">Inför ditt besök</a>' in page.text
    for words in ("Knäkliniken", "23 november 2026", "Oläst", "Anna Andersson", "<title>Inkorg, 1 olästa"):
        assert words in page.text, words
    assert page.headers["cache-control"] == "no-store"


async def test_with_htmx_only_the_list_comes(anna: Browser, ward: make.Ward, now: datetime) -> None:
    await ward.writes(anna.resident, now=now)

    fragment = await anna.get("/inkorg", headers=HTMX)

    assert fragment.text.lstrip().startswith('<section id="threads"')
    assert "<html" not in fragment.text
    assert "hx-request" in fragment.headers["vary"].lower()


async def test_an_empty_inbox_says_what_will_come(anna: Browser) -> None:
    assert "När en mottagning skriver till dig" in (await anna.get("/inkorg")).text


async def test_older_threads_are_a_link_away(anna: Browser, ward: make.Ward, clock: Clock) -> None:
    for number in range(21):
        await ward.writes(anna.resident, now=clock.turn(seconds=1), subject=f"Brev {number:02}")
    first = await anna.get("/inkorg")
    [older] = {
        part.split('"')[0] for part in first.text.split('href="')[1:] if part.startswith("/inkorg?fore=")
    }

    second = await anna.get(older)

    assert "Brev 00" not in first.text
    assert "Brev 00" in second.text
    assert "Visa de nyaste meddelandena" in second.text


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "🙂", "A" * 5000, "________________________________"])
async def test_a_page_that_never_was_is_missing(anna: Browser, cursor: str) -> None:
    assert (await anna.get("/inkorg", params={"fore": cursor})).status_code == 404


async def test_nobody_signed_in_is_led_to_sign_in_and_back(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/inkorg")
    fragment = await visitor.get("/inkorg", headers=HTMX | {"HX-Current-URL": "http://127.0.0.1:8000/inkorg"})

    assert (page.status_code, page.headers["location"]) == (303, "/logga-in?till=/inkorg")
    assert fragment.headers["hx-redirect"] == "/logga-in?till=/inkorg"


async def test_a_thread_shows_all_its_messages_oldest_first(
    anna: Browser, ward: make.Ward, clock: Clock
) -> None:
    first = await ward.writes(anna.resident, now=clock(), body=make.a_body("Det första brevet."))
    await ward.writes(
        anna.resident,
        now=clock.turn(minutes=30),
        thread_id=first.thread_id,
        body=make.a_body("Det andra brevet."),
    )

    page = (await anna.get(f"/inkorg/{first.thread_id}")).text

    assert page.index("Det första brevet.") < page.index("Det andra brevet.")
    for words in (
        "måndag 23 november 2026 kl. 9.30",
        "Knäkliniken",
        "Region Exempel",
        "Du har en tid hos oss.",
        "Du behöver inte svara.",
        "08-123 45 67",
        "Information",
    ):
        assert words in page, words


async def test_opening_marks_as_read_once(anna: Browser, ward: make.Ward, clock: Clock) -> None:
    sent = await ward.writes(anna.resident, now=clock())
    opened_at = clock.turn(minutes=1)
    await anna.get(f"/inkorg/{sent.thread_id}")
    clock.turn(minutes=1)
    await anna.get(f"/inkorg/{sent.thread_id}")

    assert (await queries.status_for(ward.care_system, sent.id, now=clock())).read_at == opened_at
    assert "Oläst" not in (await anna.get("/inkorg")).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X-Moz", "prefetch"),
        ("X-Purpose", "preview"),
    ],
)
async def test_a_prefetch_opens_nothing(
    anna: Browser, ward: make.Ward, now: datetime, name: str, value: str
) -> None:
    sent = await ward.writes(anna.resident, now=now)

    guess = await anna.get(f"/inkorg/{sent.thread_id}", headers={name: value})

    assert (guess.status_code, guess.text) == (503, "")
    assert (await queries.status_for(ward.care_system, sent.id, now=now)).read_at is None


async def test_looking_at_the_list_reads_nothing(anna: Browser, ward: make.Ward, now: datetime) -> None:
    sent = await ward.writes(anna.resident, now=now)
    await anna.get("/inkorg")

    assert (await queries.status_for(ward.care_system, sent.id, now=now)).read_at is None


@pytest.mark.parametrize(
    "path",
    ["/inkorg/{thread}", "/inkorg/meddelanden/{message}", "/inkorg/meddelanden/{message}/radering"],
)
async def test_somebody_elses_does_not_exist_and_is_written_down(
    bo: Browser, ward: make.Ward, now: datetime, path: str
) -> None:
    """ASVS 8.2.2, 16.3.2: 404 and a row, after the rollback."""
    anna = await make.a_resident(now=now)
    sent = await ward.writes(anna, now=now)

    page = await bo.get(path.format(thread=sent.thread_id, message=sent.id))

    assert page.status_code == 404
    assert "Inför ditt besök" not in page.text
    [denied] = await denials()
    assert (denied.actor_kind, denied.actor_id) == ("resident", bo.resident.id)
    assert denied.care_unit == make.HSA_ID
    assert denied in await accesses_to(anna.id), "Anna sees who tried"
    assert denied.object_id in (str(sent.thread_id), str(sent.id))
    assert (await queries.status_for(ward.care_system, sent.id, now=now)).read_at is None


async def test_a_thread_that_is_nobodys_is_missing_alike(anna: Browser) -> None:
    assert (await anna.get(f"/inkorg/{uuid7()}")).status_code == 404


async def test_deleting_asks_first_and_says_who_keeps_what(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now)

    page = await anna.get(f"/inkorg/meddelanden/{sent.id}/radering")
    fragment = await anna.get(f"/inkorg/meddelanden/{sent.id}/radering", headers=HTMX)

    assert "går inte att få tillbaka" in page.text
    assert "Region Exempel har kvar sitt eget exemplar" in page.text
    assert fragment.text.lstrip().startswith(f'<section id="deletion-{sent.id}"')


async def test_keeping_it_puts_the_message_back(anna: Browser, ward: make.Ward, now: datetime) -> None:
    sent = await ward.writes(anna.resident, now=now)
    await anna.get(f"/inkorg/{sent.thread_id}")

    page = await anna.get(f"/inkorg/meddelanden/{sent.id}")
    fragment = await anna.get(f"/inkorg/meddelanden/{sent.id}", headers=HTMX)

    assert page.headers["location"] == f"/inkorg/{sent.thread_id}#letter-{sent.id}"
    assert fragment.text.lstrip().startswith(f'<article id="letter-{sent.id}"')


async def test_no_message_is_read_without_its_receipt(anna: Browser, ward: make.Ward, now: datetime) -> None:
    sent = await ward.writes(anna.resident, now=now)

    assert (await anna.get(f"/inkorg/meddelanden/{sent.id}", headers=HTMX)).status_code == 404


async def test_deleting_without_htmx_leads_back_and_says_it_is_done(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now, subject="Bort med mig")
    url = f"/inkorg/meddelanden/{sent.id}/radering"

    answer = await anna.press(url, seen_on=url)

    assert (answer.status_code, answer.headers["location"]) == (303, "/inkorg?raderat=1")
    inbox = await anna.get(answer.headers["location"])
    assert "Meddelandet är raderat ur din inkorg" in inbox.text
    assert "Bort med mig" not in inbox.text


async def test_deleting_one_of_several_leads_back_to_the_thread(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now)
    await ward.writes(anna.resident, now=now, thread_id=sent.thread_id)
    url = f"/inkorg/meddelanden/{sent.id}/radering"

    assert (await anna.press(url, seen_on=url)).headers["location"] == f"/inkorg/{sent.thread_id}?raderat=1"


async def test_deleting_with_htmx_puts_words_where_the_message_was(
    anna: Browser, ward: make.Ward, now: datetime
) -> None:
    sent = await ward.writes(anna.resident, now=now)
    url = f"/inkorg/meddelanden/{sent.id}/radering"

    answer = await anna.press(url, seen_on=url, headers=HTMX)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(f'<section id="deleted-{sent.id}"')


async def test_pressing_twice_is_told_that_it_is_gone(anna: Browser, ward: make.Ward, now: datetime) -> None:
    sent = await ward.writes(anna.resident, now=now)
    other = await ward.writes(anna.resident, now=now)
    url = f"/inkorg/meddelanden/{sent.id}/radering"
    await anna.press(url, seen_on=url)

    again = await anna.press(url, seen_on=f"/inkorg/meddelanden/{other.id}/radering", headers=HTMX)

    assert again.status_code == 404
    assert again.headers["hx-retarget"] == "#refusal"


async def test_nobody_presses_somebody_elses_button(bo: Browser, ward: make.Ward, now: datetime) -> None:
    anna = await make.a_resident(now=now)
    theirs, own = await ward.writes(anna, now=now), await ward.writes(bo.resident, now=now)

    answer = await bo.press(
        f"/inkorg/meddelanden/{theirs.id}/radering", seen_on=f"/inkorg/meddelanden/{own.id}/radering"
    )

    assert answer.status_code == 404
    assert (await queries.inbox_for(anna, older_than=None, now=now)).lines


async def test_a_form_from_elsewhere_deletes_nothing(anna: Browser, ward: make.Ward, now: datetime) -> None:
    """ASVS 3.5.1."""
    sent = await ward.writes(anna.resident, now=now)

    answer = await anna.client.post(f"/inkorg/meddelanden/{sent.id}/radering", data={"_csrf": "guess"})

    assert answer.status_code == 403
    assert (await queries.inbox_for(anna.resident, older_than=None, now=now)).lines


async def test_everything_a_clinic_writes_is_only_text(anna: Browser, ward: make.Ward, now: datetime) -> None:
    """ASVS 1.1.2: the canary stands in every field and comes out as text."""
    canary = "\"'><svg onload=alert(1)>"
    sent = await ward.writes(
        anna.resident,
        now=now,
        subject=canary,
        body=make.a_body(canary),
        purpose=canary,
        use_of_answers=canary,
        contact_name=canary,
        contact_hours=canary,
    )

    for path in (f"/inkorg/{sent.thread_id}", "/inkorg", f"/inkorg/meddelanden/{sent.id}/radering"):
        page = (await anna.get(path)).text
        assert "<svg" not in page
        assert "&lt;svg" in page
