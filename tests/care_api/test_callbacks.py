"""A care system says where it is called, and asks what has happened since a number."""

from base64 import b64decode
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from app import database
from app.callbacks.actions import disable
from app.callbacks.queries import TARGET, Target
from app.callbacks.rules.signing import WAITS
from app.callbacks.sealed import Holder, open_secrets
from app.callbacks.tables import CallbackEndpoint
from app.callbacks.worker import works
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SCOPES
from app.inbox import actions as inbox
from app.inbox.actions import Delivered
from app.outbox.worker import Worker
from app.sessions.principals import Resident
from tests.care_api.conftest import Sender, denied
from tests.make import Clock

URL = "http://127.0.0.1:9000/larkpost"
KEY = '"8e03978e-40d5-43dd-bc93-6894a57f9324"'
NOTHING_ELSE: dict[str, Any] = {
    "signatures": ["hmac"],
    "public_key": None,
    "previous_public_key": None,
    "previous_until": None,
    "failing_since": None,
    "disabled_at": None,
    "disabled_reason": None,
}
Work = Callable[[], Awaitable[None]]


async def call(sender: Sender, method: str, path: str, **more: Any) -> httpx.Response:
    bearer = {"authorization": f"Bearer {sender.token}"}
    return await sender.client.request(method, f"/api/v1{path}", headers=bearer, **more)


@pytest.fixture
def numbered(clock: Clock) -> Work:
    async def number() -> None:
        await Worker(works(loopback=True), clock).run_due()

    return number


async def test_the_secret_is_shown_once(vardit: Sender) -> None:
    put = await call(vardit, "PUT", "/callback", json={"url": URL})
    got = await call(vardit, "GET", "/callback")

    assert put.status_code == 200
    assert put.json()["secret"].startswith("whsec_")
    shown = {**NOTHING_ELSE, "url": URL, "changed_at": "2026-11-23T08:30:00Z"}
    assert put.json() == {**shown, "secret": put.json()["secret"]}
    assert (got.status_code, got.json()) == (200, shown)
    assert put.headers["cache-control"] == "no-store"


async def test_setting_it_again_replaces_address_and_secret(vardit: Sender, clock: Clock) -> None:
    first = await call(vardit, "PUT", "/callback", json={"url": URL})
    clock.turn(minutes=9)
    second = await call(vardit, "PUT", "/callback", json={"url": URL + "/2"})

    assert second.json()["secret"] != first.json()["secret"]
    assert second.json()["url"] == URL + "/2"
    assert second.json()["changed_at"] == "2026-11-23T08:39:00Z"
    assert await database.run("SELECT id FROM callback_endpoints") == 1


async def test_what_is_removed_is_gone(vardit: Sender) -> None:
    await call(vardit, "PUT", "/callback", json={"url": URL})

    assert (await call(vardit, "DELETE", "/callback")).status_code == 204
    for method in ("GET", "DELETE"):
        missing = await call(vardit, method, "/callback")
        assert (missing.status_code, missing.json()["code"]) == (404, "callback.unset")


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({}, 422, "callback.url-missing"),
        ({"url": "https://10.0.0.1/"}, 422, "callback.url-invalid"),
        ({"url": "https://printer.local/"}, 422, "callback.url-not-public"),
        ({"url": "http://vardit.example.se/"}, 422, "callback.url-not-https"),
        ({"url": 7}, 400, "request.wrong-type"),
        ({"address": URL}, 400, "request.unknown-field"),
    ],
)
async def test_what_cannot_be_called_is_refused(
    vardit: Sender, sent: dict[str, object], status: int, code: str
) -> None:
    refused = await call(vardit, "PUT", "/callback", json=sent)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    if status == 422:
        assert refused.json()["pointer"] == "/url"
    assert await database.run("SELECT id FROM callback_endpoints") == 0


async def test_one_care_system_has_nothing_to_do_with_anothers(vardit: Sender, grannen: Sender) -> None:
    await call(vardit, "PUT", "/callback", json={"url": URL})

    assert (await call(grannen, "GET", "/callback")).status_code == 404
    assert (await call(grannen, "DELETE", "/callback")).status_code == 404
    assert (await call(vardit, "GET", "/callback")).status_code == 200


