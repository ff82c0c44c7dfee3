"""How a file may arrive: named, whole, in time, and not a single octet too large."""

import asyncio
import hashlib
import os
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from litestar.types import ASGIApp

from app import database
from app.care_api.gateways import arriving
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SEND, STATUS, SUMMON
from app.care_api.rules.upload import read_upload
from tests.attachments.files import a_document, a_pdf, a_stream, an_image, saved
from tests.care_api.conftest import Sender
from tests.care_api.test_sending import assert_problem
from tests.make import STORE, Clock

MOST = 10_000_000
TABLES = ("attachments", "idempotency_keys", "outbox")


def a_pdf_of(size: int) -> bytes:
    """Exactly so many octets, most of them noise in a stream."""
    nearly = size - 5_000
    return _with_noise(size - (len(_with_noise(nearly)) - nearly))


def _with_noise(size: int) -> bytes:
    with a_document() as pdf:
        pdf.Root.Extra = a_stream(pdf, os.urandom(size))
        return saved(pdf, compress_streams=False)


async def nothing_is_left() -> bool:
    questions = [f"SELECT id FROM {table}" for table in TABLES]  # noqa: S608 - our own names
    return not sum([await database.run(question) for question in questions])


def files() -> set[str]:
    return {str(place) for place in STORE.rglob("*") if place.is_file()}


async def test_ten_megabytes_are_not_too_much(vardit: Sender) -> None:
    content = a_pdf_of(MOST)

    sent = await vardit.attach(content)

    assert (len(content), sent.status_code) == (MOST, 201), sent.text


@pytest.mark.parametrize("announced", [True, False])
async def test_one_octet_more_is(vardit: Sender, announced: bool) -> None:
    before, content = files(), a_pdf_of(MOST) + b" "

    sent = await vardit.attach(content if announced else slowly(content))

    assert_problem(sent, 413, "attachment.too-large")
    assert await nothing_is_left()
    assert files() == before


async def test_what_says_that_it_is_too_large_is_not_read(vardit: Sender) -> None:
    read: list[int] = []

    async def counted() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"%PDF-"

    sent = await vardit.attach(counted(), content_length=str(MOST + 1))

    assert_problem(sent, 413, "attachment.too-large")
    assert read == []


async def slowly(content: bytes, pause: float = 0) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        await asyncio.sleep(pause)
        yield content[start : start + 65_536]


async def test_a_slow_one_is_ended_and_leaves_nothing(
    vardit: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "SECONDS", 0.2)
    before = files()

    sent = await vardit.attach(slowly(a_pdf_of(200_000), pause=0.3))

    assert_problem(sent, 408, "attachment.too-slow")
    assert await nothing_is_left()
    assert files() == before


async def test_one_that_is_cut_off_leaves_nothing(vardit: Sender, app: ASGIApp) -> None:
    """The connection ends in the middle, as the server tells it."""
    before, said = files(), list[dict[str, Any]]()
    parts: list[dict[str, Any]] = [
        {"type": "http.request", "body": a_pdf()[:500], "more_body": True},
        {"type": "http.disconnect"},
    ]
    request = vardit.client.build_request(
        "POST",
        "/api/v1/attachments",
        headers={
            "authorization": f"Bearer {vardit.token}",
            "idempotency-key": "k",
            "content-type": "application/pdf",
            "content-disposition": "attachment; filename=a.pdf",
        },
    )

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/attachments",
        "raw_path": b"/api/v1/attachments",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await cast(Any, app)(scope, receive, send)

    assert said[0]["status"] == 400
    assert await nothing_is_left()
    assert files() == before


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"content_disposition": None}, 400, "attachment.name-missing"),
    ({"content_disposition": "attachment"}, 400, "attachment.name-missing"),
    ({"content_disposition": 'attachment; filename=""'}, 400, "attachment.name-missing"),
    ({"content_disposition": "attachment; filename*=UTF-8''%E2%80%AE"}, 400, "attachment.name-missing"),
    ({"content_type": None}, 415, "attachment.unsupported-media-type"),
    ({"content_type": "text/html"}, 415, "attachment.unsupported-media-type"),
    ({"content_type": "application/json"}, 415, "attachment.unsupported-media-type"),
    ({"content_type": "multipart/form-data; boundary=a"}, 415, "attachment.unsupported-media-type"),
    ({"content_encoding": "gzip"}, 415, "attachment.unsupported-media-type"),
    ({"content_type": "image/png"}, 422, "attachment.type-mismatch"),
    ({"content_digest": "sha-256=abc"}, 400, "attachment.digest-malformed"),
    ({"content_digest": "sha-256=:YWJj:"}, 400, "attachment.digest-malformed"),
    ({"repr_digest": "sha-256=:!:"}, 400, "attachment.digest-malformed"),
    ({"content_digest": f"sha-256=:{b64encode(bytes(32)).decode()}:"}, 422, "attachment.digest-mismatch"),
    ({"repr_digest": f"sha-256=:{b64encode(bytes(32)).decode()}:"}, 422, "attachment.digest-mismatch"),
    ({"idempotency_key": None}, 400, "idempotency.missing"),
    ({"authorization": None}, 401, "token.missing"),
]


