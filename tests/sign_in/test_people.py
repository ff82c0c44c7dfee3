"""Who the claims say it is: a number of the right kind, and a name fit to print (R11, domain.md 3.1)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.residents.rules import InvalidNumber
from app.sign_in.rules.audiences import (
    COORDINATION_LEVEL,
    COORDINATION_NUMBER,
    COUNTRY,
    PERSONAL_IDENTITY_NUMBER,
    PREVIOUS_NUMBER,
)
from app.sign_in.rules.people import Person, ensure_certified, person_from
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.refusals import LevelTooLow, NoNumber, NotConfirmed, Untrusted

ANNA, OLENA = "198501169885", "197512752382"
TOKEN = {"sub": "opaque", "acr": "loa3"}
TOLD = {"given_name": "Anna", "family_name": "Andersson", PERSONAL_IDENTITY_NUMBER: ANNA}


def person(provider: Provider, told: dict[str, Any], token: dict[str, Any] | None = None) -> Person:
    return person_from(TOKEN | (token or {}), told, provider=provider, today=date(2026, 11, 23))


def test_a_person_is_known_by_issuer_and_subject(provider):
    """R17, ASVS 10.5.2"""
    found = person(provider, TOLD)
    assert (found.issuer, found.subject) == (provider.issuer, "opaque")
    assert (found.number, found.name, found.level) == (ANNA, "Anna Andersson", "loa3")


def test_neither_number_nor_name_is_printed_with_the_person(provider):
    printed = repr(person(provider, TOLD))
    assert ANNA not in printed
    assert "Andersson" not in printed


OLENAS = {"name": "Olena Kovalenko", COORDINATION_NUMBER: OLENA, COORDINATION_LEVEL: "confirmed"}


def test_a_confirmed_coordination_number_will_do(provider):
    assert person(provider, OLENAS).number == OLENA


@pytest.mark.parametrize("level", ["probable", "uncertain", "Confirmed", "", None, 1])
def test_one_that_is_not_confirmed_will_not(level, provider):
    """lag 2022:1697; missing counts as not."""
    with pytest.raises(NotConfirmed):
        person(provider, OLENAS | {COORDINATION_LEVEL: level})


def test_an_operator_may_let_probable_ones_in(provider):
    lenient = replace(provider, coordination_levels=frozenset({"confirmed", "probable"}))
    assert person(lenient, OLENAS | {COORDINATION_LEVEL: "probable"}).number == OLENA


def test_a_former_number_is_told_by_a_provider_on_the_trust_list_only(provider):
    told = TOLD | {PREVIOUS_NUMBER: OLENA}
    assert person(provider, told).previous == OLENA
    assert OLENA not in repr(person(provider, told))
    assert person(replace(provider, is_trusted=False), told).previous is None
    assert person(provider, TOLD).previous is None
    assert person(provider, OLENAS | {PREVIOUS_NUMBER: OLENA}).previous is None


@pytest.mark.parametrize("former", [ANNA, "701063-2391", 7, ["197010632391"]])
def test_a_former_number_is_a_coordination_number(former, provider):
    with pytest.raises(Untrusted) as refusal:
        person(provider, TOLD | {PREVIOUS_NUMBER: former})
    assert refusal.value.values["reason"] == "previous number"


def test_two_former_numbers_contradict_each_other(provider):
    with pytest.raises(Untrusted):
        person(provider, TOLD | {PREVIOUS_NUMBER: OLENA}, {PREVIOUS_NUMBER: "197010632391"})


@pytest.mark.parametrize(("country", "is_swedish"), [("SE", True), ("FI", False), ("", False)])
def test_numbers_of_other_countries_are_none_of_ours(country, is_swedish, provider):
    """Freja says which country it is."""
    told = TOLD | {COUNTRY: country}
    if is_swedish:
        assert person(provider, told).number == ANNA
    else:
        with pytest.raises(NoNumber):
            person(provider, told)


def test_a_level_that_nobody_vouches_for_is_for_demos():
    level = "http://id.swedenconnect.se/loa/1.0/uncertified-loa3"
    ensure_certified(level, demo=True)
    ensure_certified("http://id.elegnamnden.se/loa/1.0/loa3", demo=False)
    with pytest.raises(LevelTooLow):
        ensure_certified(level, demo=False)


@pytest.mark.parametrize(
    "numbers",
    [
        {},
        {PERSONAL_IDENTITY_NUMBER: ""},
        {PERSONAL_IDENTITY_NUMBER: int(ANNA)},
        {PERSONAL_IDENTITY_NUMBER: "19850116-9885"},
        {PERSONAL_IDENTITY_NUMBER: OLENA},
        {COORDINATION_NUMBER: ANNA, COORDINATION_LEVEL: "confirmed"},
        {PERSONAL_IDENTITY_NUMBER: "１９８５０１１６９８８５"},
    ],
)
def test_without_a_number_of_its_kind_nobody_is_signed_in(numbers, provider):
    with pytest.raises(NoNumber):
        person(provider, {"name": "Anna Andersson"} | numbers)


def test_a_number_that_cannot_exist_is_refused(provider):
    with pytest.raises(InvalidNumber):
        person(provider, TOLD | {PERSONAL_IDENTITY_NUMBER: "198501169886"})


@pytest.mark.parametrize(
    ("told", "token"),
    [
        (TOLD | {COORDINATION_NUMBER: OLENA}, {}),
        (TOLD, {PERSONAL_IDENTITY_NUMBER: "195607222394"}),
    ],
)
def test_two_numbers_contradict_each_other(told, token, provider):
    with pytest.raises(Untrusted) as refusal:
        person(provider, told, token)
    assert refusal.value.values["reason"] == "two numbers"


def test_the_id_token_alone_may_say_it_all(provider):
    assert person(provider, {}, TOLD).name == "Anna Andersson"


@pytest.mark.parametrize("name", ["", "   ", None, 7, "\u202e\u0000"])
def test_a_person_has_a_name(name, provider):
    with pytest.raises(Untrusted) as refusal:
        person(provider, {"name": name, PERSONAL_IDENTITY_NUMBER: ANNA})
    assert refusal.value.values["reason"] == "name"


def test_a_name_is_one_line_without_hidden_marks(provider):
    told = {"name": " Anna\u202e\n\tAndersson\u200b ", PERSONAL_IDENTITY_NUMBER: ANNA}
    assert person(provider, told).name == "Anna Andersson"


@pytest.mark.parametrize("how", [{"spelled": {COUNTRY: "land"}}, {"wanted": {COUNTRY: True}}])
def test_where_numbers_of_several_countries_come_only_sweden_counts(how, provider):
    """domain.md 3.3: Freja gives Norwegian and Danish numbers too, and a look-alike is nobody's inbox."""
    abroad = replace(provider, **how)
    assert person(abroad, TOLD | {COUNTRY: "SE"}).number == ANNA
    for country in ({}, {COUNTRY: "NO"}, {COUNTRY: "se"}, {COUNTRY: ["SE"]}, {COUNTRY: None}):
        with pytest.raises(NoNumber):
            person(abroad, TOLD | country)


def test_a_provider_of_swedish_numbers_only_need_not_say_so(provider):
    assert person(provider, TOLD).number == ANNA


def test_one_country_in_the_token_and_another_in_userinfo_is_none(provider):
    abroad = replace(provider, spelled={COUNTRY: "land"})
    with pytest.raises(Untrusted):
        person(abroad, TOLD | {COUNTRY: "SE"}, {COUNTRY: "NO"})
