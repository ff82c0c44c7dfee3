"""Numbers of persons, and whom an account is open to. No clock but the time given, no database."""

import re
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from app.errors import Refused
from app.language import day_begins
from app.language import lazy as _l

TWELVE = re.compile(r"([0-9]{8})[-+ ]?([0-9]{4})")
# Guardians act for a child until the birthday (domain.md 2.9), unless an operator has another limit.
GUARDIAN_UNTIL = 13
# What a resident may say of summonses on paper.
WANTED, DECLINED, NOT_SAID = "wanted", "declined", "not-said"
PAPER_CHOICES = (WANTED, DECLINED, NOT_SAID)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HELD = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{2})?[0-9]{6}[-+ ]?[0-9]{4}(?![0-9A-Za-z])")
_SEPARATORS = str.maketrans("", "", "-+ ")
RESERVE = re.compile(r"[0-9]{6,8}[-+ ]?[0-9A-Z]{4}|99[0-9]{8,10}")


class InvalidNumber(Refused):
    code = "recipient.invalid-number"
    sentence = _l("Personnumret stämmer inte. Skriv tolv siffror, till exempel 191212121212.")


class ReserveNumber(Refused):
    code = "recipient.reserve-number"
    sentence = _l("Ett reservnummer går inte att nå digitalt. Skicka på papper eller ring.")


class NoAccount(Refused):
    code = "recipient.no-account"
    sentence = _l("Personen har inte loggat in än och går inte att nå digitalt. Skicka på papper eller ring.")


class Locked(Refused):
    """Why it is locked is nobody's business but the operator's."""

    code = "recipient.locked"
    sentence = _l("Personens konto är låst och går inte att nå just nu. Skicka på papper eller ring.")


class Deceased(Refused):
    """As the population register says, which care has its own copy of."""

    code = "recipient.deceased"
    sentence = _l("Personen är registrerad som avliden. Skicka inget mer, varken digitalt eller på papper.")


class PaperUnknown(Refused):
    code = "preferences.paper-unknown"
    sentence = _l("Välj ett av alternativen.")


class MadeUp(Refused):
    code = "recipient.made-up"
    sentence = _l("Mottagaren är påhittad, för prov. Bara testuppgifter når den. Rätta personnumret.")


class NotMadeUp(Refused):
    """Whoever it is: test credentials learn nothing of people, not even who has an account."""

    code = "recipient.not-made-up"
    sentence = _l("Testuppgifter når bara påhittade mottagare. Välj en i GET /api/v1/test-recipients.")


class NumberTaken(Refused):
    code = "test-recipients.number-taken"
    sentence = _l("Ett av numren för påhittade mottagare hör till ett riktigt konto här.")


class AccountLocked(Refused):
    """`reason` is for the audit; whoever signs in as a deceased person is told no more than of a lock."""

    code = "account.locked"
    sentence = _l("Det går inte att logga in på det här kontot. Ring oss, så hjälper vi dig.")


class StaysShut(Refused):
    """For the operator: what the population register has shut is not opened here."""

    code = "account.deceased"
    sentence = _l("Kontot är stängt för gott, eftersom personen är registrerad som avliden.")


class TwoInboxes(Refused):
    """Both the old number and the new one have an inbox: people merge them, not a sign-in."""

    code = "account.two-inboxes"
    sentence = _l(
        "Du har två inkorgar hos oss: en för ditt nya personnummer och en för ditt tidigare"
        " samordningsnummer. Ring oss, så reder vi ut det."
    )


class UnknownResident(Refused):
    code = "account.unknown"
    sentence = _l("Ingen invånare här har det numret.")


class NotAChild(Refused):
    code = "account.not-a-child"
    sentence = _l("Den som har fyllt %(age)s år loggar in själv. Du kan inte öppna kontot åt någon annan.")


class NotForAGuardian(Refused):
    """Protected identity is one of the reasons, so none is given."""

    code = "account.not-for-a-guardian"
    sentence = _l("Det går inte att öppna ett konto åt barnet här. Ring oss, så hjälper vi dig.")


class Reached(Protocol):
    """What says whether a letter would arrive where it is read."""

    @property
    def account_opened_at(self) -> datetime | None: ...

    @property
    def locked_at(self) -> datetime | None: ...

    @property
    def deceased_at(self) -> datetime | None: ...

    @property
    def guardian_opened(self) -> bool: ...

    @property
    def behaviour(self) -> str | None: ...


Known = TypeVar("Known", bound=Reached)