@pytest.mark.parametrize(
    ("headers", "status", "code"), BAD, ids=[f"{row[2]}-{n}" for n, row in enumerate(BAD)]
)
async def test_what_is_wrong_with_it_is_said_and_nothing_is_stored(
    vardit: Sender, headers: dict[str, Any], status: int, code: str
) -> None:
    before = files()

    assert_problem(await vardit.attach(a_pdf(), **headers), status, code)

    assert await nothing_is_left()
    assert files() == before


async def test_an_empty_one_is_none(vardit: Sender) -> None:
    assert_problem(await vardit.attach(b""), 422, "attachment.empty")


async def test_a_digest_that_is_right_is_let_in(vardit: Sender) -> None:
    content = a_pdf()
    digest = f"sha-256=:{b64encode(hashlib.sha256(content).digest()).decode()}:"

    for headers in (
        {"content_digest": digest},
        {"repr_digest": digest},
        {"content_digest": f"unixsum=:AAA=:, {digest}, sha-512=:{b64encode(bytes(64)).decode()}:"},
        {"content_digest": "sha-512=:AAAA:"},
    ):
        assert (await vardit.attach(content, **headers)).status_code == 201


@pytest.mark.parametrize(
    "disposition",
    [
        'attachment; filename="remiss.pdf"',
        "attachment; filename=remiss.pdf",
        "attachment; filename=annat.pdf; filename*=UTF-8''remiss.pdf",
        "attachment;filename*=utf-8'sv'remiss.pdf",
        'attachment; filename="re\\miss.pdf"',
    ],
)
def test_a_name_is_read_as_the_standard_says(disposition: str) -> None:
    headers = {"content-type": "application/pdf", "content-disposition": disposition}

    assert read_upload(headers, digests=[]).name == "remiss.pdf"


async def test_what_was_refused_may_be_corrected_with_the_same_key(vardit: Sender) -> None:
    assert_problem(await vardit.attach(a_pdf() + b"PK", key="k"), 422, "attachment.polyglot")

    assert (await vardit.attach(a_pdf(), key="k")).status_code == 201


async def test_either_scope_that_sends_is_enough(vardit: Sender, tokens: Tokens, clock: Clock) -> None:
    only = {
        scope: vardit._replace(
            token=tokens.issue(
                vardit.client_id, vardit.care_system.id, scopes=frozenset([scope]), now=clock()
            )
        )
        for scope in (SEND, SUMMON, STATUS)
    }

    assert (await only[SEND].attach(an_image("PNG"))).status_code == 201
    assert (await only[SUMMON].attach(an_image("PNG"))).status_code == 201
    assert_problem(await only[STATUS].attach(an_image("PNG")), 403, "token.scope-missing")


async def test_a_file_whose_store_is_away_is_to_be_sent_again(
    vardit: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = STORE.with_name("elsewhere")
    STORE.mkdir(exist_ok=True)
    STORE.rename(place)
    STORE.write_text("in the way")
    try:
        away = await vardit.attach(a_pdf(), key="k")
    finally:
        STORE.unlink()
        place.rename(STORE)

    assert_problem(away, 503, "attachment.storage-away")
    assert away.headers["retry-after"] == "30"
    assert await database.run("SELECT id FROM attachments") == 0
    assert (await vardit.attach(a_pdf(), key="k")).status_code == 201
