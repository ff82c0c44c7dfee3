"""A request's bytes become a letter, or a refusal that names the place (ASVS 1.5.3, corpus B7)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.care_api.gateways import wire
from app.care_api.rules.callbacks_payload import FailuresQuery
from app.care_api.rules.problems import detail_of, pointer_of
from app.care_api.rules.refusals import DuplicateField, WrongType
from app.errors import Refused

MALFORMED = "request.malformed-json"

BAD = [
    (b"", MALFORMED, None),
    (b"{", MALFORMED, None),
    (b'{"subject": "a"} x', MALFORMED, None),
    (b"{'subject': 'a'}", MALFORMED, None),
    (b'{"subject": "a",}', MALFORMED, None),
    (b'{"subject": "a\nb"}', MALFORMED, None),
    (b'{"subject": "\x00"}', MALFORMED, None),
    (b'{"subject": "\\ud800"}', "request.lone-surrogate", "/subject"),
    (b'{"body": {"text": "a\\udfffb"}}', "request.lone-surrogate", "/body/text"),
    (b'{"subject": "\\u0000"}', "request.nul-character", "/subject"),
    (b'{"a\\u0000": 1}', "request.nul-character", ""),
    (b'{"subject": "a", "subject": "b"}', "request.duplicate-field", "/subject"),
    (b'{"body": {"text": "a", "text": "a"}}', "request.duplicate-field", "/body/text"),
    (b'{"subject": NaN}', "request.not-a-number", "/subject"),
    (b'{"body": {"text": Infinity}}', "request.not-a-number", "/body/text"),
    (b'{"body": {"text": -Infinity}}', "request.not-a-number", "/body/text"),
    (b'\xef\xbb\xbf{"subject": "a"}', "request.not-utf8", None),
    ('{"subject": "a"}'.encode("utf-16"), "request.not-utf8", None),
    ('{"subject": "a"}'.encode("utf-16-le"), "request.not-utf8", None),
    ('{"subject": "a"}'.encode("utf-32-be"), "request.not-utf8", None),
    (b'{"subject": "\xff"}', "request.not-utf8", None),
    (b'{"subject": "\xed\xa0\x80"}', "request.not-utf8", None),
    (b"[" * 10_000 + b"]" * 10_000, "request.too-deep", None),
    (b"[" * 400 + b"]" * 400, "request.too-deep", None),
    (b'{"body": ' * 8 + b"1" + b"}" * 8, "request.too-deep", None),
    (b'{"subject": ' + b"9" * 10_000 + b"}", "request.wrong-type", "/subject"),
    (b'{"subject": 1e999}', "request.wrong-type", "/subject"),
    (b'{"body": {"text": []}}', "request.wrong-type", "/body/text"),
    (b'{"contact": []}', "request.wrong-type", "/contact"),
    (b'{"thread_id": "1"}', "request.wrong-type", "/thread_id"),
    (b"[]", "request.wrong-type", ""),
    (b"null", "request.wrong-type", ""),
    (b'"a"', "request.wrong-type", ""),
    (b'{"read_at": "2026-11-23T09:15:00Z"}', "request.unknown-field", "/read_at"),
    (b'{"body": {"html": ""}}', "request.unknown-field", "/body/html"),
    (b'{"contact": {"email": ""}}', "request.unknown-field", "/contact/email"),
    (b'{"written_at": "today"}', "message.time-invalid", "/written_at"),
    (b'{"written_at": "2026-02-30T09:15:00Z"}', "message.time-invalid", "/written_at"),
    (b'{"written_at": 1}', "request.wrong-type", "/written_at"),
    (b'{"contact": [' + b"1," * 200 + b"1]}", "request.list-too-long", "/contact"),
    (b"[" + b"1," * 200 + b"1]", "request.list-too-long", ""),
]


@pytest.mark.parametrize(("raw", "code", "pointer"), BAD)
def test_what_two_readers_could_understand_differently_is_refused_with_its_place(
    raw: bytes, code: str, pointer: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        wire.read(raw)

    assert refused.value.code == code
    assert refused.value.values.get("pointer") == pointer


def test_malformed_json_is_refused_with_line_and_column() -> None:
    with pytest.raises(Refused) as refused:
        wire.read(b'{\n  "subject": a\n}')

    assert refused.value.values == {"line": "2", "column": "14"}


def test_a_broken_octet_is_refused_with_its_place() -> None:
    with pytest.raises(Refused) as refused:
        wire.read(b'{"subject": "\xff"}')

    assert refused.value.values == {"byte": "14"}


@pytest.mark.parametrize(
    "name",
    [
        "191212121212",
        "19121212-1212",
        "nr191212121212",
        "a" * 41,
        "å",
        "a b",
        "",
        "`x`",
        "` - at `$.191212121212",
    ],
)
def test_a_field_name_that_could_hold_a_number_is_never_repeated(name: str) -> None:
    """The number never appears in an error text, even when it is sent as a field's name."""
    quoted = json.dumps(name)
    once = f"{quoted}: 1"
    for raw in (f"{{{once}}}", f'{{"body": {{{once}}}}}', f"{{{once}, {once}}}", f"{{{quoted}: NaN}}"):
        with pytest.raises(Refused) as refused:
            wire.read(raw.encode())

        assert refused.value.values["pointer"].endswith("/…")


