"""Whom one reaches is asked before anything is sent; a send is refused for the reason that was told."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app import database
from app.audit.queries import accesses_to
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SCOPES, SEND
from app.denials import denied as told_of
from app.jobs import works
from app.outbox.worker import Worker
from app.residents import actions as residents
from app.sessions.principals import Resident
from app.settings import Settings
from bench.people import personal_number
from tests import make
from tests.care_api.conftest import Sender, denied
from tests.care_api.test_sending import assert_problem
from tests.make import ANNA, BO, Clock

CHILD = "201503019802"
TURNS_THIRTEEN = datetime(2028, 2, 29, 23, tzinfo=UTC)
FORMER, NOW = "197512752382", "197512152385"
NOTHING = {"code": None, "paper": None, "sms": False, "email": False}
DIGITAL: dict[str, Any] = {"status": "digital", **NOTHING}


async def asked(vardit: Sender, *numbers: str, **more: Any) -> list[dict[str, Any]]:
    answer = await ask(vardit, list(numbers), **more)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["recipients"]
    return rows


async def ask(vardit: Sender, recipients: Any, *, key: str | None = None, **more: Any) -> Any:
    document = {"clinic": make.HSA_ID, "recipients": recipients} | more
    headers: dict[str, str | None] = {} if key else {"idempotency-key": None}
    return await vardit.post("reachability", document, key=key, headers=headers)


def no(code: str, status: str = "not-digital") -> dict[str, Any]:
    return {"status": status, **NOTHING, "code": code}


async def test_each_is_answered_in_the_order_of_the_question(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    await residents.open_childs_account(anna_here, CHILD, "Elsa Andersson", now=clock())
    locked = await residents.open_account(NOW, "Olena Berg", now=clock())
    await residents.lock(locked, now=clock())

    assert await asked(
        vardit, CHILD, "19121212A12B", ANNA.number, BO.number, NOW, "191212121213", "", ANNA.number
    ) == [
        {"status": "guardian", **NOTHING},
        no("recipient.reserve-number"),
        DIGITAL,
        no("recipient.no-account"),
        no("recipient.locked"),
        no("recipient.invalid-number", "invalid"),
        no("recipient.invalid-number", "invalid"),
        DIGITAL,
    ]


@pytest.mark.parametrize("shut", [residents.lock, residents.mark_deceased])
async def test_a_letter_is_refused_for_the_reason_that_was_told(
    vardit: Sender, anna_here: Resident, clock: Clock, shut: Any
) -> None:
    await shut(anna_here.id, now=clock())

    for number in (ANNA.number, BO.number, "19121212A12B", "191212121213"):
        [told] = await asked(vardit, number)
        assert_problem(await vardit.send(recipient=number), 422, told["code"], "/recipient")
        assert_problem(await vardit.summon(recipient=number), 422, told["code"], "/recipient")
    assert await asked(vardit, ANNA.number) == [
        no("recipient.locked" if shut is residents.lock else "recipient.deceased")
    ]


async def test_a_child_whose_guardian_acts_no_more_has_no_account_until_they_sign_in(
    vardit: Sender, anna_here: Resident, tokens: Tokens, clock: Clock
) -> None:
    """domain.md §2.9: until the 13th birthday."""
    await residents.open_childs_account(anna_here, CHILD, "Elsa Andersson", now=clock())
    clock.now = TURNS_THIRTEEN - timedelta(seconds=1)
    [under] = await asked(fresh(vardit, tokens, clock), CHILD)
    clock.now = TURNS_THIRTEEN
    [over] = await asked(fresh(vardit, tokens, clock), CHILD)
    assert (under["status"], over) == ("guardian", no("recipient.no-account"))

    await residents.open_account(CHILD, "Elsa Andersson", now=clock())
    assert await asked(fresh(vardit, tokens, clock), CHILD) == [DIGITAL]


def fresh(vardit: Sender, tokens: Tokens, clock: Clock) -> Sender:
    """With a token that lives now."""
    care_system = vardit.care_system
    token = tokens.issue(vardit.client_id, care_system.id, scopes=frozenset(SCOPES), now=clock())
    return vardit._replace(token=token)


async def test_what_a_resident_has_said_of_paper_informs_and_blocks_nothing(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    for choice, told in (("wanted", "wanted"), ("declined", "declined"), ("not-said", None)):
        await residents.choose_paper(choice, resident=anna_here, now=clock())
        assert await asked(vardit, ANNA.number) == [{**DIGITAL, "paper": told}]
        assert (await vardit.send()).status_code == 201


@pytest.mark.parametrize(("sms", "email"), [(True, False), (False, True)])
async def test_notices_are_on_or_off_and_never_an_address(
    vardit: Sender, anna_here: Resident, clock: Clock, sms: bool, email: bool
) -> None:
    await residents.choose_notices(anna_here.id, sms=sms, email=email, by=anna_here.actor, now=clock())

    assert await asked(vardit, ANNA.number) == [{**DIGITAL, "sms": sms, "email": email}]


async def test_the_number_before_leads_to_the_same_resident(vardit: Sender, clock: Clock) -> None:
    moved = await residents.open_account(NOW, "Olena Berg", previous=FORMER, now=clock())

    assert await asked(vardit, FORMER, NOW) == [DIGITAL, DIGITAL]
    read = [row for row in await accesses_to(moved) if row.action == "reachability.read"]
    assert len(read) == 1, "one question about one resident"


async def test_protected_identity_is_not_to_be_seen(vardit: Sender, clock: Clock) -> None:
    """domain.md §2.9: the mark never leaves."""
    await make.a_resident(BO, now=clock())
    await make.a_resident(ANNA, now=clock())
    await residents.never_link(BO.number, now=clock())

    marked, unmarked = await asked(vardit, BO.number, ANNA.number)
    assert marked == unmarked


async def test_each_resident_found_has_a_row_in_the_audit(vardit: Sender, anna_here: Resident) -> None:
    await asked(vardit, ANNA.number, BO.number, ANNA.number)

    [row] = [row for row in await accesses_to(anna_here.id) if row.action == "reachability.read"]
    assert (row.actor_kind, row.actor_id, row.care_unit) == (
        "care-system",
        vardit.care_system.id,
        make.HSA_ID,
    )


async def test_nothing_is_told_of_whom_no_row_says_that_it_was(
    vardit: Sender, anna_here: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row stands in the transaction that reads: where it cannot be written, nothing is answered."""

    async def full(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr("app.care_api.actions.reachability.record_all", full)
    answer = await ask(vardit, [ANNA.number])
    assert (answer.status_code, answer.json()["code"]) == (500, "server.unexpected")
    assert "digital" not in answer.text


async def test_ten_thousand_are_asked_about_at_once_and_not_one_more(vardit: Sender) -> None:
    many = [personal_number(place) for place in range(9_999)]

    rows = await asked(vardit, *many, ANNA.number)
    assert len(rows) == 10_000
    assert rows[-1] == DIGITAL
    assert {row["code"] for row in rows[:-1]} == {"recipient.no-account"}
    assert_problem(await ask(vardit, [*many, *many[:2]]), 400, "request.list-too-long", "/recipients")


async def test_others_have_their_turns_while_ten_thousand_are_looked_up(vardit: Sender) -> None:
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(another())
    assert (await ask(vardit, [personal_number(place) for place in range(10_000)])).status_code == 200
    task.cancel()

    assert turns > 40, "twenty groups of numbers, twenty of answers"


async def test_a_question_counts_as_many_times_as_it_has_numbers(vardit: Sender) -> None:
    """20,000 a minute, as usual."""
    many = [personal_number(place) for place in range(10_000)]
    for _ in range(2):
        assert (await ask(vardit, many)).status_code == 200
    answer = await ask(vardit, [ANNA.number])

    assert (answer.status_code, answer.json()["code"]) == (429, "limit.exceeded")
    assert answer.json()["violated-policies"] == ["reachability"]
    assert 0 < int(answer.headers["retry-after"]) <= 60


async def test_a_key_may_be_left_out_and_with_one_the_answer_is_replayed(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    first = await ask(vardit, [ANNA.number], key="a-key")
    await residents.lock(anna_here.id, now=clock())

    assert (await ask(vardit, [ANNA.number], key="a-key")).content == first.content
    assert (await asked(vardit, ANNA.number))[0]["code"] == "recipient.locked"
    assert_problem(await ask(vardit, [BO.number], key="a-key"), 422, "idempotency.reused")
    stored = "SELECT id FROM idempotency_keys WHERE operation = {}"
    assert await database.run(stored, "reachability.ask") == 1


BAD: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"clinic": None}, 422, "message.clinic-missing", "/clinic"),
    ({"clinic": "SE2321000016-ZZZZ"}, 422, "clinic.unknown", "/clinic"),
    ({"recipients": []}, 422, "reachability.recipients-missing", "/recipients"),
    ({"recipients": None}, 422, "reachability.recipients-missing", "/recipients"),
    ({"recipients": ANNA.number}, 400, "request.wrong-type", "/recipients"),
    ({"recipients": [191212121212]}, 400, "request.wrong-type", "/recipients/0"),
    ({"recipients": ["\x00"]}, 400, "request.nul-character", "/recipients/0"),
    ({"recipients": ["\ud800"]}, 400, "request.lone-surrogate", "/recipients/0"),
    ({"recipient": ANNA.number}, 400, "request.unknown-field", "/recipient"),
]


