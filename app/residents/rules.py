"""Personal identity numbers and coordination numbers. No clock but the day given, no database."""

import re
from datetime import date

from app.errors import Refused
from app.language import lazy as _l

TWELVE = re.compile(r"([0-9]{8})[-+ ]?([0-9]{4})")
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


def is_coordination_number(number: str) -> bool:
    return int(number[6:8]) > 60


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
