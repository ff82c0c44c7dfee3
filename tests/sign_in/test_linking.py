"""Which e-IDs lead to one inbox (R17), and whose door stays shut. Said in words, and audited."""

import asyncio
from dataclasses import replace
from typing import NamedTuple

import pytest

from app.audit.queries import accesses_to, denials
from app.database import rows
from app.residents import actions as residents
from app.residents.queries import people
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.actions.residents import start
from app.sign_in.rules.audiences import (
    COORDINATION_LEVEL,
    COORDINATION_NUMBER,
    PERSONAL_IDENTITY_NUMBER,
    PREVIOUS_NUMBER,
)
from app.sign_in.rules.people import Person
from app.sign_in.rules.refusals import OtherEidNeeded
from tests.make import ANNA, BO, a_resident
from tests.sign_in.fake import LEFT_OUT, FakeProvider
from tests.sign_in.test_signing_in import is_signed_in, signs_in

FORMER = "197512752382"
OLENA_NOW = {PREVIOUS_NUMBER: FORMER}
COORDINATED = {
    PERSONAL_IDENTITY_NUMBER: LEFT_OUT,
    COORDINATION_NUMBER: FORMER,
    COORDINATION_LEVEL: "confirmed",
}
UNCERTIFIED = "http://id.swedenconnect.se/loa/1.0/uncertified-loa3"


class Number(NamedTuple):
    of_rows: int


async def count(table):
    return (await rows(Number, f"SELECT count(*) AS of_rows FROM {table}"))[0].of_rows  # noqa: S608 - our own names


async def why_refused():
    return [(row.object_kind, row.object_id) for row in await denials()]


@pytest.fixture
def other(provider, clock):
    """A second provider, of another issuer."""
    return FakeProvider(replace(provider, issuer="http://127.0.0.1:8009"), clock)


@pytest.fixture
def facing(switched):
    """Turns the door to a provider, on the trust list or not."""

    def turn(fake, *, trusted=True):
        vars(switched).update(vars(fake.connection()))
        switched.provider = replace(fake.provider, is_trusted=trusted)

    return turn


async def signs_in_as_before(browser, fake):
    """With the coordination number, as another subject."""
    fake.told = COORDINATED | {"sub": "former"}
    fake.claims = {"sub": "former"}
    await signs_in(browser, fake)
    fake.told, fake.claims = {}, {}


async def signs_in_anew(browser, fake, **how):
    browser.cookies.delete("sid")
    return await signs_in(browser, fake, **how)


async def test_two_on_the_trust_list_lead_to_one_inbox(visitor, fake, other, facing):
    """ASVS 6.8.1: two principals, one resident."""
    await signs_in(visitor, fake)
    facing(other)
    await signs_in_anew(visitor, other)

    assert await is_signed_in(visitor)
    assert (await count("identities"), await count("residents")) == (2, 1)


async def test_one_that_is_not_on_the_list_links_to_nobody(visitor, fake, other, facing):
    """R17: else it could read the post of whatever number it names."""
    await signs_in(visitor, fake)
    facing(other, trusted=False)
    response = await signs_in_anew(visitor, other)

    assert response.status_code == 409
    assert "med en annan e-legitimation" in response.text
    assert "ring oss" in response.text
    assert await why_refused() == [("eid", "sign-in.other-e-id-needed")]
    assert not await is_signed_in(visitor)
    assert await count("identities") == 1


async def test_nor_to_an_account_that_was_opened_for_its_owner(visitor, fake, facing, now):
    """A child's, that a guardian opened."""
    await a_resident(now=now)
    facing(fake, trusted=False)

    assert (await signs_in(visitor, fake)).status_code == 409


async def test_it_may_open_an_account_and_come_back_to_it(visitor, fake, facing):
    facing(fake, trusted=False)
    await signs_in(visitor, fake)
    await signs_in_anew(visitor, fake)

    assert await is_signed_in(visitor)
    assert await count("residents") == 1


async def test_and_then_nobody_is_led_into_what_it_opened(visitor, fake, other, facing):
    """R17 the other way round: a stranger who opened it first would read on."""
    facing(other, trusted=False)
    await signs_in(visitor, other)
    facing(fake)
    response = await signs_in_anew(visitor, fake)

    assert response.status_code == 409
    assert not await is_signed_in(visitor)


async def test_who_was_linked_before_still_comes_in_when_it_is_off_the_list(visitor, fake, other, facing):
    await signs_in(visitor, fake)
    facing(other)
    await signs_in_anew(visitor, other)
    facing(other, trusted=False)
    await signs_in_anew(visitor, other)

    assert await is_signed_in(visitor)


