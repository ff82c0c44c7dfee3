"""However often a letter is sent with one key, it is delivered once (fault F9)."""

import asyncio
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import pytest

from app import database
from app.care.queries import clinic_by_hsa
from app.care_api.actions import forget_old_keys, keys
from app.care_api.actions.keys import Asked, Reply
from app.care_api.rules.idempotency import key_hash
from app.care_api.rules.refusals import KeyInFlight
from app.inbox import actions as inbox
from app.sessions.principals import Resident
from tests import make
from tests.care_api.conftest import NOTHING, Sender, Stored, stored
from tests.make import Clock

KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
SYSTEM = UUID("019ab01c-64a0-7b6e-9c5a-0f3d5d3a7c11")


class _Everything(NamedTuple):
    key_hash: bytes
    fingerprint: bytes
    reply: bytes


def asked(fingerprint: bytes = b"same", *, care_system_id: UUID = SYSTEM) -> Asked:
    return Asked(care_system_id, "messages.send", key_hash("k"), fingerprint)


async def test_a_lost_reply_is_given_again_byte_for_byte(vardit: Sender, clock: Clock) -> None:
    first = await vardit.send(key=KEY)
    clock.turn(minutes=5)
    again = await vardit.send(key=KEY)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert await stored() == Stored(1, 1, 1)


async def test_a_bare_key_is_the_same_as_a_quoted_one(vardit: Sender) -> None:
    first, again = await vardit.send(key=KEY), await vardit.send(key=KEY.strip('"'))

    assert again.content == first.content
    assert await stored() == Stored(1, 1, 1)


async def test_ten_at_once_are_one_letter(vardit: Sender) -> None:
    """ASVS 2.3.4: the others wait (409) or get the same reply."""
    answers = await asyncio.gather(*(vardit.send(key=KEY) for _ in range(10)))

    delivered = {answer.content for answer in answers if answer.status_code == 201}
    others = {
        (a.status_code, a.json()["code"], a.headers["retry-after"]) for a in answers if a.status_code != 201
    }
    assert len(delivered) == 1
    assert others <= {(409, "idempotency.in-flight", "1")}
    assert await stored() == Stored(1, 1, 1)


async def test_ten_keys_at_once_are_ten_letters(vardit: Sender) -> None:
    answers = await asyncio.gather(*(vardit.send() for _ in range(10)))

    assert [answer.status_code for answer in answers] == [201] * 10
    assert (await stored()).messages == 10


async def test_a_key_cannot_be_used_for_another_letter(vardit: Sender) -> None:
    await vardit.send(key=KEY)
    other = await vardit.send(key=KEY, subject="Ett annat ämne")

    assert (other.status_code, other.json()["code"]) == (422, "idempotency.reused")
    assert await stored() == Stored(1, 1, 1)


async def test_two_care_systems_may_choose_the_same_key(vardit: Sender, grannen: Sender) -> None:
    mine = await vardit.send(key=KEY)
    theirs = await grannen.send(key=KEY, clinic=make.OTHER_HSA_ID)

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


async def test_a_refused_letter_may_be_corrected_under_its_key(vardit: Sender) -> None:
    refused = await vardit.send(key=KEY, purpose=None)
    assert refused.status_code == 422
    assert await stored() == NOTHING

    assert (await vardit.send(key=KEY)).status_code == 201


async def test_while_one_is_on_its_way_the_same_is_told_to_wait(db: None, now: datetime) -> None:
    await keys.claim(asked(), now=now)

    with pytest.raises(KeyInFlight):
        await keys.claim(asked(), now=now)


async def test_a_lease_that_ran_out_is_taken_over_and_the_slow_first_cannot_answer_any_more(
    db: None, clock: Clock
) -> None:
    """A process that died holds a key for sixty seconds; one that was only slow rolls its message back."""
    slow = await keys.claim(asked(), now=clock())
    assert isinstance(slow, UUID)
    clock.turn(seconds=59)
    with pytest.raises(KeyInFlight):
        await keys.claim(asked(), now=clock())

    clock.turn(seconds=1)
    second = await keys.claim(asked(b"another"), now=clock())
    assert isinstance(second, UUID)
    with pytest.raises(KeyInFlight):
        await keys.answer(slow, Reply(201, b"slow"))
    await keys.answer(second, Reply(201, b"second"))

    assert await keys.claim(asked(b"another"), now=clock()) == Reply(201, b"second")


async def test_of_several_that_take_over_at_once_one_gets_it(db: None, clock: Clock) -> None:
    """Several rounds: in the first, PostgreSQL's connections still learn the statements one by one."""
    await keys.claim(asked(), now=clock())
    for _ in range(5):
        now = clock.turn(seconds=60)
        results = await asyncio.gather(
            *(keys.claim(asked(), now=now) for _ in range(4)), return_exceptions=True
        )

        assert sorted(type(result).__name__ for result in results) == ["KeyInFlight"] * 3 + ["UUID"]


async def test_a_slow_first_holders_message_is_rolled_back_with_its_reply(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    """One transaction: message and reply are stored together or not at all."""
    slow = await keys.claim(asked(), now=clock())
    assert isinstance(slow, UUID)
    await keys.claim(asked(), now=clock.turn(seconds=60))

    with pytest.raises(KeyInFlight):
        await _delivered_and_answered(vardit, anna_here, slow, clock())

    assert (await stored()).messages == 0


@database.in_transaction
async def _delivered_and_answered(sender: Sender, resident: Resident, claim: UUID, now: datetime) -> None:
    letter = make.a_letter(resident, await clinic_by_hsa(make.HSA_ID))
    await inbox.deliver(letter, care_system_id=sender.care_system.id, by=sender.care_system.actor, now=now)
    await keys.answer(claim, Reply(201, b"late"))


async def test_a_fault_gives_the_key_back(db: None, now: datetime) -> None:
    claimed = await keys.claim(asked(), now=now)
    assert isinstance(claimed, UUID)

    with pytest.raises(ZeroDivisionError):
        async with keys.released_on_failure(claimed):
            raise ZeroDivisionError

    assert await stored() == NOTHING


async def test_neither_the_key_nor_the_number_is_stored(vardit: Sender) -> None:
    key = f'"{make.ANNA.number}"'
    await vardit.send(key=key)

    held = await database.rows(_Everything, "SELECT key_hash, fingerprint, reply FROM idempotency_keys")

    assert make.ANNA.number.encode() not in b"".join(held[0])


async def test_keys_are_forgotten_after_thirty_days(vardit: Sender, clock: Clock) -> None:
    await vardit.send(key=KEY)
    clock.turn(days=30)
    assert await forget_old_keys(clock()) == 0

    clock.turn(seconds=1)
    assert await forget_old_keys(clock()) == 1
