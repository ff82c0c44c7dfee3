"""Whether the database that is open was sealed with the keys in use."""

from dataclasses import replace
from datetime import datetime

import pytest

from app import vault
from app.vault.belonging import belongs
from app.vault.keys import KeyRing
from app.vault.tables import Canary

pytestmark = pytest.mark.usefixtures("db", "ring")


async def test_a_new_database_is_marked_once_and_known_from_then_on(now: datetime) -> None:
    for _ in range(3):
        assert await belongs(now=now)

    assert await Canary.count() == 1


async def test_other_keys_do_not_open_it_and_do_not_mark_it(ring: KeyRing, now: datetime) -> None:
    await belongs(now=now)
    vault.use(replace(ring, keks={ring.current: vault.new_key()}))

    assert not await belongs(now=now)
    assert await Canary.count() == 1


async def test_another_index_key_is_noticed_before_people_cannot_be_found(
    ring: KeyRing, now: datetime
) -> None:
    await belongs(now=now)
    vault.use(replace(ring, index=vault.new_key()))

    assert not await belongs(now=now)


async def test_a_rotated_ring_still_belongs(ring: KeyRing, now: datetime) -> None:
    """ASVS 11.2.2"""
    await belongs(now=now)
    vault.use(replace(ring, keks={**ring.keks, "0002": vault.new_key()}, current="0002"))

    assert await belongs(now=now)