def test_a_whole_letter_is_read_with_its_times_and_ids() -> None:
    letter = wire.read(
        b'{"subject": "\xc3\x85sa \\ud83d\\ude00", "written_at": "2026-11-23T09:15:00+01:00",'
        b' "thread_id": "019ab01c-64a0-7e21-b7d4-4a1f6c0e9d52", "contact": {"phone": "1177"}}'
    )

    assert letter.subject == "Åsa 😀"
    assert letter.written_at is not None
    assert letter.written_at.isoformat() == "2026-11-23T09:15:00+01:00"
    assert letter.contact is not None
    assert letter.contact.phone == "1177"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"subject":"a","subject":"b"}',
        b'{"subject":"a","subject" :"b"}',
        b'{"subject" : "a","subject":"b"}',
        b'{"subject":"a","subject"\n:"b"}',
        b'{"contact":{"phone":"1","phone":"2"}}',
        b'{"contact":{"phone":"1"},"contact":{"phone":"2"}}',
        b'{"subject":"\\":","subject":"b"}',
        b'{"subject":"\\\\","subject":"b"}',
        b'{"subject":"a \\" : b","subject":"b"}',
        b'{"purpose":"\\":\\":\\":","subject":"a","subject":"b"}',
        b'{"subject":"a","subject":"b","purpose\\\\":"c"}',
    ],
)
def test_a_name_that_stands_twice_is_found_however_it_is_written(raw: bytes) -> None:
    """The quick way counts names; whatever it cannot count goes the slow way."""
    with pytest.raises(DuplicateField):
        wire.read(raw)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=8) | st.integers(),
        lambda inner: st.dictionaries(st.text(max_size=4), inner, max_size=3) | st.lists(inner, max_size=3),
        max_leaves=12,
    ),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :")]),
    st.booleans(),
)
def test_the_quick_way_gives_what_the_slow_one_does(
    value: object, separators: tuple[str, str], ascii_only: bool
) -> None:
    raw = json.dumps(value, separators=separators, ensure_ascii=ascii_only).encode(errors="replace")
    quick = wire._simple(raw)

    assert quick is None or quick == json.loads(raw)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"[]", "object"),
        (b'{"subject": 1}', "string | null"),
        (b'{"contact": []}', "object | null"),
        (b'{"thread_id": "1"}', "uuid"),
        (b'{"written_at": 1}', "date-time | null"),
        (b'{"notify": "true"}', "boolean"),
        (b'{"links": null}', "array"),
    ],
)
def test_a_wrong_type_is_told_which_is_wanted(raw: bytes, wanted: str) -> None:
    with pytest.raises(WrongType) as refused:
        wire.read(raw)

    assert detail_of(refused.value).endswith(f"Send: {wanted}.")


def test_a_number_out_of_range_is_told_the_range() -> None:
    with pytest.raises(WrongType) as refused:
        wire.read_query(FailuresQuery, [("limit", "0")])

    assert detail_of(refused.value) == "/limit has the wrong kind of value. Send: integer >= 1."


def test_the_place_of_all_that_was_sent_is_the_empty_pointer() -> None:
    """RFC 6901 §5; "/" would be a field without a name."""
    with pytest.raises(WrongType) as refused:
        wire.read(b"null")

    assert pointer_of(refused.value) == ""
    assert detail_of(refused.value).startswith('"" has')
