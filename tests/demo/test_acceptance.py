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
        if b"care-nobody" in request.content:
            return httpx2.Response(401, json={"error": "invalid_client", "error_description": "Wrong."})
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


NOT_THERE = httpx2.Response(404, json={"status": 404, "code": "request.not-found", "detail": "Not here."})
REFUSED = httpx2.Response(422, json={"status": 422, "code": "a.b", "detail": "Do this."})


def answers(
    *, asked: list[str], **by_request: httpx2.Response
) -> Callable[[httpx2.Request], httpx2.Response]:
    """By method and the last part of the path, as GET_callback; all else is refused."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(f"{request.method}_{request.url.path.rsplit('/', 1)[-1]}")
        return by_request.get(asked[-1].replace("-", "_"), REFUSED)

    return answer


def test_with_live_credentials_the_day_ends_before_anything_is_touched() -> None:
    asked = list[str]()
    live = httpx2.Response(403, json={"status": 403, "code": "test-recipients.live", "detail": "Live."})

    outcomes = kit.play(a_day(answers(asked=asked, GET_test_recipients=live)), replace_callback=True)

    assert asked == ["GET_test-recipients"]
    assert len(outcomes) == len(kit.STEPS)
    assert outcomes[0].result == FAILED
    assert "test-recipients.live" in outcomes[0].seen
    assert {outcome.result for outcome in outcomes[1:]} == {NOT_TRIED}


def test_a_day_on_which_no_letter_gets_through_is_a_report_and_soon_over() -> None:
    """As with a clinic that is another's: nobody waits for what cannot come."""
    asked = list[str]()
    recipients = httpx2.Response(
        200, json={"recipients": [{"behaviour": name, "recipient": it} for name, it in RECIPIENTS.items()]}
    )
    none = httpx2.Response(200, json={"changes": [], "next": 0, "more": False})
    wire = answers(asked=asked, GET_test_recipients=recipients, GET_changes=none, GET_callback=NOT_THERE)
    day = a_day(wire)
    day.patience = 600

    outcomes = {outcome.title: outcome for outcome in kit.play(day)}

    assert outcomes["Test credentials"].result == PASSED
    assert outcomes["Sent once"].result == FAILED
    assert (outcomes["All changes"].result, outcomes["All changes"].seen) == (
        NOT_TRIED,
        "Nothing was sent today.",
    )
    assert len(outcomes) == len(kit.STEPS)


@pytest.mark.parametrize("replace", [False, True])
def test_an_address_that_is_set_is_replaced_only_when_that_is_said(replace: bool) -> None:
    asked = list[str]()
    known = httpx2.Response(
        200, json={"url": "https://larkjournalen.example.se/larkpost", "secret": "whsec_"}
    )
    gone = httpx2.Response(204)
    day = a_day(answers(asked=asked, GET_callback=known, PUT_callback=known, DELETE_callback=gone))

    with visits.listening(day, 0, replace=replace):
        pass

    if replace:
        assert asked == ["PUT_callback", "DELETE_callback"]
    else:
        assert asked == ["GET_callback"]
        with pytest.raises(NotTried, match="--replace-callback"):
            visits.called(day)


def test_without_an_address_that_is_taken_callbacks_are_not_tried() -> None:
    asked = list[str]()
    day = a_day(answers(asked=asked, GET_callback=NOT_THERE, PUT_callback=REFUSED))

    with visits.listening(day, 0, replace=False), pytest.raises(NotTried, match=r"a\.b.*--callback"):
        visits.called(day)

    assert asked == ["GET_callback", "PUT_callback"]


def test_callbacks_are_awaited_of_what_happened() -> None:
    day = a_day(says(200))
    day.callback_url = "http://127.0.0.1:2/"
    with pytest.raises(NotTried, match="Nothing happened"):
        visits.told(day)

    day.expected = {"message.read"}
    with pytest.raises(NotSo, match="Nothing happened within 0 seconds"):
        visits.told(day)

    day.told = {"1": {"type": "message.read"}}
    assert visits.told(day) == "1 callbacks of 1 kinds, each signed"


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (NotSo("x"), FAILED),
        (Refused({}), FAILED),
        (NotTried("x"), NOT_TRIED),
        (httpx2.ReadTimeout("x"), FAILED),
        (KeyError("id"), FAILED),
        (IndexError("x"), FAILED),
    ],
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
