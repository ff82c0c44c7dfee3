"""Many letters in one job: each row by itself, each once, and nothing half done."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from math import ceil
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from app import database
from app.care_api import worker
from app.care_api.actions.batches import do_next, forget_old_batches, processing, receiving
from app.care_api.actions.sending import Outcome
from app.care_api.gateways import arriving, coming
from app.care_api.gateways.coming import CHUNK_ITEMS
from app.care_api.rules import batches as rules
from app.care_api.rules.broadcast import Alike
from app.database import POSTGRES, rows, run
from app.denials import denied
from tests import make
from tests.care_api.batches import JSON, LINES, Batches, a_row, in_lines
from tests.care_api.conftest import NOTHING, Sender, Stored, stored
from tests.care_api.conftest import denied as denials
from tests.make import Clock

TABLES = ("batches", "batch_chunks", "idempotency_keys", "messages", "outbox")


@pytest.fixture
def batches(vardit: Sender, clock: Clock) -> Batches:
    return Batches(vardit, clock)


async def left_behind() -> dict[str, int]:
    return {table: await run(f"SELECT id FROM {table}") for table in TABLES}  # noqa: S608


EMPTY = dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize("media_type", [JSON, LINES])
async def test_each_row_is_accepted_or_refused_by_itself(batches: Batches, media_type: str) -> None:
    letters = [a_row(subject="Ett"), a_row(subject=""), a_row(recipient=make.BO.number), a_row(subject="Tre")]
    raw = in_lines(letters) if media_type == LINES else json.dumps(letters, indent=1).encode()

    answer = await batches.post(raw, media_type=media_type)

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/batches/{answer.json()['id']}"
    assert answer.json() == {
        "id": answer.json()["id"],
        "state": "received",
        "received": 4,
        "dry_run": False,
    }
    assert (await stored()).messages == 0
    await batches.work()
    done = await batches.of(answer.json()["id"])
    standing = {name: done.standing[name] for name in ("state", "received", "accepted", "refused")}
    assert standing == {"state": "done", "received": 4, "accepted": 2, "refused": 2}
    assert [(row["row"], row["result"]) for row in done.rows] == [
        (1, "accepted"), (2, "refused"), (3, "refused"), (4, "accepted"),
    ]  # fmt: skip
    assert done.refusals() == [
        (2, "message.subject-missing", "/subject"),
        (3, "recipient.no-account", "/recipient"),
    ]
    assert make.BO.number not in json.dumps(done.rows)
    assert (await stored()).messages == 2
    status = await batches.sender.status(done.rows[0]["reply"]["id"])
    assert status.json()["status"] == "delivered"


async def test_a_row_is_the_letter_that_was_sent_alone_under_its_key(batches: Batches) -> None:
    alone = await batches.sender.send(key='"samma"', subject="Samma")

    done = await batches.done([a_row("samma", subject="Samma"), a_row("samma", subject="Annat"), a_row("ny")])
    after = await batches.sender.send(key='"ny"')

    assert done.rows[0]["reply"] == alone.json()
    assert done.refusals() == [(2, "idempotency.reused", "/idempotency_key")]
    assert "idempotency_key" in done.rows[1]["problem"]["detail"]
    assert after.json() == done.rows[2]["reply"]
    assert await stored() == Stored(2, 2, 3)


async def test_a_batch_that_is_sent_twice_is_one(batches: Batches) -> None:
    raw = in_lines([a_row(), a_row()])

    first = await batches.post(raw, key='"sats"')
    again = await batches.post(raw, key='"sats"')
    other = await batches.post(raw + b"\n", key='"sats"')

    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.reused")
    await batches.work()
    assert (await left_behind()) | {"outbox": 0} == {
        "batches": 1, "batch_chunks": 1, "idempotency_keys": 3, "messages": 2, "outbox": 0,
    }  # fmt: skip


async def test_the_same_rows_in_two_batches_are_sent_once(batches: Batches) -> None:
    letters = [a_row(subject=f"Brev {n}") for n in range(3)]

    first, second = await batches.done(letters), await batches.done(list(reversed(letters)))

    assert [row["reply"] for row in second.rows] == [row["reply"] for row in reversed(first.rows)]
    assert (await stored()).messages == 3


async def test_a_dry_run_says_what_would_happen_and_sends_nothing(batches: Batches) -> None:
    sent = await batches.sender.send(key='"finns"')
    before = await left_behind()

    done = await batches.done(
        [a_row(), a_row(purpose=None), a_row("finns"), a_row(kind="summons", time_type="saknas", type=None)],
        query="?dry_run=true",
    )

    assert [row["result"] for row in done.rows] == ["valid", "refused", "accepted", "refused"]
    assert done.rows[2]["reply"] == sent.json()
    assert done.refusals() == [
        (2, "message.purpose-missing", "/purpose"),
        (4, "time-type.unknown", "/time_type"),
    ]
    assert (done.standing["dry_run"], done.standing["accepted"]) == (True, 2)
    assert (await left_behind())["messages"] == before["messages"]
    wrong = await batches.post(in_lines([a_row()]), query="?dry_run=yes")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "batch.dry-run-unknown")


async def test_summonses_come_in_the_same_batch(batches: Batches, slots: list[str]) -> None:
    def summons(key: str, **field: Any) -> dict[str, Any]:
        return a_row(key, kind="summons", type=None, time_type="besok", after_cancellation="open", **field)

    letters = [summons("a", slot_id=slots[0]), a_row("b"), summons("c", slot_id=slots[0]), summons("d")]
    done = await batches.done(letters)

    assert [row["result"] for row in done.rows] == ["accepted", "accepted", "refused", "accepted"], done.rows
    assert set(done.rows[0]["reply"]) >= {"appointment_id", "message_id", "slot_id"}
    again = await batches.done(letters)
    assert [row.get("reply") for row in again.rows] == [row.get("reply") for row in done.rows]
    assert (await stored()).messages == 3


BAD_ROWS: list[tuple[bytes, str, str | None]] = [
    (b'{"kind": "letter", "idempotency_key": "k"}', "batch.kind-unknown", "/kind"),
    (b'{"subject": "utan nyckel"}', "idempotency.missing", "/idempotency_key"),
    (b'{"idempotency_key": "\\u00e5"}', "idempotency.malformed", "/idempotency_key"),
    (b'{"idempotency_key": 5}', "request.wrong-type", "/idempotency_key"),
    (b'{"idempotency_key": "k", "subject": "a", "subject": "b"}', "request.duplicate-field", "/subject"),
    (b'{"idempotency_key": "k", "subject": NaN}', "request.not-a-number", "/subject"),
    (b'{"idempotency_key": "k", "subject": "\\ud800"}', "request.lone-surrogate", "/subject"),
    (b'{"idempotency_key": "k", "subject": "\\u0000"}', "request.nul-character", "/subject"),
    (b'{"idempotency_key": "k", "colour": "blue"}', "request.unknown-field", "/colour"),
    (b'{"idempotency_key": "k", "subject": ["a"]}', "request.wrong-type", "/subject"),
    (b'"a letter"', "request.wrong-type", ""),
    (b"[[[]]]", "request.wrong-type", ""),
    (b"17", "request.wrong-type", ""),
    (b'{"subject": tru}', "request.malformed-json", None),
    (b'{"subject": "\xff"}', "request.not-utf8", None),
]


async def test_what_cannot_be_read_is_refused_as_in_a_letter_sent_alone(batches: Batches) -> None:
    letters = [row for row, _, _ in BAD_ROWS] + [in_lines([a_row()]).strip()]

    for media_type, raw in ((LINES, b"\n".join(letters)), (JSON, b"[" + b",\n".join(letters) + b"]")):
        done = await batches.done(raw, media_type=media_type)
        assert done.refusals() == [
            (row, code, pointer) for row, (_, code, pointer) in enumerate(BAD_ROWS, start=1)
        ], media_type
        assert done.rows[-1]["result"] == "accepted"


async def test_lines_may_end_in_crlf_and_be_blank(batches: Batches) -> None:
    one, two = (in_lines([a_row()]).strip() for _ in range(2))

    done = await batches.done(b"\r\n" + one + b"\r\n\r\n  \n" + two)

    assert [row["row"] for row in done.rows] == [1, 2]
    assert done.standing["accepted"] == 2


@pytest.mark.parametrize(
    ("raw", "media_type", "status", "code"),
    [
        (b"", LINES, 422, "batch.empty"),
        (b"\r\n\n", LINES, 422, "batch.empty"),
        (b"[]", JSON, 422, "batch.empty"),
        (b"", JSON, 400, "batch.malformed"),
        (b"{}", JSON, 400, "batch.malformed"),
        (b'[{"a": 1}', JSON, 400, "batch.malformed"),
        (b'[{"a": 1},]', JSON, 400, "batch.malformed"),
        (b'[{"a": "b]', JSON, 400, "batch.malformed"),
        (b"[1] [2]", JSON, 400, "batch.malformed"),
        (b"\xef\xbb\xbf[1]", JSON, 400, "batch.malformed"),
        (b"[1]", "text/plain", 415, "batch.media-type-unknown"),
        (b"[1]", "application/json; charset=latin-1", 415, "batch.media-type-unknown"),
    ],
)
async def test_what_is_no_batch_is_refused_whole(
    batches: Batches, raw: bytes, media_type: str, status: int, code: str
) -> None:
    answer = await batches.post(raw, media_type=media_type)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await left_behind() == EMPTY


async def test_a_packed_batch_is_refused(batches: Batches) -> None:
    answer = await batches.post(b"[1]", media_type=JSON, headers={"content-encoding": "gzip"})

    assert (answer.status_code, answer.json()["code"]) == (415, "batch.media-type-unknown")


async def test_45_000_rows_and_not_one_more(batches: Batches) -> None:
    assert rules.ITEMS_MOST == 45_000
    accepted = await batches.post(b"1\n" * 45_000)
    refused = await batches.post(b"1\n" * 45_001)

    assert (accepted.status_code, accepted.json()["received"]) == (202, 45_000)
    assert (refused.status_code, refused.json()["code"]) == (413, "batch.too-many-items")
    assert (await left_behind())["batch_chunks"] == ceil(45_000 / CHUNK_ITEMS)


@pytest.mark.parametrize("announced", [True, False])
async def test_20_megabytes_and_not_one_byte_more(batches: Batches, announced: bool) -> None:
    assert rules.BYTES_MOST == 20_000_000

    async def body(size: int) -> AsyncIterator[bytes]:
        for start in range(0, size, 500_000):
            yield b" " * min(500_000, size - start)

    def sent(size: int) -> Any:
        return b"1" + b" " * (size - 1) if announced else body(size)

    whole = await batches.post(sent(20_000_000))
    refused = await batches.post(sent(20_000_001))

    assert whole.status_code == 202, whole.text
    assert (refused.status_code, refused.json()["code"]) == (413, "batch.too-large")


async def test_a_row_of_a_megabyte_and_not_one_byte_more(batches: Batches) -> None:
    def row(size: int) -> bytes:
        begun = b'{"idempotency_key": "k", "colour": "'
        return begun + b"x" * (size - len(begun) - 2) + b'"}'

    most = rules.ITEM_BYTES_MOST
    letters = [row(most), row(most + 1), row(3 * most), in_lines([a_row()]).strip()]
    for raw, media_type in ((b"\n".join(letters), LINES), (b"[" + b",".join(letters) + b"]", JSON)):
        done = await batches.done(raw, media_type=media_type)
        assert [code for _, code, _ in done.refusals()] == [
            "request.unknown-field", "batch.item-too-large", "batch.item-too-large",
        ]  # fmt: skip
        assert done.rows[3]["result"] == "accepted"


async def test_an_upload_that_takes_too_long_leaves_nothing(
    batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "SECONDS", 0.05)
    monkeypatch.setattr(coming, "SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield in_lines([a_row() for _ in range(250)])
        await asyncio.sleep(5)
        yield b"1\n"

    answer = await _while_coming(batches, slow())

    assert (answer.status_code, answer.json()["code"]) == (408, "batch.too-slow")
    assert await left_behind() == EMPTY


async def _while_coming(batches: Batches, body: AsyncIterator[bytes]) -> Any:
    """httpx reads the whole body before it calls an ASGI application, so this one is called by hand."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        try:
            return {"type": "http.request", "body": await anext(body), "more_body": True}
        except StopAsyncIteration:
            return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/api/v1/batches", "raw_path": b"/api/v1/batches", "query_string": b"",
        "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "state": {},
        "headers": [
            (b"host", b"127.0.0.1:8000"), (b"content-type", LINES.encode()), (b"idempotency-key", b'"k"'),
            (b"authorization", f"Bearer {batches.sender.token}".encode()),
        ],
    }  # fmt: skip
    transport: Any = batches.sender.client._transport
    await transport.app(scope, receive, send)
    return _Answer(sent[0]["status"], b"".join(message.get("body", b"") for message in sent))