async def test_the_inbox_follows_to_the_new_number(visitor, fake):
    """domain.md 3.1, through the door: coordination number first, then a personal identity number."""
    await signs_in_as_before(visitor, fake)
    before = await residents.find(FORMER)
    fake.told = OLENA_NOW
    await signs_in_anew(visitor, fake)

    assert await is_signed_in(visitor)
    assert await residents.find(ANNA.number) == await residents.find(FORMER) == before
    assert (await people([before]))[before].number == ANNA.number
    assert "account.number-changed" in {row.action for row in await accesses_to(before)}


async def test_what_is_no_e_id_on_the_list_moves_no_inbox(visitor, fake, other, facing):
    await signs_in_as_before(visitor, fake)
    before = await residents.find(FORMER)
    other.told = OLENA_NOW
    facing(other, trusted=False)
    await signs_in_anew(visitor, other)

    assert await residents.find(FORMER) == before
    assert await residents.find(ANNA.number) != before


async def test_two_inboxes_are_refused_in_words(visitor, fake):
    await signs_in_as_before(visitor, fake)
    await signs_in_anew(visitor, fake)
    fake.told = OLENA_NOW
    response = await signs_in_anew(visitor, fake)

    assert response.status_code == 409
    assert "två inkorgar" in response.text
    assert await why_refused() == [("eid", "account.two-inboxes")]
    assert FORMER not in response.text


async def test_a_protected_identity_gets_an_inbox_of_its_own(visitor, fake, now):
    await signs_in_as_before(visitor, fake)
    before = await residents.find(FORMER)
    await residents.never_link(ANNA.number, now=now)
    fake.told = OLENA_NOW
    await signs_in_anew(visitor, fake)

    assert await is_signed_in(visitor)
    assert await residents.find(ANNA.number) != before
    assert await residents.find(FORMER) == before


@pytest.mark.parametrize("level", ["probable", LEFT_OUT])
async def test_a_coordination_number_that_is_not_confirmed_is_refused_in_words(level, visitor, fake):
    fake.told = COORDINATED | {COORDINATION_LEVEL: level}
    response = await signs_in(visitor, fake)

    assert response.status_code == 409
    assert "ditt samordningsnummer är bekräftat" in response.text
    assert await why_refused() == [("eid", "sign-in.number-not-confirmed")]
    assert await count("residents") == 0


async def test_a_level_nobody_vouches_for_is_refused_even_if_the_file_let_it_in(visitor, fake, switched):
    """domain.md 3.2; the tests are no demo."""
    switched.provider = replace(fake.provider, levels=(UNCERTIFIED,))
    fake.claims = {"acr": UNCERTIFIED}

    assert (await signs_in(visitor, fake)).status_code == 409
    assert await why_refused() == [("eid", "sign-in.level-too-low")]


@pytest.mark.parametrize("act", [residents.lock, residents.mark_deceased])
async def test_a_shut_account_is_refused_in_the_same_words(act, visitor, fake, now):
    await act((await a_resident(now=now)).id, now=now)
    response = await signs_in(visitor, fake)

    assert response.status_code == 409
    assert "Det går inte att logga in på det här kontot. Ring oss" in response.text
    assert not await is_signed_in(visitor)
    [(_, why)] = await why_refused()
    assert why == ("account.locked locked" if act is residents.lock else "account.locked deceased")
    assert "avliden" not in response.text


def person(issuer, number, *, subject, previous=None):
    return Person(
        issuer=issuer, subject=subject, level="loa3", number=number, name="Olena", previous=previous
    )


@pytest.mark.parametrize("turn", range(4))
async def test_first_sign_ins_at_once_with_old_and_new_number_are_one_person(
    turn, db, provider, settings, now
):
    """Through two providers at the same time, neither known before."""
    beginning = Beginning(provider=provider, replaces=None, absolute=settings.session_absolute, now=now)
    arriving = [
        start(person("https://a.example", FORMER, subject="1"), beginning),
        start(person("https://b.example", BO.number, subject="2", previous=FORMER), beginning),
        start(person("https://b.example", BO.number, subject="2", previous=FORMER), beginning),
    ]
    tokens = await asyncio.gather(*(arriving[turn % 3 :] + arriving[: turn % 3]))

    assert len(set(tokens)) == 3
    assert await count("residents") == 1
    assert await residents.find(FORMER) == await residents.find(BO.number)


@pytest.mark.parametrize("turn", range(4))
async def test_of_a_trusted_and_an_untrusted_one_at_once_only_one_comes_in(turn, db, provider, settings, now):
    beginning = Beginning(provider=provider, replaces=None, absolute=settings.session_absolute, now=now)
    untrusted = replace(beginning, provider=replace(provider, is_trusted=False))
    arriving = [
        start(person("https://a.example", BO.number, subject="1"), beginning),
        start(person("https://b.example", BO.number, subject="2"), untrusted),
    ]
    ended = await asyncio.gather(*arriving[:: 1 if turn % 2 else -1], return_exceptions=True)

    assert [type(one) for one in ended if not isinstance(one, str)] == [OtherEidNeeded]
    assert (await count("residents"), await count("identities"), await count("sessions")) == (1, 1, 1)