class Account(Protocol):
    @property
    def locked_at(self) -> datetime | None: ...

    @property
    def deceased_at(self) -> datetime | None: ...


def ensure_open(account: Account) -> None:
    if account.deceased_at:
        raise AccountLocked(reason="deceased")
    if account.locked_at:
        raise AccountLocked(reason="locked")


def ensure_same_world(behaviour: str | None, *, test: bool) -> None:
    """Test credentials reach made-up recipients, who have a behaviour; live ones reach people."""
    if test and behaviour is None:
        raise NotMadeUp
    if behaviour is not None and not test:
        raise MadeUp


def ensure_reachable(
    holder: Known | None, number: str, *, test: bool, now: datetime, until: int = GUARDIAN_UNTIL
) -> Known:
    """Whoever is reached by `number`. Raises `MadeUp`, `NotMadeUp`, `Deceased`, `NoAccount` or `Locked`.

    An account that only a guardian has opened is nobody's from the birthday on when guardians no longer act,
    until the child has signed in.
    """
    ensure_same_world(holder.behaviour if holder else None, test=test)
    if holder is not None and holder.deceased_at:
        raise Deceased
    if holder is None or holder.account_opened_at is None:
        raise NoAccount
    if holder.locked_at:
        raise Locked
    if holder.guardian_opened and _has_turned(until, number, now):
        raise NoAccount
    return holder


def ensure_paper(choice: str) -> str | None:
    """None for who takes back what they have said. Raises `PaperUnknown`."""
    if choice not in PAPER_CHOICES:
        raise PaperUnknown
    return None if choice == NOT_SAID else choice


def ensure_child(number: str, *, until: int, now: datetime) -> None:
    """Until the birthday begins in Sweden."""
    if _has_turned(until, number, now):
        raise NotAChild(age=str(until))


def ensure_guardian(number: str, *, acting_for: UUID | None, until: int, now: datetime) -> None:
    """In their own name, and themself too old for a guardian."""
    if acting_for or not _has_turned(until, number, now):
        raise NotForAGuardian


def read_number(text: str, *, today: date) -> str:
    """Twelve digits: a personal identity number, or a coordination number (the day + 60).

    The date must exist and not lie ahead, and the last digit must be the Luhn check of the nine before it
    (folkbokföringslagen 18 §; SKV 707). Raises `InvalidNumber`, or `ReserveNumber` for a number with letters
    or one of Region Stockholm's that begin with 99.
    """
    cleaned = text.strip().upper()
    match = TWELVE.fullmatch(cleaned) if cleaned.isascii() else None
    if match is None or not _is_born(match[1], today) or not _luhn(match[1][2:] + match[2]):
        raise ReserveNumber if RESERVE.fullmatch(cleaned) and _is_reserve(cleaned) else InvalidNumber
    return match[1] + match[2]


def holds_number(text: str, *, today: date) -> bool:
    """Whether a number that somebody may have stands in the text by itself, in twelve digits or ten.

    What begins with a day of the last year is taken for a reference with its date in it, which is far more
    common than a number of somebody so young.
    """
    for found in _HELD.findall(_UUID.sub("", text)):
        twelve = _in_full(found, today)
        if _is_born(twelve[:8], today - timedelta(days=366)) and _luhn(twelve[2:]):
            return True
    return False


def _in_full(text: str, today: date) -> str:
    """Twelve digits. Of ten, the century is the latest there can be, or with a plus the one before that."""
    digits = text.translate(_SEPARATORS)
    if len(digits) == 12:
        return digits
    century = 20 if _is_born(f"20{digits[:6]}", today) else 19
    return f"{century - ('+' in text)}{digits}"


def is_coordination_number(number: str) -> bool:
    return int(number[6:8]) > 60


def _has_turned(age: int, number: str, now: datetime) -> bool:
    born = date(int(number[:4]), int(number[4:6]), int(number[6:8]) % 60)
    year = born.year + age
    # Born on a leap day: the day before, which ends the guardian's part rather too early than too late.
    day = 28 if (born.month, born.day) == (2, 29) else born.day
    return now >= day_begins(date(year, born.month, day))


def _is_reserve(text: str) -> bool:
    return text.startswith("99") or not text[-4:].isdigit()


def _is_born(digits: str, today: date) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not year >= 1800:
        return False
    try:
        return date(year, month, day - 60 if day > 60 else day) <= today
    except ValueError:
        return False


def _luhn(ten: str) -> bool:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(ten))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
