import hmac
from dataclasses import replace

import pytest

from app import vault
from app.vault.keys import KeyRing

ANNA = "199001012384"  # made up; the index does not look at the check digit
BO = "199001012392"


@pytest.mark.usefixtures("ring")
def test_the_same_number_has_one_place_and_another_number_another() -> None:
    assert vault.index(ANNA) == vault.index(ANNA)
    assert vault.index(ANNA) != vault.index(BO)


def test_the_place_is_a_keyed_hash_with_its_version(ring: KeyRing) -> None:
    """security.md §3"""
    assert vault.index(ANNA) == hmac.new(ring.index, b"pnr-v1|" + ANNA.encode(), "sha256").digest()


def test_another_key_gives_other_places(ring: KeyRing) -> None:
    here = vault.index(ANNA)
    vault.use(replace(ring, index=vault.new_key()))

    assert vault.index(ANNA) != here


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "9001012384",
        "19900101-2384",
        " 199001012384",
        "199001012384\n",
        "１９９００１０１２３８４",
        "19900101238a",
    ],
)
def test_only_a_normalised_number_has_a_place(text: str) -> None:
    with pytest.raises(ValueError, match="12 digits"):
        vault.index(text)


@pytest.mark.usefixtures("ring")
def test_the_refusal_does_not_repeat_the_number() -> None:
    """ASVS 16.2.5: a number never ends in a log by way of an error."""
    with pytest.raises(ValueError, match="12 digits") as refused:
        vault.index("19900101-2384")

    assert "1990" not in str(refused.value)