async def test_each_address_wants_its_scope(vardit: Sender, tokens: Tokens, clock: Clock) -> None:
    def only(*scopes: str) -> Sender:
        token = tokens.issue("vardit", vardit.care_system.id, scopes=frozenset(scopes), now=clock())
        return vardit._replace(token=token)

    no_status, no_callbacks = only("messages:send", "callbacks:manage"), only("messages:status")
    assert (await call(no_status, "GET", "/changes")).status_code == 403
    assert (await call(no_status, "GET", f"/threads/{vardit.care_system.id}")).status_code == 403
    for method in ("GET", "PUT", "DELETE"):
        assert (await call(no_callbacks, method, "/callback", json={"url": URL})).status_code == 403
    for path in ("callback/failures", f"callback/test/{vardit.care_system.id}"):
        assert (await no_callbacks.get(path)).status_code == 403
    for path in ("callback/replay", "callback/test", "callback/activation"):
        assert (await no_callbacks.post(path, {})).status_code == 403
    assert (await call(no_callbacks, "GET", "/changes")).status_code == 200


async def test_a_public_key_is_shown_at_any_time_and_the_one_before_it_for_a_day(
    vardit: Sender, tokens: Tokens, clock: Clock
) -> None:
    wanted = {"url": URL, "signatures": ["ed25519"]}
    first = (await call(vardit, "PUT", "/callback", json=wanted)).json()
    second = (await call(vardit, "PUT", "/callback", json=wanted)).json()
    got = (await call(vardit, "GET", "/callback")).json()

    assert "secret" not in first
    assert first["public_key"].startswith("whpk_")
    assert second["public_key"] != first["public_key"]
    assert second == got
    assert (got["signatures"], got["previous_public_key"]) == (["ed25519"], first["public_key"])
    assert got["previous_until"] == "2026-11-24T08:30:00Z"
    assert "whsk_" not in str(first)

    # A token lives for ten minutes; the day passes all the same.
    later = _later(vardit, tokens, clock.turn(hours=24))
    got = (await call(later, "GET", "/callback")).json()
    assert (got["public_key"], got["previous_public_key"]) == (second["public_key"], None)


async def test_set_again_after_a_lost_reply_it_keeps_what_signed_before(
    vardit: Sender, tokens: Tokens, clock: Clock
) -> None:
    wanted = {"url": URL, "signatures": ["hmac", "ed25519"]}
    known = (await call(vardit, "PUT", "/callback", json=wanted)).json()
    later = _later(vardit, tokens, clock.turn(hours=1))
    await call(later, "PUT", "/callback", json=wanted)
    clock.turn(minutes=9)
    again = (await call(later, "PUT", "/callback", json=wanted)).json()

    assert again["previous_public_key"] == known["public_key"]
    assert again["previous_until"] == "2026-11-24T09:39:00Z"
    assert await _secrets() == [_raw(again["secret"]), _raw(known["secret"])]

    much_later = _later(vardit, tokens, clock.turn(minutes=10))
    rotated = (await call(much_later, "PUT", "/callback", json=wanted)).json()
    assert rotated["previous_public_key"] == again["public_key"]
    assert await _secrets() == [_raw(rotated["secret"]), _raw(again["secret"])]


async def _secrets() -> list[bytes]:
    """What signs with HMAC, the newest first."""
    [target] = await database.rows(Target, TARGET.removesuffix(" WHERE id = {}"))
    opened = open_secrets(target.sealed, Holder(target.provider_id, target.id))
    return [each for each in (opened.secret, opened.previous) if each]


def _raw(secret: str) -> bytes:
    return b64decode(secret.removeprefix("whsec_"))


@pytest.mark.parametrize("signatures", [[], ["rsa"], ["hmac", "hmac"]])
async def test_unknown_signatures_are_refused(vardit: Sender, signatures: list[str]) -> None:
    refused = await call(vardit, "PUT", "/callback", json={"url": URL, "signatures": signatures})

    assert (refused.status_code, refused.json()["code"]) == (422, "callback.signatures-unknown")
    assert refused.json()["pointer"] == "/signatures"


async def test_a_test_is_asked_for_once_for_a_key_and_its_outcome_read(
    vardit: Sender, numbered: Work
) -> None:
    await call(vardit, "PUT", "/callback", json={"url": "http://127.0.0.1:9/"})
    asked = await vardit.post("callback/test", {}, key=KEY)
    again = await vardit.post("callback/test", {}, key=KEY)
    path = f"/callback/test/{asked.json()['id']}"
    waiting = (await call(vardit, "GET", path)).json()
    await numbered()
    done = (await call(vardit, "GET", path)).json()

    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert asked.content == again.content
    assert await database.run("SELECT id FROM callback_tests") == 1
    created = {"id": asked.json()["id"], "created_at": "2026-11-23T08:30:00Z"}
    none = {"finished_at": None, "status": None, "fault": None}
    assert waiting == {**created, **none, "state": "waiting"}
    assert done == {
        **created,
        "state": "failed",
        "finished_at": "2026-11-23T08:30:00Z",
        "status": None,
        "fault": "not-reached",
    }


