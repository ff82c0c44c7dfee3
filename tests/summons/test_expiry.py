"""From its `expires_at` on a resident does nothing in a summons: no page offers it, no form gets through."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.booking.queries import TimeType, history_of
from app.inbox import actions as inbox
from app.summons import actions
from app.summons.actions import Sent
from tests import make
from tests.make import Browser, Clock, Ward
from tests.summons.flow import HTMX, TERMS, answers, books, case, holds
from tests.summons.test_cards import buttons, headings
from tests.summons.test_elsewhere import LINK, invited, told

SHAPES = pytest.mark.parametrize("headers", [{}, HTMX], ids=["without", "with-htmx"])
IN_ENGLISH = {"Accept-Language": "en"}
# Shorter than a session that nobody uses.
SOON = timedelta(minutes=10)
NOTHING_HERE = (
    "Det går inte att göra något mer här. Ring mottagningen om du behöver boka, ändra eller avboka en tid."
)
NUMBER = 'class="phone alone" href="tel:+4681234567"'


@pytest.fixture
async def choice(anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime) -> Sent:
    """Open for ten minutes."""
    return await make.a_summons(ward, anna.resident, visits, now=now, expires_at=now + SOON)


@pytest.fixture
async def visit(anna: Browser, ward: Ward, visits: TimeType, times: list[UUID], now: datetime) -> Sent:
    """A visit next week, to be answered within ten minutes, long before its cut-off."""
    return await make.a_summons(
        ward, anna.resident, visits, now=now, slot_id=times[0], after_cancellation="open",
        expires_at=now + SOON, details=TERMS,
    )  # fmt: skip


async def test_until_the_last_instant_all_can_be_done_and_the_earliest_end_is_named(
    anna: Browser, choice: Sent, visit: Sent, clock: Clock
) -> None:
    clock.turn(minutes=9, seconds=59)

    open_page = (await anna.get(f"/kallelser/{choice.id}")).text
    timed_page = (await anna.get(f"/kallelser/{visit.id}")).text

    assert buttons(open_page) == ["Boka tid"]
    assert "Boka senast måndag 23 november 2026 kl. 9.40." in open_page
    assert buttons(timed_page) == ["Bekräfta tiden", "Boka om", "Avboka"]
    for name in ("Svara senast", "Boka om eller avboka senast"):
        assert f'<dt>{name}</dt><dd><time datetime="2026-11-23T09:40:00+01:00">' in timed_page
    assert NOTHING_HERE not in open_page + timed_page


@pytest.mark.parametrize("to", ["bokning", "ombokning"])
async def test_no_time_is_promised_for_longer_than_it_can_be_taken(
    anna: Browser, choice: Sent, visit: Sent, times: list[UUID], clock: Clock, to: str
) -> None:
    """Held for ten minutes, of which four are left."""
    clock.turn(minutes=6)
    sent = visit if to == "ombokning" else choice

    page = await anna.get((await holds(anna, sent, times[1], to=to)).headers["location"])

    assert "Vi håller tiden åt dig till kl. 9.40." in page.text


async def test_then_pages_say_so_and_have_a_number_instead_of_buttons(
    anna: Browser, choice: Sent, visit: Sent, clock: Clock
) -> None:
    clock.turn(minutes=10)

    for sent, heading in ((choice, "Det är för sent att boka"), (visit, "Du är kallad till ett besök")):
        for path in (f"/kallelser/{sent.id}", f"/inkorg/{sent.thread_id}"):
            page = (await anna.get(path)).text
            assert headings(page) == [heading]
            assert buttons(page) == []
            assert NOTHING_HERE in page
            assert NUMBER in page
            assert "/bokning" not in page
            assert "/avbokning" not in page
    assert (
        "Sista dagen att boka var måndag 23 november 2026 kl. 9.40."
        in (await anna.get(f"/kallelser/{choice.id}")).text
    )
    timed_page = (await anna.get(f"/kallelser/{visit.id}")).text
    assert "måndag 30 november 2026 kl. 9.30" in timed_page, "the visit stands"
    assert "Ring mottagningen och säg om du kommer." in timed_page
    sheet = (await anna.get(f"/kallelser/{visit.id}/utskrift")).text
    assert NOTHING_HERE in sheet
    assert "avboka senast" not in sheet


async def test_in_english_too(anna: Browser, choice: Sent, visit: Sent, clock: Clock) -> None:
    clock.turn(minutes=10)

    for sent in (choice, visit):
        page = (await anna.get(f"/kallelser/{sent.id}", headers=IN_ENGLISH)).text
        assert "Nothing more can be done here. Call the clinic if you need to book, change or cancel" in page
        assert buttons(page) == []


async def test_the_letter_says_nothing_besides_its_card(
    anna: Browser, ward: Ward, visits: TimeType, clock: Clock
) -> None:
    """Two sentences about one last day, in two words, would be two last days to whoever reads them."""
    sent = await make.a_summons(
        ward, anna.resident, visits, now=clock(), book_by=clock() + SOON, due_at=clock() + SOON,
        expires_at=clock() + 2 * SOON,
    )  # fmt: skip
    before = (await anna.get(f"/inkorg/{sent.thread_id}")).text
    clock.turn(minutes=20)
    after = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    assert "<dt>Boka senast</dt>" in before
    assert "Svara senast" not in before
    assert "letter-asks" not in before + after
    assert "Tiden att svara gick ut" not in after
    assert "Sista dagen att boka var måndag 23 november 2026 kl. 9.40." in after, "of the two the last day"


async def test_a_receipt_is_asked_for_by_the_last_day_and_not_after_the_end(
    anna: Browser, ward: Ward, visits: TimeType, clock: Clock
) -> None:
    sent = await make.a_summons(
        ward, anna.resident, visits, now=clock(), due_at=clock() + SOON, expires_at=clock() + SOON,
        confirm_receipt=True,
    )  # fmt: skip
    confirm = f"/inkorg/meddelanden/{sent.message_id}/bekraftelse"
    before = (await anna.get(f"/inkorg/{sent.thread_id}")).text
    clock.turn(minutes=10)
    after = (await anna.get(f"/inkorg/{sent.thread_id}")).text

    assert 'Bekräfta senast <time datetime="2026-11-23T09:40:00+01:00">' in before
    assert f'action="{confirm}"' in before
    assert f'action="{confirm}"' not in after


@SHAPES
@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("bekraftelse", "Det är för sent att bekräfta här. Ring mottagningen."),
        ("avbokning", "Det är för sent att avboka här. Ring mottagningen."),
        ("ombokning", "Det är för sent att boka om här. Ring mottagningen."),
    ],
)
async def test_a_form_that_was_open_meanwhile_changes_nothing(
    anna: Browser,
    visit: Sent,
    times: list[UUID],
    clock: Clock,
    what: str,
    sentence: str,
    headers: dict[str, str],
) -> None:
    page = f"/kallelser/{visit.id}"
    form = {"seen": (await case(anna, visit)).seen, "accepted": "1", "slot": str(times[1])}
    clock.turn(minutes=10)

    answer = await anna.press(f"{page}/{what}", seen_on=page, form=form, headers=headers)

    assert answer.status_code == 409
    assert sentence in answer.text
    assert NOTHING_HERE in answer.text
    after = await case(anna, visit)
    assert after.visit is not None
    assert (after.state(clock()), after.visit.slot_id, after.visit.sequence) == ("booked", times[0], 0)
    assert [step.action for step in await history_of(visit.id)] == ["booked"]


@SHAPES
async def test_no_time_is_booked_or_held_any_more(
    anna: Browser, choice: Sent, times: list[UUID], clock: Clock, headers: dict[str, str]
) -> None:
    assert (await holds(anna, choice, times[0])).status_code == 303
    clock.turn(minutes=10)

    held = await holds(anna, choice, times[1], headers=headers)
    booked = await books(anna, choice, times[0], headers=headers)

    assert NOTHING_HERE in held.text
    assert buttons(held.text) == []
    assert booked.status_code == 409
    assert "Det är för sent att boka här. Ring mottagningen." in booked.text
    assert (await case(anna, choice)).state(clock()) == "expired"


@SHAPES
async def test_what_was_cancelled_is_not_taken_back_any_more(
    anna: Browser, visit: Sent, clock: Clock, headers: dict[str, str]
) -> None:
    await answers(anna, visit, "avbokning")
    page = f"/kallelser/{visit.id}"
    assert buttons((await anna.get(page)).text) == ["Boka samma tid igen", "Boka en ny tid"]
    form = {"seen": (await case(anna, visit)).seen, "accepted": "1"}
    clock.turn(minutes=10)

    answer = await anna.press(f"{page}/samma-tid", seen_on=page, form=form, headers=headers)

    assert answer.status_code == 409
    assert "Det är för sent att boka här. Ring mottagningen." in answer.text
    assert buttons(answer.text) == []
    assert (await case(anna, visit)).state(clock()) == "expired"


@pytest.mark.parametrize(
    "step", ["bokning", "bokning/granska", "ombokning", "ombokning/granska", "avbokning"]
)
async def test_an_old_address_of_a_step_shows_how_things_stand(
    anna: Browser, choice: Sent, visit: Sent, clock: Clock, step: str
) -> None:
    clock.turn(minutes=10)

    for sent in (choice, visit):
        assert NOTHING_HERE in (await anna.get(f"/kallelser/{sent.id}/{step}")).text


async def test_att_gora_and_mina_tider_agree(anna: Browser, choice: Sent, visit: Sent, clock: Clock) -> None:
    before = (await anna.get("/att-gora")).text
    mine = (await anna.get("/tider")).text
    clock.turn(minutes=10)
    after = (await anna.get("/att-gora")).text
    later = (await anna.get("/tider")).text

    assert before.count("2026-11-23T09:40:00+01:00") == 2, "by when each must be answered"
    assert "Väntar på att du bekräftar" in mine
    assert 'datetime="2026-11-23T09:40:00+01:00"' in mine
    assert "Inget väntar på ditt svar" in after
    assert "Väntar på att du bekräftar" not in later
    assert "måndag 30 november 2026 kl. 9.30" in later


async def test_the_review_says_until_when_it_can_be_changed(
    anna: Browser, choice: Sent, times: list[UUID]
) -> None:
    await holds(anna, choice, times[0])

    page = (await anna.get(f"/kallelser/{choice.id}/bokning/granska")).text

    assert '<dt>Kan ändras till och med</dt><dd><time datetime="2026-11-23T09:40:00+01:00">' in page, (
        "not until the cut-off, which is later"
    )


async def test_a_visit_that_was_booked_in_time_can_be_changed_no_longer_than_the_rest(
    anna: Browser, choice: Sent, times: list[UUID], clock: Clock
) -> None:
    assert (await books(anna, choice, times[0])).status_code == 303
    assert buttons((await anna.get(f"/kallelser/{choice.id}")).text) == ["Boka om", "Avboka"]
    clock.turn(minutes=10)

    page = (await anna.get(f"/kallelser/{choice.id}")).text

    assert headings(page) == ["Din tid är bokad"]
    assert buttons(page) == []
    assert NOTHING_HERE in page


async def test_the_clinic_still_books_moves_and_cancels_and_promises_nothing(
    anna: Browser, ward: Ward, choice: Sent, visit: Sent, times: list[UUID], clock: Clock
) -> None:
    clock.turn(minutes=10)
    common: dict[str, Any] = {
        "resident_id": anna.resident.id, "by": ward.care_system.actor, "language": "sv", "now": clock(),
    }  # fmt: skip
    await actions.book(choice.id, slot_id=times[1], accepted=False, **common)
    await actions.rebook(
        visit.id, slot_id=times[2], accepted=False, seen=(await case(anna, visit)).seen, **common
    )
    assert [(await case(anna, each)).state(clock()) for each in (choice, visit)] == ["booked", "rebooked"]
    await actions.cancel(visit.id, seen=(await case(anna, visit)).seen, **common)

    page = (await anna.get(f"/inkorg/{visit.thread_id}")).text

    assert (await case(anna, visit)).state(clock()) == "expired"
    assert headings(page)[0] == "Mottagningen har avbokat tiden"
    assert "Du kan boka en ny tid i kallelsen." not in page, "it opens anew only as long as it is open"
    assert "Ring mottagningen om du ändå behöver en tid." in page


async def test_the_receipt_of_a_cancellation_points_at_what_holds_now(
    anna: Browser, visit: Sent, clock: Clock
) -> None:
    """It is kept, and says in a week what it says today."""
    await actions.cancel(
        visit.id, resident_id=anna.resident.id, seen=(await case(anna, visit)).seen,
        by=anna.resident.actor, language="sv", now=clock(),
    )  # fmt: skip

    page = (await anna.get(f"/inkorg/{visit.thread_id}")).text

    points = "Du kan boka en ny tid i kallelsen. Överst i det här meddelandet står vad som gäller just nu."
    assert points in page


async def test_what_is_booked_elsewhere_is_led_to_no_more(anna: Browser, ward: Ward, clock: Clock) -> None:
    link = "https://tider.example.se/boka"
    sent = await make.a_summons(
        ward, anna.resident, None, now=clock(), expires_at=clock() + SOON, details={"booking_link": link}
    )
    assert f'<a class="button" href="{link}"' in (await anna.get(f"/kallelser/{sent.id}")).text
    clock.turn(minutes=10)

    page = (await anna.get(f"/kallelser/{sent.id}")).text

    assert NOTHING_HERE in page
    assert f'href="{link}"' not in page
    assert "Inget väntar på ditt svar" in (await anna.get("/att-gora")).text


async def test_a_visit_that_was_booked_there_is_led_to_no_more_either(
    anna: Browser, ward: Ward, clock: Clock
) -> None:
    sent = await invited(ward, anna, now=clock(), expires_at=clock() + SOON)
    await told(ward, anna, sent, now=clock())
    assert LINK in (await anna.get(f"/kallelser/{sent.id}")).text
    clock.turn(minutes=10)

    page = (await anna.get(f"/kallelser/{sent.id}")).text

    assert headings(page) == ["Din tid är bokad"]
    assert NOTHING_HERE in page
    assert LINK not in page


async def test_nothing_is_written_back_after_it(
    anna: Browser, ward: Ward, visits: TimeType, clock: Clock
) -> None:
    sent = await make.a_summons(
        ward, anna.resident, visits, now=clock(), expires_at=clock() + SOON, reply_allowed=True
    )
    await inbox.open_thread(sent.thread_id, resident=anna.resident, now=clock())
    path = f"/inkorg/meddelanden/{sent.message_id}/svar"
    assert f'action="{path}"' in (await anna.get(f"/inkorg/{sent.thread_id}")).text
    clock.turn(minutes=10)

    assert f'action="{path}"' not in (await anna.get(f"/inkorg/{sent.thread_id}")).text
