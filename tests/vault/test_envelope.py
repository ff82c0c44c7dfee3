from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from app import vault
from app.vault import Place
from app.vault.keys import KeyRing

CLEAR = "Provsvaret är klart".encode()

pytestmark = pytest.mark.usefixtures("ring")


def refusal(box: bytes, key: bytes, place: Place) -> str:
    with pytest.raises(vault.Unreadable) as refused:
        vault.unseal(box, key, place)
    return str(refused.value)


def test_what_is_sealed_can_be_read_with_its_wrapped_key(place: Place) -> None:
    wrapped = vault.wrap(key := vault.new_key(), place)
    sealed = vault.seal(CLEAR, key, place)

    assert CLEAR not in sealed
    assert key not in wrapped
    assert vault.unseal(sealed, vault.unwrap(wrapped, place), place) == CLEAR


def test_an_empty_text_is_a_text(place: Place) -> None:
    key = vault.new_key()

    assert vault.unseal(vault.seal(b"", key, place), key, place) == b""


def test_no_bit_of_a_sealed_text_can_be_changed(place: Place) -> None:
    """ASVS 11.3.3"""
    key = vault.new_key()
    sealed = vault.seal(CLEAR, key, place)

    for position in range(len(sealed)):
        for bit in range(8):
            refusal(flipped(sealed, position, bit), key, place)


def test_no_bit_of_a_wrapped_key_can_be_changed(place: Place) -> None:
    """ASVS 11.3.3"""
    wrapped = vault.wrap(vault.new_key(), place)

    for position in range(len(wrapped)):
        for bit in range(8):
            with pytest.raises(vault.Unreadable):
                vault.unwrap(flipped(wrapped, position, bit), place)


def test_a_box_cut_short_or_lengthened_is_unreadable(place: Place) -> None:
    key = vault.new_key()
    sealed, wrapped = vault.seal(CLEAR, key, place), vault.wrap(key, place)

    for length in range(len(sealed)):
        refusal(sealed[:length], key, place)
    for length in range(len(wrapped)):
        with pytest.raises(vault.Unreadable):
            vault.unwrap(wrapped[:length], place)
    refusal(sealed + b"\0", key, place)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"provider": "provider-2"},
        {"table": "threads"},
        {"column": "subject"},
        {"row": UUID(int=8)},
        {"provider": "provider-1m", "table": "essages"},  # the same letters with another border
    ],
)
def test_a_box_opens_in_its_own_place_only(place: Place, elsewhere: dict[str, Any]) -> None:
    """security.md §3: a swap between rows, columns, tables or providers is seen."""
    key = vault.new_key()
    moved = place._replace(**elsewhere)

    refusal(vault.seal(CLEAR, key, place), key, moved)
    with pytest.raises(vault.Unreadable):
        vault.unwrap(vault.wrap(key, place), moved)


def test_a_wrapped_key_is_no_sealed_text_and_a_sealed_text_no_wrapped_key(
    ring: KeyRing, place: Place
) -> None:
    key = vault.new_key()
    kek = ring.keks[ring.current]

    refusal(vault.wrap(key, place), kek, place)
    with pytest.raises(vault.Unreadable):
        vault.unwrap(vault.seal(key, kek, place), place)


def test_every_failure_looks_the_same(place: Place) -> None:
    """ASVS 11.2.5"""
    key = vault.new_key()
    sealed = vault.seal(CLEAR, key, place)
    said = {
        refusal(sealed, vault.new_key(), place),
        refusal(sealed, key[:16], place),
        refusal(sealed, b"", place),
        refusal(sealed, key, place._replace(row=UUID(int=8))),
        refusal(flipped(sealed, 0, 0), key, place),
        refusal(sealed[:-1], key, place),
        refusal(b"", key, place),
        str(vault.Unreadable()),
    }

    assert len(said) == 1


def test_a_failure_does_not_carry_what_caused_it(place: Place) -> None:
    with pytest.raises(vault.Unreadable) as refused:
        vault.unseal(vault.seal(CLEAR, vault.new_key(), place), vault.new_key(), place)

    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_no_nonce_comes_twice(place: Place) -> None:
    """ASVS 11.3.4"""
    key = vault.new_key()
    sealed = {vault.seal(b"", key, place)[3:15] for _ in range(10_000)}
    wrapped = {vault.wrap(key, place)[7:19] for _ in range(10_000)}

    assert len(sealed) == len(wrapped) == 10_000


