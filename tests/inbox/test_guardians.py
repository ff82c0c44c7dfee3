"""What is hidden from guardians is nowhere for them, and all there for the child (OSL 12 kap. 3 §)."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest

from app.booking import queries as booking
from app.database import rows
from app.errors import Missing
from app.inbox import actions, queries
from app.inbox.sealed import Version
from app.sessions.principals import Resident
from app.summons import actions as answers
from app.summons import queries as summons
from app.summons.pages.card import cards
from tests import make
from tests.make import Ward

ENGLISH = Version("en", "Secret", make.a_body("Secret"))


class Family(NamedTuple):
    """Bo acts for Anna."""

    child: Resident
    guardian: Resident


@pytest.fixture
async def family(db: None, now: datetime) -> Family:
    child, bo = await make.a_resident(now=now), await make.a_resident(make.BO, now=now)
    guardian = Resident(id=bo.id, session_id=bo.session_id, name=bo.name, level="loa3", acting_for=child.id)
    return Family(child, guardian)


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


async def listed(reader: Resident, now: datetime) -> list[tuple[str, int, datetime]]:
    inbox = await queries.inbox_for(reader, older_than=None, now=now)
    return [(line.subject, line.unread, line.last_at) for line in inbox.lines]


async def subjects_in(reader: Resident, thread_id: UUID, now: datetime) -> list[str]:
    thread = await actions.read_thread(thread_id, resident=reader, now=now)
    return [letter.content.subject for letter in thread.letters]


async def test_a_hidden_thread_is_in_the_childs_list_only_and_counts_for_the_child_only(
    ward: Ward, family: Family, now: datetime
) -> None:
    await ward.writes(family.child, now=now, subject="Till er")
    await ward.writes(
        family.child, now=now, subject="Till dig", hidden_from_guardians=True, versions=(ENGLISH,)
    )

    assert await listed(family.guardian, now) == [("Till er", 1, now)]
    assert {line[0] for line in await listed(family.child, now)} == {"Till er", "Till dig"}
    for reader, unread in ((family.guardian, 1), (family.child, 2)):
        assert (await queries.inbox_for(reader, older_than=None, now=now)).unread == unread


async def test_a_hidden_letter_in_an_open_thread_moves_and_counts_nothing_for_the_guardian(
    ward: Ward, family: Family, now: datetime
) -> None:
    first = await ward.writes(family.child, now=now, subject="Till er")
    later = now + timedelta(hours=1)
    hidden = await ward.writes(
        family.child, now=later, subject="Till dig", thread_id=first.thread_id, hidden_from_guardians=True
    )

    assert await listed(family.guardian, later) == [("Till er", 1, now)]
    assert await listed(family.child, later) == [("Till er", 2, later)]
    assert await subjects_in(family.guardian, first.thread_id, later) == ["Till er"]
    assert await listed(family.child, later) == [("Till er", 1, later)], "it is unread until the child reads"
    assert await listed(family.guardian, later) == [("Till er", 0, now)]
    assert await subjects_in(family.child, first.thread_id, later) == ["Till er", "Till dig"]
    for ask in (queries.letter_for, queries.opened_letter_for):
        with pytest.raises(Missing):
            await ask(family.guardian, hidden.id, now=later)
        assert (await ask(family.child, hidden.id, now=later))[0].id == hidden.id


async def test_a_hidden_thread_is_not_there_for_the_guardian_in_any_way(
    ward: Ward, family: Family, now: datetime
) -> None:
    hidden = await ward.writes(
        family.child, now=now, hidden_from_guardians=True, confirm_receipt=True, kind="ordination"
    )
    await ward.writes(family.child, now=now, thread_id=hidden.thread_id, subject="Utan märke")

    with pytest.raises(Missing):
        await actions.read_thread(hidden.thread_id, resident=family.guardian, now=now)
    with pytest.raises(Missing):
        await actions.delete(hidden.id, resident=family.guardian, now=now)
    assert not await queries.has_letters(family.guardian, hidden.thread_id)
    assert await queries.places_of(family.guardian, [hidden.id]) == {}
    assert await listed(family.guardian, now) == []
    assert len(await subjects_in(family.child, hidden.thread_id, now)) == 2
    with pytest.raises(Missing):
        await actions.confirm(hidden.id, resident=family.guardian, now=now)
    await actions.confirm(hidden.id, resident=family.child, now=now)


async def test_older_threads_are_paged_by_what_the_guardian_may_see(
    ward: Ward, family: Family, now: datetime
) -> None:
    for number in range(25):
        sent = await ward.writes(
            family.child, now=now + timedelta(minutes=number), subject=f"Brev {number:02}"
        )
        await ward.writes(
            family.child,
            now=now + timedelta(hours=2),
            thread_id=sent.thread_id,
            hidden_from_guardians=True,
        )
    late = now + timedelta(hours=3)

    first = await queries.inbox_for(family.guardian, older_than=None, now=late)
    second = await queries.inbox_for(family.guardian, older_than=first.older, now=late)

    shown = [line.subject for line in [*first.lines, *second.lines]]
    assert shown == [f"Brev {number:02}" for number in range(24, -1, -1)]
    assert second.older is None


class Told(NamedTuple):
    kind: str
    actor_kind: str


async def test_what_a_guardian_does_is_told_and_audited_as_theirs(
    ward: Ward, family: Family, now: datetime
) -> None:
    sent = await ward.writes(family.child, now=now)

    await actions.read_thread(sent.thread_id, resident=family.guardian, now=now)
    await actions.delete(sent.id, resident=family.guardian, now=now)

    told = await rows(Told, "SELECT kind, actor_kind FROM events ORDER BY id")
    assert told[1:] == [("message.read", "guardian")]
    done = await rows(
        Told,
        "SELECT action AS kind, actor_kind FROM audit WHERE actor_id = {} AND resident_id = {} ORDER BY id",
        family.guardian.id,
        family.child.id,
    )
    assert {each.actor_kind for each in done} == {"guardian"}
    assert [each.kind for each in done] == ["message.first-read", "thread.read", "message.deleted"]


async def test_a_hidden_summons_is_in_no_card_no_list_of_what_to_do_and_no_times(
    ward: Ward, family: Family, now: datetime
) -> None:
    visits = await make.a_time_type(ward, now=now)
    slot, other = await make.some_slots(
        ward, visits, now + timedelta(days=7), now + timedelta(days=8), now=now
    )
    open_to_both = await make.a_summons(ward, family.child, visits, now=now, slot_id=other)
    hidden = await make.a_summons(
        ward, family.child, visits, now=now, slot_id=slot, hidden_from_guardians=True, sensitive=True
    )
    both = [open_to_both.id, hidden.id]

    to_do = {case.summons.id for case in await summons.to_do_for(family.guardian, now=now)}
    assert to_do == {open_to_both.id}
    assert {case.summons.id for case in await summons.to_do_for(family.child, now=now)} == set(both)
    assert set(await cards(family.guardian, both, language="sv", now=now)) == {open_to_both.id}
    assert set(await cards(family.child, both, language="sv", now=now)) == set(both)
    with pytest.raises(Missing):
        await summons.case_opened_by(family.guardian, hidden.id, now=now)
    times = await booking.times_for(family.guardian, older_than=None, now=now)
    assert [visit.link_id for visit in times.upcoming] == [open_to_both.id]
    assert len((await booking.times_for(family.child, older_than=None, now=now)).upcoming) == 2
    assert hidden.appointment_id
    with pytest.raises(Missing):
        await booking.read_visit_for(family.guardian, hidden.appointment_id, now=now)
    past = now + timedelta(days=30)
    times = await booking.times_for(family.guardian, older_than=None, now=past)
    assert [visit.link_id for visit in times.past] == [open_to_both.id]


async def test_the_receipts_of_a_hidden_summons_are_hidden_and_as_sensitive(
    ward: Ward, family: Family, now: datetime
) -> None:
    visits = await make.a_time_type(ward, now=now)
    [slot] = await make.some_slots(ward, visits, now + timedelta(days=7), now=now)
    first = await ward.writes(family.child, now=now, subject="Till er")
    sent = await make.a_summons(
        ward,
        family.child,
        visits,
        now=now,
        slot_id=slot,
        thread_id=first.thread_id,
        hidden_from_guardians=True,
        sensitive=True,
    )
    case = await summons.case_for(family.child.id, sent.id)

    await answers.confirm(
        sent.id,
        resident_id=family.child.id,
        seen=case.seen,
        accepted=True,
        by=family.child.actor,
        language="sv",
        now=now,
    )

    assert await subjects_in(family.guardian, first.thread_id, now) == ["Till er"]
    assert len(await subjects_in(family.child, first.thread_id, now)) == 3
    marks = await rows(
        Told, "SELECT kind, relation AS actor_kind FROM messages WHERE hidden_from_guardians AND sensitive"
    )
    assert sorted(mark.kind for mark in marks) == ["booking-confirmation", "summons"]


async def test_a_hidden_letter_that_awaits_an_answer_is_not_in_what_the_guardian_has_to_do(
    ward: Ward, family: Family, now: datetime
) -> None:
    due = now + timedelta(days=3)
    sent = await ward.writes(family.child, now=now, due_at=due, hidden_from_guardians=True)

    assert await queries.awaiting_for(family.guardian, now=now) == []
    assert [letter.id for letter in await queries.awaiting_for(family.child, now=now)] == [sent.id]
