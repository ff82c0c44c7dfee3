"""When two requests are one."""

from datetime import UTC, datetime

import msgspec
import pytest

from app.care_api.formats.example import LETTER
from app.care_api.rules.idempotency import LEASE, abandoned, fingerprint, key_hash, read_key
from app.care_api.rules.payload import Payload
from app.errors import Refused

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("sent", ['"8e03978e-40d5"', "8e03978e-40d5", '  "8e03978e-40d5" '])
def test_a_quoted_key_and_a_bare_one_are_the_same(sent: str) -> None:
    assert read_key([sent]) == "8e03978e-40d5"


def test_escapes_in_a_quoted_key_are_read() -> None:
    assert read_key([r'"a\"b\\c"']) == r'a"b\c'


def test_a_missing_key_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_key([])

    assert refused.value.code == "idempotency.missing"


@pytest.mark.parametrize(
    "sent",
    [
        [""], ['""'], ['"a'], ['a"'], ["a b"], ["a,b"], ['"a";b=1'], [r'"a\b"'], ["å"], ['"å"'], ["a\\b"],
        ["a" * 256], ['"' + "a" * 256 + '"'], ["a", "a"], ['"a"', '"b"'],
    ],
)  # fmt: skip
def test_a_key_that_is_not_one_short_string_is_refused(sent: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        read_key(sent)

    assert refused.value.code == "idempotency.malformed"


def test_a_key_of_255_characters_is_accepted() -> None:
    assert len(read_key(['"' + "a" * 255 + '"'])) == 255


def test_the_order_of_fields_does_not_make_another_letter_but_a_word_does() -> None:
    one = msgspec.convert(LETTER, Payload)
    same = msgspec.convert(dict(reversed(LETTER.items())), Payload)
    other = msgspec.convert({**LETTER, "subject": "Ett annat"}, Payload)

    assert fingerprint("k", one) == fingerprint("k", same)
    assert fingerprint("k", one) != fingerprint("k", other)


def test_what_is_stored_tells_nothing_to_whoever_lacks_the_key() -> None:
    """The same letter under another key looks different, so nobody can try who got a known template."""
    letter = msgspec.convert(LETTER, Payload)

    assert fingerprint("one", letter) != fingerprint("two", letter)
    assert b"one" not in key_hash("one")


def test_a_claim_is_abandoned_from_the_instant_its_lease_ends() -> None:
    assert abandoned(status=None, claimed_until=NOW, now=NOW)
    assert not abandoned(status=None, claimed_until=NOW + LEASE, now=NOW)
    assert not abandoned(status=201, claimed_until=NOW, now=NOW)