def test_no_data_key_comes_twice_and_each_has_256_bits() -> None:
    made = {vault.new_key() for _ in range(10_000)}

    assert len(made) == 10_000
    assert {len(key) for key in made} == {32}


def test_a_key_of_another_length_is_never_used(place: Place) -> None:
    for length in (0, 16, 24, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            vault.seal(CLEAR, bytes(length), place)
        with pytest.raises(ValueError, match="32 bytes"):
            vault.wrap(bytes(length), place)


def test_many_texts_are_opened_with_one_key(place: Place) -> None:
    key = vault.new_key()
    ids = [UUID(int=n) for n in range(20)]
    boxes = [(vault.seal(str(id.int).encode(), key, place._replace(row=id)), id) for id in ids]

    assert vault.unseal_each(boxes, key, place) == [str(n).encode() for n in range(20)]
    with pytest.raises(vault.Unreadable):
        vault.unseal_each([boxes[0], (boxes[1][0], ids[2])], key, place)


def test_many_texts_are_opened_each_with_its_own_key(place: Place) -> None:
    key_place, ids = place._replace(column="key_wrapped"), [UUID(int=n) for n in range(20)]
    keys = [vault.new_key() for _ in ids]
    boxes = [
        (
            vault.wrap(key, key_place._replace(row=id)),
            vault.seal(str(id.int).encode(), key, place._replace(row=id)),
            id,
        )
        for key, id in zip(keys, ids, strict=True)
    ]

    assert vault.unseal_keyed(boxes, key_place, place) == [str(n).encode() for n in range(20)]
    for wrong in (
        (boxes[1][0], boxes[0][1], ids[0]),
        (boxes[0][0], boxes[1][1], ids[0]),
        (boxes[0][0], boxes[0][1], ids[1]),
        (b"", boxes[0][1], ids[0]),
        (boxes[0][0], b"", ids[0]),
    ):
        with pytest.raises(vault.Unreadable):
            vault.unseal_keyed([wrong], key_place, place)
    with pytest.raises(vault.Unreadable):
        vault.unseal_keyed(boxes, place, place)


def test_old_and_new_keys_open_side_by_side_after_a_rotation(ring: KeyRing, place: Place) -> None:
    """ASVS 11.2.2"""
    key = vault.new_key()
    old = vault.wrap(key, place)
    vault.use(rotated(ring))
    new = vault.wrap(key, place)

    assert vault.unwrap(old, place) == vault.unwrap(new, place) == key
    assert b"0001" in old
    assert b"0002" in new


def test_rewrapping_leaves_the_text_alone_and_lets_the_old_key_go(ring: KeyRing, place: Place) -> None:
    """ASVS 11.2.2"""
    key = vault.new_key()
    wrapped, sealed = vault.wrap(key, place), vault.seal(CLEAR, key, place)
    both = rotated(ring)
    vault.use(both)
    rewrapped = vault.rewrap(wrapped, place)
    vault.use(replace(both, keks={both.current: both.keks[both.current]}))

    assert rewrapped is not None
    assert vault.unseal(sealed, vault.unwrap(rewrapped, place), place) == CLEAR
    with pytest.raises(vault.Unreadable):
        vault.unwrap(wrapped, place)


def test_what_is_current_needs_no_rewrapping(place: Place) -> None:
    assert vault.rewrap(vault.wrap(vault.new_key(), place), place) is None


def test_nothing_unreadable_passes_for_current(place: Place) -> None:
    wrapped = vault.wrap(vault.new_key(), place)

    with pytest.raises(vault.Unreadable):
        vault.rewrap(flipped(wrapped, -1, 0), place)


def test_a_key_of_the_same_id_from_another_installation_opens_nothing(ring: KeyRing, place: Place) -> None:
    wrapped = vault.wrap(vault.new_key(), place)
    vault.use(replace(ring, keks={ring.current: vault.new_key()}))

    with pytest.raises(vault.Unreadable):
        vault.unwrap(wrapped, place)


def flipped(box: bytes, position: int, bit: int) -> bytes:
    changed = bytearray(box)
    changed[position] ^= 1 << bit
    return bytes(changed)


def rotated(ring: KeyRing) -> KeyRing:
    return replace(ring, keks={**ring.keks, "0002": vault.new_key()}, current="0002")
