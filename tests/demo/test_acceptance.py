"""The acceptance kit passes what is right, fails what is wrong, and says which."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from app.attachments.gateways import pdfs
from demo.acceptance import __main__ as kit
from demo.acceptance import letters, visits
from demo.acceptance.day import Day, NotSo, NotTried, refused_with
from demo.acceptance.pages import pdf
from demo.acceptance.report import FAILED, NOT_TRIED, PASSED, Outcome, is_whole, written
from demo.care_system import CareSystem, Refused

RECIPIENTS = {"reads-at-once": "199401012399", "never-reads": "199401022380", "no-account": "199401092391"}


def a_day(answer: Callable[[httpx2.Request], httpx2.Response]) -> Day:
    def answered(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/token"):
            return httpx2.Response(200, json={"access_token": "t", "expires_in": 600})
        return answer(request)

    http = httpx2.Client(base_url="http://127.0.0.1:1", transport=httpx2.MockTransport(answered))
    care = CareSystem("http://127.0.0.1:1", "care-1", "secret", http)
    return Day(care, http, "SE2321000016-PROV", patience=0, callback_url=None, recipients=dict(RECIPIENTS))


def says(code: int, **document: Any) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda _: httpx2.Response(code, json=document)


def test_who_accepts_what_must_be_refused_fails() -> None:
    day = a_day(says(201, id="1"))

    with pytest.raises(NotSo, match=r"accepted, and should be refused with message\.purpose-missing"):
        letters.refusals(day)


def test_a_refusal_is_the_right_one_and_has_a_sentence() -> None:
    def act(**problem: str) -> Callable[[], object]:
        def refuse() -> object:
            raise Refused(dict(problem))

        return refuse

    assert refused_with("a.b", act(code="a.b", detail="Do this.")) == "a.b"
    with pytest.raises(NotSo, match=r"refused with a\.c, not with a\.b"):
        refused_with("a.b", act(code="a.c", detail="Do this."))
    with pytest.raises(NotSo, match="without a sentence"):
        refused_with("a.b", act(code="a.b"))


def test_who_sends_a_letter_twice_fails() -> None:
    ids = iter("12")
    day = a_day(lambda _: httpx2.Response(201, json={"id": next(ids)}))

    with pytest.raises(NotSo, match="answered otherwise the second time"):
        letters.once(day)


def test_who_never_says_that_a_letter_is_read_fails_when_patience_ends() -> None:
    day = a_day(says(200, id="1", status="delivered", read_at=None))

    with pytest.raises(NotSo, match="Nothing happened within 0 seconds"):
        letters.read(day)


def test_a_change_that_never_comes_is_missed() -> None:
    day = a_day(says(200, changes=[], next=0, more=False))
    day.sent.append("1")

    with pytest.raises(NotSo, match="1 of 1 letters never came"):
        letters.changes(day)


def test_limits_must_be_said() -> None:
    with pytest.raises(NotSo, match="RateLimit"):
        letters.limits(a_day(says(200)))


def test_without_an_address_that_is_taken_callbacks_are_not_tried() -> None:
    with pytest.raises(NotTried, match="--callback"):
        visits.called(a_day(says(200)))


@pytest.mark.parametrize(
    ("fault", "result"), [(NotSo("x"), FAILED), (Refused({}), FAILED), (NotTried("x"), NOT_TRIED)]
)
def test_what_goes_wrong_ends_a_step_and_not_the_day(fault: Exception, result: str) -> None:
    def step(_: Day) -> str:
        """What is promised."""
        raise fault

    outcome = kit._played("A step", step, a_day(says(200)))

    assert (outcome.result, outcome.promise) == (result, "What is promised.")


@pytest.mark.parametrize("result", [FAILED, NOT_TRIED])
def test_a_day_with_one_such_step_is_not_whole(result: str) -> None:
    good = Outcome("One", "It works.", PASSED, "seen | so", 0.1)
    bad = good._replace(title="Two", result=result)

    report = written([good, bad], url="u", client_id="c", clinic="k", version="1")

    assert is_whole([good])
    assert not is_whole([good, bad])
    assert "1 of 2 steps passed. **Not every step passed" in report
    assert f"| Two | It works. | {result} | seen / so | 0.1 |" in report


def test_no_number_of_a_recipient_is_in_a_letter_s_words() -> None:
    letter = a_day(says(200)).letter("reads-at-once")

    assert [name for name, value in letter.items() if RECIPIENTS["reads-at-once"] in str(value)] == [
        "recipient"
    ]


def test_its_files_are_what_they_are_meant_to_be() -> None:
    assert pdfs.look(pdf("Ett prov"))[0] is None
    assert pdfs.look(pdf("Ett prov", script="app.alert(1)"))[0] == "pdf-javascript"
