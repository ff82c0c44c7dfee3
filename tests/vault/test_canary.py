from dataclasses import replace

import pytest

from app import vault
from app.vault.keys import KeyRing

pytestmark = pytest.mark.usefixtures("ring")


def test_a_database_knows_its_keys() -> None:
    assert vault.check_canary(vault.canary())


def test_keys_of_another_installation_are_refused(ring: KeyRing) -> None:
    sung = vault.canary()
    vault.use(replace(ring, keks={ring.current: vault.new_key()}))

    assert not vault.check_canary(sung)


def test_a_foreign_index_key_is_refused_though_everything_can_be_read(ring: KeyRing) -> None:
    """With it no resident would be found, and letters would be refused as not reachable."""
    sung = vault.canary()
    vault.use(replace(ring, index=vault.new_key()))

    assert not vault.check_canary(sung)


def test_a_rotation_keeps_the_canary_as_long_as_the_old_key_stays(ring: KeyRing) -> None:
    sung = vault.canary()
    vault.use(replace(ring, keks={**ring.keks, "0002": vault.new_key()}, current="0002"))

    assert vault.check_canary(sung)


def test_a_damaged_canary_is_refused() -> None:
    assert not vault.check_canary(b"")
    assert not vault.check_canary(vault.canary()[:-1])