@pytest.mark.parametrize(
    ("differently", "status", "code", "pointer"), BAD, ids=[f"{row[2]}-{n}" for n, row in enumerate(BAD)]
)
async def test_a_question_that_cannot_be_read_is_refused_whole(
    vardit: Sender, differently: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    usual = {"recipients": [ANNA.number]} | differently
    answer = await ask(vardit, usual.pop("recipients"), **usual)

    assert_problem(answer, status, code, pointer)
    assert ANNA.number not in answer.text


async def test_another_providers_clinic_asks_nothing(vardit: Sender, grannen: Sender) -> None:
    answer = await ask(vardit, [ANNA.number], clinic=make.OTHER_HSA_ID)

    assert (answer.status_code, answer.json()["code"]) == (404, "clinic.other-provider")
    assert await denied() == 1


async def test_the_scope_is_its_own(vardit: Sender, tokens: Tokens, clock: Clock) -> None:
    other = tokens.issue(vardit.client_id, vardit.care_system.id, scopes=frozenset({SEND}), now=clock())
    answer = await ask(vardit._replace(token=other), [ANNA.number])

    assert_problem(answer, 403, "token.scope-missing")


async def test_numbers_stand_neither_in_the_answer_nor_in_a_log_nor_in_what_is_stored(
    vardit: Sender, anna_here: Resident, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = await ask(vardit, [ANNA.number, "191212121213"], key="a-key")

    assert "1912" not in answer.text
    written = capfd.readouterr()
    assert "/api/v1/reachability" in written.out + written.err
    assert "1912121212" not in written.out + written.err


async def test_a_letter_that_waits_for_its_day_is_not_delivered_to_who_has_died(
    vardit: Sender, anna_here: Resident, settings: Settings, clock: Clock
) -> None:
    id = (await vardit.send(publish_at="2026-11-23T12:00:00+01:00")).json()["id"]
    await residents.mark_deceased(anna_here.id, now=clock())
    clock.turn(hours=3)
    while await Worker(works(settings, denied=told_of), clock).run_due():
        pass

    assert await database.run("SELECT id FROM messages") == 0
    told = "SELECT id FROM events WHERE message_id = {} AND kind = {}"
    assert await database.run(told, UUID(id), "message.delivered") == 0
