"""The example client: one token for many letters, and one letter however often the network fails."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.body import docbook
from app.body.blocks import Box, Collapsible, KeyValues, Link, Paragraph
from app.care_api.gateways import wire
from demo import care_system as demo
from tests import make
from tests.conftest import BASE_URL

LETTER = demo.letter(clinic=make.HSA_ID, to=make.ANNA.number, subject="Inför ditt besök", text="<article/>")
DELIVERED = {"id": "1", "thread_id": "2", "status": "delivered", "delivered_at": "2026-11-23T08:30:00Z"}
IN_FLIGHT = {"code": "idempotency.in-flight", "detail": "Wait.", "status": 409}

Answer = Callable[[httpx2.Request], httpx2.Response]


class Wire:
    """A network that answers as it is told, in turn, and remembers what was sent."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[httpx2.Request] = []
        self.tokens = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/token"):
            self.tokens += 1
            return httpx2.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 600})
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self) -> demo.CareSystem:
        http = httpx2.Client(base_url=BASE_URL, transport=httpx2.MockTransport(self))
        client = demo.CareSystem(BASE_URL, "care-1", "secret", client=http)
        client.waits = (0.0, 0.0)
        return client


def replies(status: int, document: dict[str, Any]) -> httpx2.Response:
    return httpx2.Response(status, json=document)


def test_one_token_is_used_for_many_letters() -> None:
    wires = Wire(replies(201, DELIVERED), replies(201, DELIVERED), replies(200, DELIVERED))
    client = wires.client()

    client.send(LETTER)
    client.send(LETTER)
    assert client.status("1") == DELIVERED

    assert wires.tokens == 1
    assert [request.headers["authorization"] for request in wires.sent] == ["Bearer t1"] * 3
    first, second, _ = (request.headers.get("idempotency-key") for request in wires.sent)
    assert first != second


@pytest.mark.parametrize(
    "lost", [httpx2.ReadError("gone"), httpx2.ConnectError("no"), replies(503, {}), replies(409, IN_FLIGHT)]
)
def test_a_lost_reply_is_asked_for_again_with_the_same_key(lost: httpx2.Response | Exception) -> None:
    wires = Wire(lost, replies(201, DELIVERED))

    assert wires.client().send(LETTER) == DELIVERED

    first, second = wires.sent
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.content == second.content


def test_what_came_too_fast_is_sent_again_when_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter, with its key, and a question alike."""
    waited = list[float]()
    monkeypatch.setattr(time, "sleep", waited.append)
    slow = {"code": "limit.exceeded", "detail": "Wait.", "status": 429}
    first, second = (httpx2.Response(429, json=slow, headers={"retry-after": after}) for after in ("7", "3"))
    wires = Wire(first, replies(201, DELIVERED), second, replies(200, DELIVERED))
    client = wires.client()

    assert client.send(LETTER) == DELIVERED
    assert client.status("1") == DELIVERED

    assert waited == [7, 3]
    keys = [request.headers.get("idempotency-key") for request in wires.sent]
    assert keys[0] == keys[1] is not None
    assert keys[2:] == [None, None]


def test_who_is_told_to_wait_again_and_again_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    slow = {"code": "limit.exceeded", "detail": "Wait.", "status": 429}
    wires = Wire(*[httpx2.Response(429, json=slow) for _ in range(3)])

    with pytest.raises(demo.Refused, match=r"limit\.exceeded"):
        wires.client().status("1")

    assert len(wires.sent) == 3


def test_a_refusal_is_not_sent_again() -> None:
    wires = Wire(replies(422, {"code": "recipient.no-account", "detail": "Use paper."}))

    with pytest.raises(demo.Refused, match=r"recipient.no-account: Use paper\."):
        wires.client().send(LETTER)

    assert len(wires.sent) == 1


def test_after_some_tries_it_gives_up() -> None:
    wires = Wire(*[httpx2.ReadError("gone")] * 3)

    with pytest.raises(httpx2.ReadError):
        wires.client().send(LETTER)

    assert len(wires.sent) == 3


@pytest.mark.parametrize("missing", ["LARKPOST_URL", "LARKPOST_CLIENT_ID", "LARKPOST_CLIENT_SECRET"])
def test_a_setting_that_is_missing_is_named_in_a_sentence(missing: str) -> None:
    ended = run("status", "1", **{missing: ""})

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"{missing} is not set. ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "127.0.0.1:8000", "http://[", "https://"])
def test_a_server_that_cannot_be_reached_is_named_in_a_sentence(address: str) -> None:
    ended = run("status", "1", LARKPOST_URL=address)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"No Lärkpost can be reached at {address}. ")
    assert ended.stderr.count("\n") == 1


def test_what_oauth_says_is_a_sentence_too() -> None:
    refusal = demo.Refused({"error": "invalid_client", "error_description": "The secret is wrong."})

    assert str(refusal) == "invalid_client: The secret is wrong."


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    usual = {"LARKPOST_URL": "http://127.0.0.1:9", "LARKPOST_CLIENT_ID": "a", "LARKPOST_CLIENT_SECRET": "b"}
    return subprocess.run(
        [sys.executable, demo.__file__, *arguments],
        env=os.environ | usual | settings,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_example_letter_and_its_contact_give_the_same_hours() -> None:
    contact = LETTER["contact"]

    assert f"{contact['phone']}, {contact['hours']}<" in demo.LETTER.read_text(encoding="utf-8")


def test_the_example_letter_says_all_that_a_letter_must() -> None:
    raw = httpx2.Request("POST", BASE_URL, json=LETTER).content

    assert wire.read(raw).purpose == LETTER["purpose"]


def test_the_example_letter_shows_all_that_a_body_can_have() -> None:
    document = docbook.read(Path(demo.LETTER).read_text(encoding="utf-8"))

    assert {block.kind for block in document if isinstance(block, Box)} == {"information", "observe"}
    assert any(isinstance(block, Collapsible) for block in document)
    assert any(isinstance(block, KeyValues) for block in document)
    links = [
        part
        for block in document
        if isinstance(block, Paragraph)
        for part in block.content
        if isinstance(part, Link)
    ]
    assert [link.url.partition(":")[0] for link in links] == ["https"]
