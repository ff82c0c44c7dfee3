"""The demo's story as it stands in care.toml, people.json, staff.json and letters/."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

FOLDER = Path(__file__).resolve().parent
LETTERS = FOLDER / "letters"


class Child(msgspec.Struct, frozen=True):
    """Whose account a guardian has opened."""

    name: str
    number: str


class Person(msgspec.Struct, frozen=True):
    """One of people.json. Without an account nobody can write to them before they have signed in.

    `paper` and `sms` are what they have said of other ways to reach them.
    """

    id: str
    given_name: str
    family_name: str
    account: bool
    personal_identity_number: str = msgspec.field(name="personalIdentityNumber", default="")
    coordination_number: str = msgspec.field(name="coordinationNumber", default="")
    paper: str = "not-said"
    sms: bool = False
    child: Child | None = None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def number(self) -> str:
        """Twelve digits."""
        return self.personal_identity_number or self.coordination_number

    def age(self, today: date) -> int:
        """In whole years. A coordination number counts the day from 61."""
        month, day = int(self.number[4:6]), int(self.number[6:8]) % 60
        return today.year - int(self.number[:4]) - ((today.month, today.day) < (month, day))


class Employee(msgspec.Struct, frozen=True, rename="camel"):
    """One of staff.json: a member of staff in one assignment."""

    id: str
    given_name: str = msgspec.field(name="given_name")
    family_name: str = msgspec.field(name="family_name")
    employee_hsa_id: str
    commission_hsa_id: str
    commission_purpose: str
    health_care_unit_hsa_id: str
    health_care_unit_name: str
    health_care_provider_hsa_id: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Clinic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours and contact by language; `answers_phone` are the same hours for machines."""

    id: str
    hsa_id: str
    name: str
    region_code: str
    address: str
    phone: str
    hours: dict[str, str]
    answers_phone: list[str]
    contact: dict[str, str]


class ContactPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    email: str
    phone: str


class CareSystem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    contact: ContactPerson


class Mandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"begins": "from"}):
    """A region's, until further notice."""

    region: str
    begins: date


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    organisation_number: str
    hsa_id: str
    kind: str
    care_system: CareSystem
    clinic: list[Clinic]
    mandate: Mandate | None = None


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of letters.toml; its body is the file of the same name."""

    type: str
    subject: str
    purpose: str
    language: str = "sv"
    use_of_answers: str = ""
    contact: str = ""
    relation: str = "ongoing-care"
    # Papers of demo/papers.py.
    encloses: list[str] = []
    # Its reader is asked to confirm it, by so many days after it was sent.
    confirm_within: int = 0


class TimeType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a clinic offers at `times` on every open day of the coming month, `minutes` each."""

    clinic: str
    code: str
    name: str
    hidden: bool
    times: list[str]
    minutes: int
    practitioner: str
    place: str


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    heading: str
    text: str


class Summons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a letter of type summons adds: timed with `days` and `at`, open without.

    `confirm_within` and `book_within` are days from the sending to the last one to answer.
    """

    time_type: str
    cut_off_hours: int
    after_cancellation: str
    days: int = 0
    at: str = ""
    confirm_within: int = 0
    book_within: int = 0
    cancel: bool = False
    rebook: bool = False
    reason: bool = False
    bring: str = ""
    cost: str = ""
    terms: list[Term] = []


class Sending(NamedTuple):
    days_ago: int
    at: str
    letter: str


class Answer(NamedTuple):
    """What the resident does with the thread's summons: confirm, book, rebook or cancel."""

    days_ago: int
    at: str
    what: str
    reason: str


class Thread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of threads.toml: letters from one clinic to one person, oldest first."""

    to: str
    clinic: str
    letters: list[Sending]
    read: bool = False
    deletes: str = ""
    answers: list[Answer] = []


class _People(msgspec.Struct):
    people: list[Person]


class _Staff(msgspec.Struct):
    staff: list[Employee]


class _Care(msgspec.Struct):
    provider: list[Provider]


class _Letters(msgspec.Struct):
    defaults: dict[str, dict[str, str]]
    summonses: dict[str, dict[str, str]]
    letter: dict[str, Letter]


class _Summonses(msgspec.Struct):
    time_type: list[TimeType]
    summons: dict[str, Summons]


class _Threads(msgspec.Struct):
    thread: list[Thread]


@cache
def people() -> list[Person]:
    return msgspec.json.decode((FOLDER / "people.json").read_bytes(), type=_People).people


@cache
def staff() -> list[Employee]:
    return msgspec.json.decode((FOLDER / "staff.json").read_bytes(), type=_Staff).staff


@cache
def providers() -> list[Provider]:
    return msgspec.toml.decode((FOLDER / "care.toml").read_bytes(), type=_Care).provider


@cache
def letters() -> dict[str, Letter]:
    """By name, with the usual words where a letter has none of its own."""
    read = msgspec.toml.decode((LETTERS / "letters.toml").read_bytes(), type=_Letters)
    return {name: _completed(letter, read) for name, letter in read.letter.items()}


@cache
def summonses() -> dict[str, Summons]:
    """By the name of the letter."""
    return _summonses().summons


def time_types() -> list[TimeType]:
    return _summonses().time_type


@cache
def _summonses() -> _Summonses:
    return msgspec.toml.decode((LETTERS / "summonses.toml").read_bytes(), type=_Summonses)


@cache
def threads() -> list[Thread]:
    return msgspec.toml.decode((LETTERS / "threads.toml").read_bytes(), type=_Threads).thread


def _completed(letter: Letter, read: _Letters) -> Letter:
    usual = read.summonses if letter.type == "summons" else read.defaults
    lacking = {field: text for field, text in usual[letter.language].items() if not getattr(letter, field)}
    return msgspec.structs.replace(letter, **lacking)
