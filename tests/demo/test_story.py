"""The story can be told: all that it names is there, nothing in it is real, every letter is easy to read."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from app.body import docbook, html
from app.body.blocks import Box, Collapsible, Document, KeyValues
from app.body.elements import Element, elements, parse
from app.inbox.rules import KINDS
from app.residents.rules import read_number
from demo import story, writing
from demo.story import LETTERS, Clinic
from demo.words import CARE
from tests.portal.readability import lix, sentences

TODAY = date(2026, 11, 23)
EASY = 35
CLINICS = {clinic.id: clinic for provider in story.providers() for clinic in provider.clinic}
NAMES = sorted(story.letters())
EVERY_LETTER = pytest.mark.parametrize("name", NAMES)
PHONE = re.compile(r"\b0[0-9]{1,3}-[0-9 ]{6,}[0-9]")
# PTS keeps these for film and fiction.
FICTION = re.compile(r"08-465 004 [0-9]{2}|031-390 06 [0-4][0-9]|040-628 04 [0-9]{2}")
# domain.md §2.3, and the links in list items that real messages have.
CHILDREN = {
    "article": {"info", "para", "section", "variablelist", "itemizedlist"},
    "section": {"info", "para", "variablelist", "itemizedlist"},
    "info": {"title"},
    "title": {"emphasis"},
    "para": {"ulink", "link", "emphasis"},
    "variablelist": {"varlistentry"},
    "varlistentry": {"term", "listitem"},
    "itemizedlist": {"listitem"},
    "listitem": {"link", "emphasis"},
}


def clinic_of(name: str) -> Clinic:
    return next(CLINICS[t.clinic] for t in story.threads() for sent in t.letters if sent.letter == name)


def written(name: str) -> str:
    return writing.body(name, clinic=clinic_of(name), sent=TODAY)


def document(name: str) -> Document:
    return docbook.read(written(name))


def test_staff_work_at_the_demos_clinics_in_assignments_of_their_own() -> None:
    """Three at Knäkliniken, one each at two others, and one who is turned away at the door."""
    clinics = {clinic.hsa_id: provider for provider in story.providers() for clinic in provider.clinic}
    known_as = [person.id for person in story.staff()] + [person.id for person in story.people()]

    assert len(known_as) == len(set(known_as)), "the provider knows all of them by id"
    for person in story.staff():
        assert clinics[person.health_care_unit_hsa_id].hsa_id == person.health_care_provider_hsa_id
        assert person.name not in {resident.name for resident in story.people()}
    assert len({person.commission_hsa_id for person in story.staff()}) == len(story.staff())
    caring = [person for person in story.staff() if person.commission_purpose == CARE]
    assert sorted(Counter(person.health_care_unit_hsa_id[-4:] for person in caring).items()) == [
        ("GR01", 1),
        ("KN01", 3),
        ("LV01", 1),
    ]
    assert [person.commission_purpose for person in story.staff() if person not in caring] == [
        "Administration"
    ]


def test_twelve_of_the_people_have_an_account_and_all_numbers_are_valid():
    assert sum(person.account for person in story.people()) == 12
    for person in story.people():
        assert read_number(person.number, today=TODAY) == person.number


def test_nobody_shares_a_number():
    assert max(Counter(person.number for person in story.people()).values()) == 1


def test_an_age_counts_the_birthday_and_a_coordination_number_as_a_date():
    by_id = {person.id: person for person in story.people()}
    assert by_id["anna"].age(date(2026, 1, 15)) == 40
    assert by_id["anna"].age(date(2026, 1, 16)) == 41
    assert by_id["olena"].age(date(2026, 12, 15)) == 51


def test_organisation_numbers_have_their_check_digit():
    for provider in story.providers():
        digits = [int(digit) * (2 - place % 2) for place, digit in enumerate(provider.organisation_number)]
        assert len(digits) == 10
        assert sum(n - 9 if n > 9 else n for n in digits) % 10 == 0


def test_six_clinics_in_three_counties_send_for_three_providers():
    assert len(story.providers()) == 3
    assert len(CLINICS) == 6
    assert len({clinic.region_code for clinic in CLINICS.values()}) == 3
    for provider in story.providers():
        assert all(provider.organisation_number in clinic.hsa_id for clinic in provider.clinic)


def test_there_are_forty_threads_and_anna_has_the_most():
    counted = Counter(thread.to for thread in story.threads())
    assert counted.total() == 40
    assert counted.most_common(1) == [("anna", 13)]
    assert set(counted) == {person.id for person in story.people() if person.account}


def test_every_letter_has_a_body_and_is_sent_to_someone():
    bodies = {path.stem for path in LETTERS.glob("*.xml")} - {
        "besok",
        "kallelse",
    }  # demo/care_system.py's own
    assert bodies == set(NAMES) == {sent.letter for t in story.threads() for sent in t.letters}


def test_every_kind_of_message_is_sent():
    assert {letter.type for letter in story.letters().values()} == set(KINDS)


def test_every_summons_has_what_a_summons_needs_and_a_time_that_its_letter_says():
    types = {(each.clinic, each.code) for each in story.time_types()}
    called = {(t.clinic, sent.letter) for t in story.threads() for sent in t.letters}
    summonses = story.summonses()
    assert set(summonses) == {name for name in NAMES if story.letters()[name].type == "summons"}
    for clinic, name in called:
        if name in summonses:
            assert (clinic, summonses[name].time_type) in types
            assert f"{{day:{summonses[name].days}}}" in bodies(name) or not summonses[name].days


def bodies(name: str) -> str:
    return (LETTERS / f"{name}.xml").read_text(encoding="utf-8")


def test_what_somebody_answers_comes_after_the_summons_and_before_the_visit():
    for thread in story.threads():
        for given in thread.answers:
            [sent] = [each for each in thread.letters if each.letter in story.summonses()]
            assert sent.days_ago >= given.days_ago > sent.days_ago - story.summonses()[sent.letter].days


def test_what_somebody_deletes_is_in_that_thread():
    for thread in story.threads():
        assert thread.deletes in ("", *(sent.letter for sent in thread.letters))


def test_the_letters_of_a_thread_stand_in_order_with_days_between():
    for thread in story.threads():
        assert all(earlier.days_ago - later.days_ago >= 3 for earlier, later in pairwise(thread.letters))


def test_the_subject_of_a_test_result_says_nothing_about_health():
    subjects = {letter.subject for letter in story.letters().values() if letter.type == "test-result"}
    assert subjects == {"Nytt provsvar", "Svar från din undersökning", "New test result"}


@EVERY_LETTER
def test_a_letter_is_docbook_of_the_subset_and_not_read_as_plain_text(name: str):
    root = parse(written(name))
    assert root is not None
    assert root.name == "article"
    outside = [(parent.name, child.name) for parent, child in _family(root) if not _allowed(parent, child)]
    assert outside == []


def _family(parent: Element) -> list[tuple[Element, Element]]:
    return [pair for child in elements(parent) for pair in [(parent, child), *_family(child)]]


def _allowed(parent: Element, child: Element) -> bool:
    return child.name in CHILDREN.get(parent.name, set())


@EVERY_LETTER
def test_a_letter_leaves_no_blank_unfilled(name: str):
    assert not re.search(r"[{}]", written(name))


@EVERY_LETTER
def test_a_letter_has_what_a_reader_looks_for(name: str):
    kinds = {type(block) for block in document(name)}
    assert Box in kinds
    assert 500 <= len(written(name)) <= 4000


def test_the_letters_show_everything_a_body_can_have():
    blocks = [block for name in NAMES for block in document(name)]
    assert {block.kind for block in blocks if isinstance(block, Box)} == {"information", "observe"}
    assert any(isinstance(block, Collapsible) for block in blocks)
    assert any(isinstance(block, KeyValues) for block in blocks)


@pytest.mark.parametrize("name", [name for name in NAMES if story.letters()[name].language == "sv"])
def test_a_swedish_letter_is_easy_to_read(name: str):
    letter = story.letters()[name]
    facts = f"<p>{letter.purpose}</p><p>{letter.use_of_answers}</p>"
    assert lix(sentences(f"<main>{html.write(document(name), 'sv')}{facts}</main>")) <= EASY


@EVERY_LETTER
def test_a_letter_says_why_it_is_sent_and_how_answers_are_used(name: str):
    letter = story.letters()[name]
    assert letter.purpose
    assert letter.use_of_answers


def test_nothing_leads_to_a_real_place_or_telephone():
    files = [*LETTERS.glob("*"), story.FOLDER / "care.toml", story.FOLDER / "service.toml"]
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert [number for number in PHONE.findall(text) if not FICTION.fullmatch(number)] == [], path.name
        hosts = re.findall(r"https?://([^/\"]+)", text)
        assert [host for host in hosts if not host.endswith(".example.se")] == [], path.name
        assert "1177" not in text, path.name


def test_a_visit_is_on_the_day_that_the_letter_counts_from():
    text = writing.body("kna-kallelse-besok", clinic=CLINICS["kna"], sent=TODAY)
    assert "måndag 7 december 2026" in text


def test_a_letter_in_english_has_english_dates_and_hours():
    text = writing.body("en-new-time", clinic=CLINICS["granas"], sent=TODAY)
    assert "Thursday 3 December 2026" in text
    assert "on weekdays, 8 am to 5 pm" in text


def test_a_clinics_telephone_can_be_called_from_the_letter():
    text = writing.body("kna-kallelse-besok", clinic=CLINICS["kna"], sent=TODAY)
    assert '<link url="tel:+46846500430">08-465 004 30</link>' in text