class _Answer(NamedTuple):
    status_code: int
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


async def test_an_upload_that_is_cut_off_leaves_nothing(batches: Batches) -> None:
    async def cut() -> AsyncIterator[bytes]:
        yield in_lines([a_row() for _ in range(250)])

    answer = await _while_coming(batches, cut())

    assert (answer.status_code, answer.json()["code"]) == (400, "batch.cut-off")
    assert await left_behind() == EMPTY


async def test_a_killed_upload_is_swept_after_an_hour(
    batches: Batches, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is killed discards nothing."""

    async def killed(_id: object) -> None:
        return None

    monkeypatch.setattr(receiving, "_discard", killed)
    monkeypatch.setattr(coming, "PART_BYTES", 1)

    async def cut() -> AsyncIterator[bytes]:
        yield in_lines([a_row() for _ in range(CHUNK_ITEMS * 5 // 2)])

    await _while_coming(batches, cut())
    assert (await left_behind())["batch_chunks"] == 2
    await batches.work()
    assert (await stored()).messages == 0

    clock.turn(minutes=59)
    assert await forget_old_batches(clock()) == 0
    clock.turn(minutes=2)
    assert await forget_old_batches(clock()) == 1
    assert await left_behind() == EMPTY


async def test_a_batch_and_its_result_are_forgotten_after_thirty_days(batches: Batches, clock: Clock) -> None:
    done = await batches.done([a_row()])
    clock.turn(days=30)
    assert await forget_old_batches(clock()) == 0

    clock.turn(seconds=1)
    assert await forget_old_batches(clock()) == 1
    assert (await left_behind())["batch_chunks"] == 0
    assert (await stored()).messages == 1
    answer = await batches.sender.get(f"batches/{done.standing['id']}")
    # The token is as old as the letters.
    assert answer.status_code == 401


async def test_nothing_that_waits_can_be_read_in_the_database(batches: Batches) -> None:
    class Waiting(NamedTuple):
        content_sealed: bytes | None
        key_wrapped: bytes | None

    sql = "SELECT c.content_sealed, b.key_wrapped FROM batch_chunks c JOIN batches b ON b.id = c.batch"
    await batches.post(in_lines([a_row(subject="Hemligt")]))
    [waiting] = await rows(Waiting, sql)
    assert b"Hemligt" not in b"".join(box or b"" for box in waiting)
    await batches.work()

    assert await rows(Waiting, sql) == [(None, None)], "and what is done is not kept"


async def test_a_chunk_that_fails_in_the_middle_is_done_again_and_nothing_twice(
    batches: Batches, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the worker is killed between delivering the rows and writing down that they are done."""
    answer = await batches.post(in_lines([a_row(subject=f"Brev {n}") for n in range(150)]))
    id = answer.json()["id"]
    whole = processing._done

    async def killed(part: Any, outcomes: Sequence[Outcome | None], **more: Any) -> None:
        await whole(part, outcomes, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(processing, "_done", killed)
    with pytest.raises(KeyboardInterrupt):
        await do_next(UUID(id), denied=denied, now=clock())
    monkeypatch.undo()

    assert await stored() == Stored(0, 0, 1), "the batch's own key alone"
    await batches.work()
    done = await batches.of(id)
    assert [row["result"] for row in done.rows] == ["accepted"] * 150
    assert await stored() == Stored(150, 150, 151)


async def test_two_workers_at_one_batch_do_each_row_once(batches: Batches, clock: Clock) -> None:
    answer = await batches.post(in_lines([a_row() for _ in range(250)]))
    id = UUID(answer.json()["id"])

    async def some() -> None:
        more = True
        while more:
            try:
                more = await do_next(id, denied=denied, now=clock())
            except processing.DoneByAnother:
                continue

    await asyncio.gather(some(), some())

    done = await batches.of(str(id))
    assert (done.standing["accepted"], done.standing["refused"]) == (250, 0)
    assert [row["row"] for row in done.rows] == list(range(1, 251))
    assert (await stored()).messages == 250


async def test_the_same_text_is_counted_in_batches_as_in_single_letters(
    batches: Batches, clock: Clock
) -> None:
    """Two alone and four in a batch, where three may go: one is warned of, three are refused."""
    alike = Alike(warn=2, most=3)
    body = {"format": "plain", "text": "Vi flyttar."}
    for _ in range(2):
        assert (await batches.sender.send(body=body)).status_code == 201
    answer = await batches.post(in_lines([a_row(body=body) for _ in range(4)]))
    id = answer.json()["id"]
    while await do_next(UUID(id), denied=denied, alike=alike, now=clock()):
        pass

    done = await batches.of(id)
    assert [code for _, code, _ in done.refusals()] == ["message.broadcast-not-approved"] * 3
    [accepted] = [row for row in done.rows if row["result"] == "accepted"]
    assert accepted["reply"]["warnings"][0]["code"] == "message.same-text-to-many"
    assert (await stored()).messages == 3


async def test_one_that_is_refused_at_the_last_moment_holds_up_nobody(batches: Batches) -> None:
    """A thread is looked for where it is locked; the rows around it are delivered."""
    thread = (await batches.sender.send()).json()["thread_id"]
    letters = [a_row(subject=f"Brev {n}", thread_id=thread) for n in range(9)]
    letters[4]["thread_id"] = str(uuid4())

    done = await batches.done(letters)

    assert done.refusals() == [(5, "thread.unknown", "/thread_id")]
    assert (await stored()).messages == 9
    assert await denials() == 1


async def test_the_clinic_of_another_provider_is_refused_and_written_down(
    batches: Batches, grannen: Sender
) -> None:
    done = await batches.done([a_row(), a_row(clinic=make.OTHER_HSA_ID)])

    [(row, code, _)] = done.refusals()
    assert (row, code) == (2, "clinic.other-provider")
    assert await denials() == 1


async def test_another_providers_batch_is_not_there(batches: Batches, grannen: Sender) -> None:
    done = await batches.done([a_row()])

    for path in ("", "/result"):
        answer = await grannen.get(f"batches/{done.standing['id']}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "batch.unknown")
    assert await denials() == 2


async def test_test_and_live_credentials_know_nothing_of_each_others_batches(
    batches: Batches, prov: Sender, clock: Clock
) -> None:
    live = (await batches.done([a_row()])).standing["id"]
    rehearsed = (await Batches(prov, clock).done([a_row()])).standing["id"]

    for reader, batch in ((prov, live), (batches.sender, rehearsed)):
        assert await not_there(reader, batch)
    assert await denials() == 4


async def not_there(reader: Sender, batch: str) -> bool:
    answers = [await reader.get(f"batches/{batch}{path}") for path in ("", "/result")]
    return all((each.status_code, each.json()["code"]) == (404, "batch.unknown") for each in answers)


async def test_there_is_no_result_before_it_is_done(batches: Batches) -> None:
    id = (await batches.post(in_lines([a_row()]))).json()["id"]

    answer = await batches.sender.get(f"batches/{id}/result")

    assert (answer.status_code, answer.json()["code"]) == (409, "batch.not-done")


async def test_progress_is_told_while_it_runs(batches: Batches, clock: Clock) -> None:
    id = (await batches.post(in_lines([a_row() for _ in range(CHUNK_ITEMS + 50)]))).json()["id"]
    before = (await batches.sender.get(f"batches/{id}")).json()
    await do_next(UUID(id), denied=denied, now=clock())
    running = (await batches.sender.get(f"batches/{id}")).json()

    assert (before["state"], before["accepted"]) == ("received", 0)
    assert (running["state"], running["accepted"], running["received"]) == (
        "running",
        CHUNK_ITEMS,
        CHUNK_ITEMS + 50,
    )
    assert "finished_at" not in running


async def test_on_sqlite_it_rests_after_each_chunk(batches: Batches, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else writes while a chunk is stored there, and whoever opens a page writes in the audit."""
    rests = list[float]()

    async def sleep(seconds: float) -> None:
        rests.append(seconds)

    monkeypatch.setattr(worker, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(worker, "monotonic", itertools.count().__next__)
    await batches.post(in_lines([a_row() for _ in range(CHUNK_ITEMS + 1)]))
    await batches.work()

    assert rests == ([] if POSTGRES else [5, 5]), "five times as long as it took"


async def test_a_care_system_that_was_stopped_sends_nothing_of_what_waits(batches: Batches) -> None:
    id = (await batches.post(in_lines([a_row(), a_row()]))).json()["id"]
    await run("UPDATE care_systems SET approved_at = NULL")
    await batches.work()
    await run("UPDATE care_systems SET approved_at = created_at")

    done = await batches.of(id)
    assert [code for _, code, _ in done.refusals()] == ["care-system.not-approved"] * 2
    assert (await stored()).messages == 0


async def test_the_same_text_to_many_is_stopped_in_a_batch_too(batches: Batches) -> None:
    """Each row by itself: those that are few enough are delivered, warned of beyond the first limit."""
    rows = [a_row(subject=f"Brev {n}") for n in range(5)]
    id = (await batches.post(in_lines(rows))).json()["id"]
    await batches.work(alike=Alike(warn=1, most=3))

    done = await batches.of(id)
    assert [row["result"] for row in done.rows] == ["accepted"] * 3 + ["refused"] * 2
    assert ["warnings" in row["reply"] for row in done.rows[:3]] == [False, True, True]
    assert {code for _, code, _ in done.refusals()} == {"message.broadcast-not-approved"}
    assert (await stored()).messages == 3


async def test_without_the_scope_for_summonses_they_are_refused(batches: Batches) -> None:
    id = (await batches.post(in_lines([a_row(), a_row(kind="summons", type=None)]))).json()["id"]
    await run("UPDATE batches SET scopes = {}", "messages:send")
    await batches.work()

    assert (await batches.of(id)).refusals() == [(2, "token.scope-missing", None)]


def a_text() -> dict[str, str]:
    return {"format": "docbook", "text": f"<article><para>{uuid4()}</para></article>"}


async def many_other_threads() -> None:
    """So that PostgreSQL looks up each thread by itself, in the order that it is given: as in real life."""
    if database.POSTGRES:
        await run(
            "INSERT INTO threads (id, resident, clinic, last_at, unread, created_at)"
            " SELECT gen_random_uuid(), resident, clinic, last_at, 0, created_at"
            " FROM (SELECT * FROM threads LIMIT 1) AS one, generate_series(1, 20000)"
        )
        await run("ANALYZE threads")


async def test_fifty_batches_for_the_same_threads_all_arrive(
    batches: Batches, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No deadlock, no error, nothing twice: each wants every thread, in another order.

    No two letters have the same text: those who count one text wait for each other before anything else.
    """
    monkeypatch.setattr(database.transactions, "TRIES", 1)
    threads = [(await batches.sender.send()).json()["thread_id"] for _ in range(6)]
    await many_other_threads()
    ids = []
    for number in range(50):
        turned = threads[number % 6 :] + threads[: number % 6]
        letters = [a_row(thread_id=thread, body=a_text()) for thread in turned]
        answer = await batches.post(in_lines(letters))
        ids.append(UUID(answer.json()["id"]))

    doing = [do_next(id, denied=denied, now=clock()) for id in ids]
    assert await asyncio.gather(*doing, return_exceptions=True) == [True] * 50

    class Counted(NamedTuple):
        unread: int
        letters: int

    sql = (
        "SELECT unread, (SELECT count(*) FROM messages m WHERE m.thread = threads.id) AS letters FROM threads"
        " WHERE unread > 0"
    )
    assert await rows(Counted, sql) == [(51, 51)] * 6
    assert await stored() != NOTHING