async def test_failures_are_listed_and_replayed(
    vardit: Sender, tokens: Tokens, anna_here: Resident, clock: Clock, numbered: Work
) -> None:
    await call(vardit, "PUT", "/callback", json={"url": "http://127.0.0.1:9/"})
    sent = await _sent(vardit, anna_here)
    await numbered()
    await numbered()
    for wait in WAITS:
        clock.turn(seconds=wait.total_seconds() * 1.11)
        await numbered()
    later = _later(vardit, tokens, clock())

    failed = (await call(later, "GET", "/callback/failures")).json()
    [failure] = failed["failures"]
    replayed = await later.post("callback/replay", {"ids": [failure["id"]]})
    left = (await call(later, "GET", "/callback/failures?limit=1")).json()

    assert failure["data"]["message_id"] == str(sent.id)
    assert (failure["type"], failure["fault"], failure["attempts"]) == (
        "message.delivered",
        "not-reached",
        10,
    )
    assert failed["next"] is None
    number = failure["data"]["number"]
    assert (replayed.status_code, replayed.json()) == (202, {"changes": 1, "next": number, "more": False})
    assert left == {"failures": [], "next": None}
    assert (await later.post("callback/replay", {"since": number - 1})).json()["changes"] == 1
    assert (await later.post("callback/replay", {"since": 10**14})).json()["changes"] == 0


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({}, 422, "callback.replay-unclear"),
        ({"ids": []}, 422, "callback.replay-unclear"),
        ({"since": -1}, 422, "callback.replay-unclear"),
        ({"since": 0, "ids": [str(UUID(int=7))]}, 422, "callback.replay-unclear"),
        ({"since": 1.5}, 400, "request.wrong-type"),
        ({"ids": [str(UUID(int=7))]}, 404, "change.unknown"),
        ({"ids": ["x"]}, 400, "request.wrong-type"),
        ({"ids": [str(UUID(int=n)) for n in range(201)]}, 400, "request.list-too-long"),
        ({"all": True}, 400, "request.unknown-field"),
    ],
)
async def test_what_cannot_be_replayed_is_refused(
    vardit: Sender, sent: dict[str, Any], status: int, code: str
) -> None:
    await call(vardit, "PUT", "/callback", json={"url": URL})
    refused = await vardit.post("callback/replay", sent)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await database.run("SELECT id FROM outbox") == 0
    assert await denied() == (status == 404)


async def test_what_is_disabled_is_replayed_and_told_nothing_until_it_is_switched_on(
    vardit: Sender, clock: Clock
) -> None:
    await call(vardit, "PUT", "/callback", json={"url": URL})
    [endpoint] = await CallbackEndpoint.select(CallbackEndpoint.id)
    await disable(endpoint["id"], url=URL, reason="gone", now=clock())
    shown = (await call(vardit, "GET", "/callback")).json()
    refused = await vardit.post("callback/replay", {"since": 0})
    on = await vardit.post("callback/activation", {}, key=KEY)
    again = await vardit.post("callback/activation", {}, key=KEY)

    assert (shown["disabled_at"], shown["disabled_reason"]) == ("2026-11-23T08:30:00Z", "gone")
    assert (refused.status_code, refused.json()["code"]) == (409, "callback.disabled")
    assert (on.status_code, on.json()) == (200, {"enabled_at": "2026-11-23T08:30:00Z"})
    assert on.content == again.content
    assert (await call(vardit, "GET", "/callback")).json()["disabled_at"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "callback/failures"),
        ("POST", "callback/replay"),
        ("POST", "callback/test"),
        ("POST", "callback/activation"),
    ],
)
async def test_without_an_address_there_is_nothing_to_ask_or_test(
    vardit: Sender, method: str, path: str
) -> None:
    body = {"since": 0} if path.endswith("replay") else {}
    missing = await (vardit.post(path, body) if method == "POST" else vardit.get(path))

    assert (missing.status_code, missing.json()["code"]) == (404, "callback.unset")


@pytest.mark.parametrize("path", ["callback/replay", "callback/test", "callback/activation"])
async def test_every_one_of_them_wants_a_key(vardit: Sender, path: str) -> None:
    refused = await vardit.post(path, {}, headers={"idempotency-key": None})

    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency.missing")


def _later(sender: Sender, tokens: Tokens, now: datetime) -> Sender:
    """With a token that is good then."""
    token = tokens.issue(sender.client_id, sender.care_system.id, scopes=frozenset(SCOPES), now=now)
    return sender._replace(token=token)


