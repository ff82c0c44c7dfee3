"""Personal identity numbers, coordination numbers and what only looks like them (B9)."""

from datetime import date

import pytest

from app.residents.rules import (
    InvalidNumber,
    ReserveNumber,
    holds_number,
    is_coordination_number,
    read_number,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("191212121212", "191212121212"),
        ("196911292032", "196911292032"),
        ("19121212-1212", "191212121212"),
        (" 19121212 1212 ", "191212121212"),
        ("19121212+1212", "191212121212"),
        ("197010632391", "197010632391"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: str) -> None:
    assert read_number(text, today=TODAY) == number


def test_a_coordination_number_has_sixty_added_to_the_day() -> None:
    """SKV 707's example."""
    assert is_coordination_number("197010632391")
    assert not is_coordination_number("191212121212")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "191212121213",
        "196903261687",
        "1912121212",
        "191213321212",
        "190002291231",
        "197010922394",
        "197010602394",
        "203012319876",
        "179912311234",
        "１９１２１２１２１２１２",
        "19121212--1212",
        "abc",
        "191212121212; DROP TABLE residents",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """Luhn, length, a date that was, a day ahead, full-width digits; 196903261687 is the profile's."""
    with pytest.raises(InvalidNumber):
        read_number(text, today=TODAY)


@pytest.mark.parametrize("text", ["19121212-TF12", "191212121A23", "9912345678", "991234567890"])
def test_a_reserve_number_is_told_apart(text: str) -> None:
    with pytest.raises(ReserveNumber):
        read_number(text, today=TODAY)


def test_somebody_born_today_has_a_number_and_somebody_born_tomorrow_has_not() -> None:
    today = _with_luhn("20261123", "238")
    tomorrow = _with_luhn("20261124", "238")

    assert read_number(today, today=TODAY) == today
    with pytest.raises(InvalidNumber):
        read_number(tomorrow, today=TODAY)


def test_a_leap_day_is_a_birthday_in_leap_years_only() -> None:
    assert read_number(_with_luhn("20000229", "238"), today=TODAY)
    with pytest.raises(InvalidNumber):
        read_number(_with_luhn("19000229", "238"), today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "191212121212", "19121212-1212", "19121212+1212", "1212121212", "121212-1212", "121212+1212",
        "Anna, 197010632391", "(7010632391)", "0501012389/2",
    ],
)  # fmt: skip
def test_a_number_is_found_in_a_text(text: str) -> None:
    """Twelve digits or ten, of whoever may have it; a coordination number too."""
    assert holds_number(text, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "", "7", "191212121213", "19121312-1212", "A191212121212", "191212121212B", "00191212121212",
        "8e121212-1212-4d1c-9a44-121212121212", "121212121212-7d01-4d1c", "121212121200",
        "19121212-1212-4d1c-9a44-8e1212121212",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert not holds_number(text, today=TODAY)


def test_a_reference_with_its_date_in_it_is_no_newborns_number() -> None:
    assert not holds_number(_with_luhn("20261120", "238"), today=TODAY)
    assert not holds_number(_with_luhn("20261120", "238")[2:], today=TODAY)
    assert holds_number(_with_luhn("20251120", "238"), today=TODAY)


def _with_luhn(birthday: str, three: str) -> str:
    digits = [int(digit) for digit in birthday[2:] + three]
    total = sum(sum(divmod(digit * (2 - place % 2), 10)) for place, digit in enumerate(digits))
    return f"{birthday}{three}{-total % 10}"
