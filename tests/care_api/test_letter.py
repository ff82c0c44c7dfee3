"""What every letter must say, and in which words."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from app.care_api.formats.contract import contract
from app.care_api.formats.example import LETTER
from app.care_api.rules.letter import Checked, check
from app.care_api.rules.payload import ORDER, Payload
from app.care_api.rules.problems import pointer_of
from app.errors import Refused
from tests.care_api.test_documents import GUIDE
from tests.conftest import BASE_URL

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def checked(**differently: Any) -> Checked:
    whole = {name: value for name, value in {**LETTER, **differently}.items() if value is not None}
    return check(msgspec.convert(whole, Payload), now=NOW)


BAD = [
    ({"clinic": None}, "message.clinic-missing"),
    ({"clinic": "  "}, "message.clinic-missing"),
    ({"recipient": None}, "message.recipient-missing"),
    ({"type": None}, "message.type-missing"),
    ({"type": "newsletter"}, "message.type-unknown"),
    ({"relation": None}, "message.relation-missing"),
    ({"relation": " "}, "message.relation-unknown"),
    ({"relation": "research"}, "message.relation-unknown"),
    ({"subject": None}, "message.subject-missing"),
    ({"subject": "\u200b\u202e \ufeff"}, "message.subject-missing"),
    ({"subject": "\ufe0f"}, "message.subject-missing"),
    ({"subject": "\u2800 \U000e0100"}, "message.subject-missing"),
    ({"subject": "å" * 121}, "message.subject-too-long"),
    ({"subject": "a\x07b"}, "message.control-character"),
    ({"subject": "a\x85\x9fb"}, "message.control-character"),
    ({"body": None}, "message.body-missing"),
    ({"body": {}}, "message.format-unknown"),
    ({"body": {"format": "html", "text": "a"}}, "message.format-unknown"),
    ({"body": {"format": "plain", "text": " \n"}}, "message.body-missing"),
    ({"body": {"format": "plain"}}, "message.body-missing"),
    ({"language": "svenska"}, "message.language-unknown"),
    ({"language": ""}, "message.language-unknown"),
    ({"purpose": None}, "message.purpose-missing"),
    ({"purpose": "\u2066\u2069"}, "message.purpose-missing"),
    ({"purpose": "a" * 501}, "message.text-too-long"),
    ({"use_of_answers": None}, "message.use-of-answers-missing"),
    ({"contact": None}, "message.contact-missing"),
    ({"contact": {"name": "Receptionen"}}, "message.contact-missing"),
    ({"contact": {"phone": "ring oss"}}, "message.phone-invalid"),
    ({"contact": {"phone": "---"}}, "message.phone-invalid"),
    ({"contact": {"phone": "08"}}, "message.phone-invalid"),
    ({"contact": {"phone": "(1) - (2)"}}, "message.phone-invalid"),
    ({"contact": {"phone": "1177", "hours": "a" * 121}}, "message.text-too-long"),
    ({"written_at": "2026-11-23T09:15:00"}, "message.time-without-offset"),
    ({"written_at": "2026-11-24T09:15:00+01:00"}, "message.written-in-the-future"),
    ({"sender_reference": "a" * 121}, "message.text-too-long"),
    ({"sender_reference": "Besök 19940101-2399"}, "message.number-in-reference"),
    ({"sender_reference": "9401012399"}, "message.number-in-reference"),
    ({"thread_reference": "9401\u200b012399"}, "message.number-in-reference"),
]


@pytest.mark.parametrize(("differently", "code"), BAD)
def test_a_letter_that_leaves_out_what_it_must_say_is_refused(differently: dict[str, Any], code: str) -> None:
    """Guidelines: sender, purpose, how answers are used, where to ask (domain.md §2.1)."""
    with pytest.raises(Refused) as refused:
        checked(**differently)

    assert refused.value.code == code


def test_a_whole_letter_passes_and_is_swedish_unless_it_says_otherwise() -> None:
    assert checked().wording.text.language == "sv"
    assert checked(language="so").wording.text.language == "so"
    assert checked().wording.contact_phone == "08-465 004 30"


@pytest.mark.parametrize(
    "most", [{"subject": "å" * 120}, {"purpose": "a" * 500}, {"sender_reference": "a" * 120}]
)
def test_a_text_of_exactly_the_most_is_accepted(most: dict[str, str]) -> None:
    """ASVS 1.3.3: at the limit and one beyond."""
    assert checked(**most).kind == "information"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("  Ditt   provsvar\n\tfinns ", "Ditt provsvar finns"),
        ("A\u030asa", "Åsa"),
        ("a\u200b\u200d\u2060\ufeff\u00adb", "ab"),
        ("Vila \u2764\ufe0f", "Vila \u2764\ufe0f"),
        ("rest \u202eevil\u202c", "rest evil"),
        ("\u2067abc\u2069\u200f", "abc"),
        ("a\U000e0041\U000e007fb", "ab"),
        ("rad\u2028två", "rad två"),
        ("Tack 🙏 för idag", "Tack 🙏 för idag"),
    ],
)
def test_what_cannot_be_seen_or_turns_the_text_round_is_gone(sent: str, shown: str) -> None:
    """B10: stripped in subjects, purposes and contacts."""
    letter = checked(subject=sent, purpose=sent, contact={"phone": "1177", "name": sent}).wording

    assert (letter.text.subject, letter.purpose, letter.contact_name) == (shown, shown, shown)


@pytest.mark.parametrize(
    "phone", ["1177", "112", "+46 8 123 45 67", "08-123 45 67", "(08) 123 45 67", "08–12 34 56"]
)
def test_phone_numbers_are_accepted_as_people_write_them(phone: str) -> None:
    assert checked(contact={"phone": phone}).wording.contact_phone == phone


def test_two_clocks_may_differ_by_five_minutes() -> None:
    """The last second counts."""
    soon = NOW + timedelta(minutes=5)
    assert checked(written_at=soon.isoformat()).written_at == soon
    with pytest.raises(Refused):
        checked(written_at=(soon + timedelta(seconds=1)).isoformat())


AN_ID = "019ab01c-64a0-7b6e-9c5a-0f3d5d3a7c11"
LONG = "a" * 1000
# By pointer, in the order of the guide's table: what is wrong, and the same put right.
WRONG: dict[str, tuple[Any, Any]] = {
    "/clinic": (None, "SE2329990002-KN01"),
    "/recipient": (None, "199401012399"),
    "/type": ("newsletter", "region-wide-notice"),
    "/relation": ("research", "ongoing-care"),
    "/approval": (None, AN_ID),
    "/subject": (None, "Inför ditt besök"),
    "/body/format": ("html", "plain"),
    "/body/text": (" ", "Välkommen."),
    "/language": ("svenska", "sv"),
    "/versions": ([{}] * 9, []),
    "/purpose": (None, "Du har en tid."),
    "/use_of_answers": (None, "Du kan inte svara."),
    "/contact/name": (LONG, "Receptionen"),
    "/contact/phone": (None, "1177"),
    "/contact/hours": (LONG, "vardagar"),
    "/links": ([{}] * 6, []),
    "/documents": ([{}] * 11, []),
    "/thread_reference": (LONG, "7Q"),
    "/written_at": ("2027-11-23T08:30:00Z", "2026-11-23T08:30:00Z"),
    "/sender_reference": (LONG, "1"),
    "/reply": ("allowed", "closed"),
    "/sensitivity": ("secret", "normal"),
    "/replaces": (AN_ID, None),
    "/attachments": ([AN_ID] * 2, []),
    "/publish_at": ("2026-11-22T08:30:00Z", "2026-11-24T08:30:00Z"),
    "/release": ("later", None),
    "/due_at": ("2036-11-25T08:30:00Z", "2026-11-25T08:30:00Z"),
    "/expires_at": ("2036-11-26T08:30:00Z", "2026-11-26T08:30:00Z"),
}


def _whole(right: set[str]) -> dict[str, Any]:
    letter: dict[str, Any] = {}
    for pointer, values in WRONG.items():
        *above, name = pointer.strip("/").split("/")
        holder = letter.setdefault(above[0], {}) if above else letter
        if (value := values[pointer in right]) is not None:
            holder[name] = value
    return letter


def test_one_problem_at_a_time_is_named_in_the_order_of_the_guide_and_the_contract() -> None:
    """Everything is wrong; what is named is put right, again and again."""
    named = list[str]()
    while len(named) <= len(WRONG):
        try:
            check(msgspec.convert(_whole(set(named)), Payload), now=NOW)
        except Refused as refusal:
            named.append(str(pointer_of(refusal)))
        else:
            break

    assert named == list(WRONG)
    schemas = json.loads(contract(BASE_URL))["components"]["schemas"]
    table = GUIDE.partition("\n## Fields\n")[2].partition("|---|")[2].partition("\n\n")[0]
    told = re.findall(r"^\| `([a-z_.]+)` \|", table, re.MULTILINE)
    assert list(dict.fromkeys(name.partition(".")[0] for name in told)) == list(
        schemas["Payload"]["properties"]
    )
    assert [name for name in told if f"/{name.replace('.', '/')}" in WRONG] == [
        pointer.strip("/").replace("/", ".") for pointer in WRONG
    ]


@pytest.mark.parametrize("name", ["SummonsPayload", "BookingPayload", "CorrectionPayload"])
def test_whatever_says_what_a_letter_says_has_the_letters_order(name: str) -> None:
    schemas = json.loads(contract(BASE_URL))["components"]["schemas"]
    fields = list(schemas[name]["properties"])
    shared = [field for field in ORDER if field in fields]

    assert fields[: len(shared)] == shared
    if name == "SummonsPayload":
        table = GUIDE.partition("\n## Summonses\n")[2].partition("|---|")[2].partition("\n\n")[0]
        told = re.findall(r"`([a-z_]+)[.`]", "".join(re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)))
        assert list(dict.fromkeys(told)) == [field for field in fields if field not in ORDER]
