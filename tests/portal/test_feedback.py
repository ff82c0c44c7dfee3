import re
from datetime import timedelta

import pytest

from app.limits.actions import Limiter
from app.portal import actions
from app.portal.queries import feedback_since
from app.portal.rules import LONGEST, new_reference, readable, section
from app.portal.tables import Feedback
from tests.make import token_in
from tests.portal.readability import main_of

SWEDISH = {"Accept-Language": "sv"}
HTMX = {**SWEDISH, "HX-Request": "true"}
REFERENCE = re.compile(r"LP-[A-Z3-9]{4}-[A-Z3-9]{4}")


async def write(visitor, *, seen_on="/synpunkter", headers=SWEDISH, **form):
    """As a browser does: with the token and the hidden page of the form that was shown."""
    html = (await visitor.get(seen_on)).text
    hidden = {"_csrf": token_in(html), "page": re.findall(r'name="page" value="([^"]*)"', html)[0]}
    return await visitor.post("/synpunkter", data={**hidden, **form}, headers=headers)


async def test_a_remark_gets_a_reference_and_a_page_of_its_own(visitor, now):
    answer = await write(visitor, text="Bra tjänst", contact="anna@example.se")

    assert answer.status_code == 303
    thanks = await visitor.get(answer.headers["location"], headers=SWEDISH)
    (remark,) = await feedback_since(now)
    assert (remark.text, remark.contact, remark.created_at) == ("Bra tjänst", "anna@example.se", now)
    assert REFERENCE.fullmatch(remark.reference)
    assert remark.reference in thanks.text
    assert "<textarea" not in thanks.text


async def test_with_htmx_the_form_turns_into_the_thanks(visitor, now):
    answer = await write(visitor, text="Bra tjänst", headers=HTMX)

    (remark,) = await feedback_since(now)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="feedback"')
    assert remark.reference in answer.text
    assert "data-focus-after-swap" in answer.text


async def test_nothing_written_in_it_stands_in_the_address(visitor):
    answer = await write(visitor, text="Hemligt", contact="anna@example.se")

    assert re.fullmatch(rf"/synpunkter/tack\?nummer={REFERENCE.pattern}", answer.headers["location"])


async def test_it_works_without_saying_who_you_are(visitor, now):
    await write(visitor, text="Svårt att läsa", contact="  ")

    (remark,) = await feedback_since(now)
    assert remark.contact == ""
    assert await Feedback.count().where(Feedback.contact_sealed.is_null()) == 1


@pytest.mark.parametrize("headers", [SWEDISH, HTMX])
@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"text": " \r\n "}, "text", "Skriv vad du tycker."),
        ({"text": "å" * (LONGEST + 1)}, "text", "Korta texten till högst 4 000 tecken."),
        (
            {"text": "ok", "contact": "x" * 201},
            "contact",
            "Skriv bara en mejladress eller ett telefonnummer.",
        ),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_lost(visitor, now, headers, form, field, sentence):
    answer = await write(visitor, headers=headers, **form)

    assert answer.status_code == 422
    assert f'<a href="#{field}">{sentence}</a>' in answer.text
    assert f'aria-describedby="{field}-hint {field}-error"' in answer.text
    assert form.get("contact", form["text"]).strip() in answer.text
    assert ("<html" in answer.text) == (headers is SWEDISH)
    assert await feedback_since(now) == []


async def test_a_refused_form_says_so_in_its_title(visitor):
    answer = await write(visitor, text="")

    assert "<title>Fel: Lämna synpunkter" in answer.text


async def test_the_longest_text_may_have_every_line_break_a_browser_makes_of_it(visitor, now):
    answer = await write(visitor, text="\r\n".join(["rad"] * 1000))

    (remark,) = await feedback_since(now)
    assert answer.status_code == 303
    assert len(remark.text) == LONGEST - 1


@pytest.mark.parametrize("headers", [SWEDISH, HTMX])
async def test_a_flood_is_stopped_and_what_was_written_stays(visitor, app, now, clock, headers, monkeypatch):
    monkeypatch.setattr(app.app.state, "limiter", Limiter({"feedback": 1}))
    first = await write(visitor, text="Bra tjänst", headers=headers)
    second = await write(visitor, text="Ännu bättre", contact="anna@example.se", headers=headers)

    assert first.status_code in (200, 303)
    assert second.status_code == 422
    assert "Många skriver till oss just nu. Vänta en minut och skicka igen." in second.text
    assert "Ännu bättre" in second.text
    assert "anna@example.se" in second.text
    assert len(await feedback_since(now)) == 1

    clock.turn(minutes=1)
    assert (await write(visitor, text="Ännu bättre", headers=headers)).status_code in (200, 303)


async def test_what_was_typed_comes_back_as_text_and_never_as_markup(visitor):
    answer = await write(visitor, text="</textarea><script>" + "x" * LONGEST)

    assert "&lt;/textarea&gt;&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text


async def test_a_form_from_elsewhere_is_refused(visitor, now):
    """ASVS 3.5.1."""
    await visitor.get("/synpunkter")

    answer = await visitor.post("/synpunkter", data={"text": "Falskt"})

    assert answer.status_code == 403
    assert await feedback_since(now) == []


async def test_it_remembers_which_part_it_is_about_but_no_id(visitor, now):
    await write(visitor, seen_on="/synpunkter?fran=/inkorg/0199f0aa-0000-7000-8000-000000000001", text="Hej")

    (remark,) = await feedback_since(now)
    assert remark.page == "/inkorg"


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/tillganglighet", "/tillganglighet"),
        ("/inkorg/0199", "/inkorg"),
        ("/", "/"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/191212121212", "/"),
        ("/" + "a" * 41, "/"),
    ],
)
def test_a_part_is_a_word_in_our_own_addresses(path, part):
    assert section(path) == part


@pytest.mark.parametrize("made_up", ["", "LP-AAAA-AAA0", "<script>", "LP-AAAA-AAAA ", "Ring 08-123 45 67 nu"])
async def test_a_made_up_reference_is_not_repeated(visitor, made_up):
    answer = await visitor.get("/synpunkter/tack", params={"nummer": made_up})

    assert answer.status_code == 404
    assert not made_up or made_up not in main_of(answer.text)


def test_references_have_no_signs_that_are_mixed_up():
    signs = "".join(new_reference()[3:] for _ in range(500))

    assert set(signs) & set("0O1IL2Z5S8BUV") == set()
    assert len({new_reference() for _ in range(500)}) == 500


def test_marks_that_nobody_sees_are_left_out():
    """They could rule the terminal where an operator reads remarks."""
    assert readable("\x1b[2Jhej\u202e\x00\r\nrad\ttvå\u200b ") == "[2Jhej\nrad två"


async def test_the_database_alone_shows_nothing_of_it(visitor, now):
    """ASVS 14.2.6: free text may hold anything, so it is sealed."""
    await write(visitor, text="Jag mår illa av järntabletterna", contact="0701740605")

    (row,) = await Feedback.select()
    assert "tabletterna" not in str(row)
    assert b"tabletterna" not in row["text_sealed"]
    assert b"0701740605" not in row["contact_sealed"]


async def test_remarks_are_read_oldest_first_from_a_time_on(db, now):
    for number in range(3):
        await actions.leave(f"nummer {number}", contact="", page="/", now=now + timedelta(hours=number))

    read = await feedback_since(now + timedelta(hours=1))

    assert [remark.text for remark in read] == ["nummer 1", "nummer 2"]