async def test_changes_come_in_order_a_page_at_a_time(
    vardit: Sender, anna_here: Resident, clock: Clock, numbered: Work
) -> None:
    sent = await _sent(vardit, anna_here)
    await numbered()
    await inbox.open_thread(sent.thread_id, resident=anna_here, now=clock.turn(minutes=5))
    await numbered()
    await inbox.delete(sent.id, resident=anna_here, now=clock())
    unread = await _sent(vardit, anna_here)
    await inbox.delete(unread.id, resident=anna_here, now=clock())
    await numbered()

    first = (await call(vardit, "GET", "/changes?limit=2")).json()
    second = (await call(vardit, "GET", f"/changes?since={first['next']}&limit=2")).json()
    third = (await call(vardit, "GET", f"/changes?since={second['next']}")).json()

    assert [change["type"] for change in first["changes"]] == ["message.delivered", "message.read"]
    assert [change["type"] for change in second["changes"]] == ["message.delivered", "message.deleted"]
    assert second["changes"][1]["data"]["message_id"] == str(unread.id), "not the one that was read"
    assert (first["more"], second["more"]) == (True, False)
    assert third == {"changes": [], "next": second["next"], "more": False}
    read = first["changes"][1]
    assert read["timestamp"] == "2026-11-23T08:35:00Z"
    assert read["data"] == {
        "number": first["next"],
        "actor": "resident",
        "message_id": str(sent.id),
        "thread_id": str(sent.thread_id),
    }


async def test_what_has_no_number_yet_is_not_shown(vardit: Sender, anna_here: Resident) -> None:
    await _sent(vardit, anna_here)

    assert (await call(vardit, "GET", "/changes")).json() == {"changes": [], "next": 0, "more": False}


async def test_others_see_nothing_of_it(
    vardit: Sender, grannen: Sender, anna_here: Resident, numbered: Work
) -> None:
    await _sent(vardit, anna_here)
    await numbered()

    assert (await call(grannen, "GET", "/changes")).json()["changes"] == []


async def test_asking_for_changes_is_one_row_in_the_audit(vardit: Sender) -> None:
    await call(vardit, "GET", "/changes")

    assert await database.run("SELECT id FROM audit WHERE action = {}", "changes.read") == 1


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("since=-1", 400, "changes.since-invalid"),
        ("since=x", 400, "changes.since-invalid"),
        ("since=", 400, "changes.since-invalid"),
        ("since=1&since=2", 400, "request.duplicate-field"),
        ("since=9999999999999999999", 400, "changes.since-invalid"),
        ("since=999999999999999999", 409, "changes.since-unknown"),
        ("limit=0", 400, "changes.limit-invalid"),
        ("limit=1001", 400, "changes.limit-invalid"),
        ("limit=10&limit=20", 400, "request.duplicate-field"),
    ],
)
async def test_a_wrong_cursor_is_refused(vardit: Sender, asked: str, status: int, code: str) -> None:
    """Ahead of every number: the database was restored, and what is given next must not be skipped."""
    refused = await call(vardit, "GET", f"/changes?{asked}")

    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_a_thread_says_what_became_of_each_letter(
    vardit: Sender, anna_here: Resident, clock: Clock
) -> None:
    first = await _sent(vardit, anna_here)
    await inbox.open_thread(first.thread_id, resident=anna_here, now=clock.turn(minutes=1))
    await inbox.delete(first.id, resident=anna_here, now=clock())
    second = await _sent(vardit, anna_here, thread_id=str(first.thread_id))

    thread = (await call(vardit, "GET", f"/threads/{first.thread_id}")).json()

    assert thread["id"] == str(first.thread_id)
    known = [(m["id"], m["status"], m["read_at"], m["deleted_by_resident"]) for m in thread["messages"]]
    assert known == [
        (str(first.id), "read", "2026-11-23T08:31:00Z", False),
        (str(second.id), "delivered", None, False),
    ]
    assert thread["messages"][0] == (await vardit.status(str(first.id))).json()
    assert await database.run("SELECT id FROM audit WHERE action = {}", "thread.status-read") == 1


async def test_another_providers_thread_does_not_exist(
    vardit: Sender, grannen: Sender, anna_here: Resident
) -> None:
    sent = await _sent(vardit, anna_here)

    missing = await call(grannen, "GET", f"/threads/{sent.thread_id}")

    assert (missing.status_code, missing.json()["code"]) == (404, "thread.unknown")
    assert "Leave out" not in missing.json()["detail"]
    assert await denied() == 1


async def _sent(sender: Sender, resident: Resident, **more: Any) -> Delivered:
    sent = (await sender.send(**more)).json()
    letters = await database.rows(
        Delivered,
        "SELECT id, thread AS thread_id, delivered_at FROM messages WHERE resident = {}",
        resident.id,
    )
    return next(letter for letter in letters if str(letter.id) == sent["id"])
