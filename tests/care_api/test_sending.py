"""A letter is delivered, or nothing is stored and the sender learns what to change (issue 2, "Bad input")."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from app import database
from app.audit.queries import accesses_to, denials
from app.care import actions as care
from app.care.rules import Contact
from app.care_api.formats.example import READ
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SEND, STATUS
from app.sessions.principals import Resident
from tests import make
from tests.care_api.conftest import NOTHING, Sender, Stored, denied, stored
from tests.make import Clock


def assert_problem(response: httpx.Response, status: int, code: str, pointer: str | None = None) -> None:
    """RFC 9457, in English."""
    document = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, document["status"], document["code"]) == (status, status, code)
    assert document["type"].endswith(f"/utvecklare/problem/{code}")
    assert document["detail"].isascii()
    assert document["detail"].endswith(".")
    assert document.get("pointer") == pointer


async def test_a_letter_is_available_in_the_inbox_at_once(vardit: Sender) -> None:
    response = await vardit.send()

    assert response.status_code == 201
    reply = response.json()
    assert reply["status"] == "delivered"
    assert reply["delivered_at"] == "2026-11-23T08:30:00Z"
    assert set(reply) == {"id", "thread_id", "status", "delivered_at"}
    assert await stored() == Stored(1, 1, 1)


@pytest.mark.parametrize("format", ["docbook", "markdown", "plain"])
async def test_every_format_is_taken(vardit: Sender, format: str) -> None:
    response = await vardit.send(body={"format": format, "text": "Välkommen."})

    assert response.status_code == 201


@pytest.mark.parametrize("relation", ["ongoing-care", "screening", "vaccination"])
async def test_the_relation_that_the_sender_states_is_kept_and_stands_in_the_audit(
    vardit: Sender, anna_here: Resident, relation: str
) -> None:
    """domain.md §2.1: an established relation, or one of the two exceptions."""
    sent = (await vardit.send(relation=relation)).json()

    kept = "SELECT id FROM messages WHERE id = {} AND relation = {}"
    assert await database.run(kept, UUID(sent["id"]), relation) == 1
    [delivered] = [row for row in await accesses_to(anna_here.id) if row.action == "message.delivered"]
    assert (delivered.object_id, delivered.basis) == (sent["id"], relation)


async def test_a_second_letter_may_continue_the_thread(vardit: Sender) -> None:
    first = (await vardit.send()).json()
    second = (await vardit.send(thread_id=first["thread_id"])).json()

    assert second["thread_id"] == first["thread_id"]
    assert await stored() == Stored(2, 1, 2)


DTD = '<!DOCTYPE article SYSTEM "http://evil.example/x.dtd"><article><para>Hej</para></article>'

BAD: list[tuple[dict[str, Any], int, str, str | None]] = [
    ({"recipient": "191212121213"}, 422, "recipient.invalid-number", "/recipient"),
    ({"recipient": "191213121212"}, 422, "recipient.invalid-number", "/recipient"),
    ({"recipient": "8501169885"}, 422, "recipient.invalid-number", "/recipient"),
    ({"recipient": "199001929807"}, 422, "recipient.invalid-number", "/recipient"),
    ({"recipient": "１９１２１２１２１２１２"}, 422, "recipient.invalid-number", "/recipient"),
    ({"recipient": "19121212A12B"}, 422, "recipient.reserve-number", "/recipient"),
    ({"recipient": "196911292032"}, 422, "recipient.no-account", "/recipient"),
    ({"recipient": "197010632391"}, 422, "recipient.no-account", "/recipient"),
    ({"recipient": None}, 422, "message.recipient-missing", "/recipient"),
    ({"clinic": "SE2321000016-ZZZZ"}, 422, "clinic.unknown", "/clinic"),
    ({"clinic": "hej"}, 422, "clinic.unknown", "/clinic"),
    ({"clinic": None}, 422, "message.clinic-missing", "/clinic"),
    ({"type": "newsletter"}, 422, "message.type-unknown", "/type"),
    ({"relation": None}, 422, "message.relation-missing", "/relation"),
    ({"relation": "research"}, 422, "message.relation-unknown", "/relation"),
    ({"subject": ""}, 422, "message.subject-missing", "/subject"),
    ({"subject": "a" * 121}, 422, "message.subject-too-long", "/subject"),
    ({"purpose": None}, 422, "message.purpose-missing", "/purpose"),
    ({"use_of_answers": None}, 422, "message.use-of-answers-missing", "/use_of_answers"),
    ({"contact": None}, 422, "message.contact-missing", "/contact/phone"),
    ({"body": None}, 422, "message.body-missing", "/body"),
    ({"body": {"format": "plain"}}, 422, "message.body-missing", "/body/text"),
    ({"body": {"format": "html", "text": "a"}}, 422, "message.format-unknown", "/body/format"),
    ({"body": {"format": "docbook", "text": DTD}}, 422, "body.unsafe-xml", "/body/text"),
    ({"body": {"format": "markdown", "text": "<b>Hej</b>"}}, 422, "body.html-in-markdown", "/body/text"),
    ({"body": {"format": "plain", "text": "å" * 25_001}}, 422, "body.too-large", "/body/text"),
    ({"written_at": "2026-11-23T09:15:00"}, 422, "message.time-without-offset", "/written_at"),
    ({"written_at": "nyss"}, 422, "message.time-invalid", "/written_at"),
    ({"read_at": "2026-11-23T09:15:00Z"}, 400, "request.unknown-field", "/read_at"),
    ({"provider_id": "1"}, 400, "request.unknown-field", "/provider_id"),
    ({"subject": 7}, 400, "request.wrong-type", "/subject"),
    ({"raw": b"{"}, 400, "request.malformed-json", None),
    ({"raw": b'{"subject": "a", "subject": "b"}'}, 400, "request.duplicate-field", "/subject"),
    ({"raw": b'{"recipient": NaN}'}, 400, "request.not-a-number", "/recipient"),
    ({"raw": '{"subject": "a"}'.encode("utf-16")}, 400, "request.not-utf8", None),
    ({"headers": {"content-type": "text/plain"}}, 415, "request.unsupported-media-type", None),
    (
        {"headers": {"content-type": "application/x-www-form-urlencoded"}},
        415,
        "request.unsupported-media-type",
        None,
    ),
    (
        {"headers": {"content-type": "application/json; charset=latin-1"}},
        415,
        "request.unsupported-media-type",
        None,
    ),
    ({"headers": {"content-encoding": "gzip"}}, 415, "request.unsupported-media-type", None),
    ({"headers": {"idempotency-key": None}}, 400, "idempotency.missing", None),
    ({"headers": {"idempotency-key": ""}}, 400, "idempotency.malformed", None),
    ({"headers": {"idempotency-key": "a" * 256}}, 400, "idempotency.malformed", None),
    ({"headers": {"authorization": None}}, 401, "token.missing", None),
    ({"headers": {"authorization": "Bearer x"}}, 401, "token.invalid", None),
    ({"headers": {"authorization": "Basic dmFyZGl0Ong="}}, 401, "token.invalid", None),
]


@pytest.mark.parametrize(
    ("differently", "status", "code", "pointer"), BAD, ids=[f"{row[2]}-{n}" for n, row in enumerate(BAD)]
)
async def test_what_is_wrong_with_a_letter_is_said_and_nothing_is_stored(
    vardit: Sender, differently: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    """ASVS 2.2.1, 3.5.2, 15.3.3."""
    response = await vardit.send(**differently)

    assert_problem(response, status, code, pointer)
    assert str(differently.get("recipient")) not in response.text
    assert await stored() == NOTHING


async def test_another_providers_clinic_cannot_be_written_for(vardit: Sender, grannen: Sender) -> None:
    response = await vardit.send(clinic=make.OTHER_HSA_ID)

    assert_problem(response, 404, "clinic.other-provider", "/clinic")
    assert await stored() == NOTHING
    [denial] = await denials()
    assert (denial.actor_id, denial.care_unit) == (vardit.care_system.id, make.OTHER_HSA_ID)


async def test_hsa_ids_are_compared_without_case(vardit: Sender) -> None:
    """domain.md §1.2: in both consumer and producer."""
    assert (await vardit.send(clinic=make.HSA_ID.lower())).status_code == 201


async def test_a_body_of_more_than_a_megabyte_is_cut_off(vardit: Sender) -> None:
    response = await vardit.send(raw=b'{"subject": "' + b"a" * 1_000_000 + b'"}')

    assert (response.status_code, response.json()["code"]) == (413, "request.too-large")
    assert "at most 1 MB" in response.json()["detail"]
    assert "50 kB" in response.json()["detail"]
    assert await stored() == NOTHING


async def test_someone_elses_thread_does_not_exist_and_the_attempt_is_audited(
    vardit: Sender, grannen: Sender
) -> None:
    """Another provider's thread with the same resident, and one that never was: the same answer."""
    theirs = (await grannen.send(clinic=make.OTHER_HSA_ID)).json()["thread_id"]
    before = await stored()

    for thread_id in (theirs, "019ab01c-64a0-7e21-b7d4-4a1f6c0e9d52"):
        response = await vardit.send(thread_id=thread_id)
        assert_problem(response, 404, "thread.unknown", "/thread_id")

    assert await stored() == before
    assert await denied() == 2


async def test_another_residents_thread_cannot_be_continued(vardit: Sender, clock: Clock) -> None:
    await make.a_resident(make.BO, now=clock())
    annas = (await vardit.send()).json()["thread_id"]

    response = await vardit.send(recipient=make.BO.number, thread_id=annas)

    assert_problem(response, 404, "thread.unknown", "/thread_id")
    assert (await stored()).messages == 1


async def test_an_expired_token_says_so(vardit: Sender, clock: Clock) -> None:
    clock.turn(minutes=10, seconds=29)
    assert (await vardit.send()).status_code == 201

    clock.turn(seconds=32)
    response = await vardit.send()

    assert_problem(response, 401, "token.expired")
    assert "invalid_token" in response.headers["www-authenticate"]
    assert await stored() == Stored(1, 1, 1)


async def test_a_missing_token_is_told_how_to_get_one(vardit: Sender) -> None:
    response = await vardit.send(headers={"authorization": None})

    assert response.headers["www-authenticate"] == 'Bearer realm="larkpost"'


async def test_a_token_opens_only_what_it_was_asked_for(vardit: Sender, tokens: Tokens, clock: Clock) -> None:
    """ASVS 10.3.2: a scope per operation."""
    id = (await vardit.send()).json()["id"]
    only = {
        scope: vardit._replace(
            token=tokens.issue(
                vardit.client_id, vardit.care_system.id, scopes=frozenset([scope]), now=clock()
            )
        )
        for scope in (SEND, STATUS)
    }

    assert_problem(await only[STATUS].send(), 403, "token.scope-missing")
    assert_problem(await only[SEND].status(id), 403, "token.scope-missing")
    assert (await only[SEND].send()).status_code == 201
    assert (await only[STATUS].status(id)).status_code == 200


async def test_a_care_system_that_loses_its_approval_is_out_at_the_next_request(vardit: Sender) -> None:
    await database.run("UPDATE care_systems SET approved_at = NULL RETURNING id")

    assert_problem(await vardit.send(), 401, "token.invalid")


async def test_a_token_for_another_care_system_than_its_client_is_refused(
    vardit: Sender, grannen: Sender, tokens: Tokens, clock: Clock
) -> None:
    """ASVS 10.3.3: who calls is the issuer's client, not whatever id stands beside it."""
    mixed = tokens.issue("vardit", grannen.care_system.id, scopes=frozenset([SEND]), now=clock())

    assert_problem(await vardit._replace(token=mixed).send(), 401, "token.invalid")


async def test_a_session_cookie_opens_nothing_here(anna: make.Browser, vardit: Sender) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in anna.client.cookies.items())
    response = await vardit.send(headers={"authorization": None, "cookie": cookies})

    assert_problem(response, 401, "token.missing")


async def test_status_says_delivered_and_then_when_it_was_read(
    vardit: Sender, anna: make.Browser, clock: Clock
) -> None:
    """Delivered: available in the inbox. Read: opened by the resident."""
    sent = (await vardit.send()).json()
    delivered = (await vardit.status(sent["id"])).json()
    assert delivered == {**READ, **sent, "accepted_at": sent["delivered_at"], "read_at": None}

    clock.turn(minutes=3)
    await anna.get(f"/inkorg/{sent['thread_id']}")

    read = (await vardit.status(sent["id"])).json()
    assert (read["status"], read["read_at"]) == ("read", "2026-11-23T08:33:00Z")
    assert (read["delivered_at"], read["thread_id"]) == (sent["delivered_at"], sent["thread_id"])


async def test_another_providers_message_does_not_exist_and_the_attempt_is_audited(
    vardit: Sender, grannen: Sender
) -> None:
    """ASVS 8.2.2, 16.3.2: the same answer for what is not there."""
    id = (await vardit.send()).json()["id"]

    theirs, never = await grannen.status(id), await grannen.status("019ab01c-64a0-7e21-b7d4-4a1f6c0e9d52")

    assert_problem(theirs, 404, "message.unknown")
    assert theirs.json() == never.json()
    assert await denied() == 2


async def test_the_providers_other_care_system_may_ask_too(
    vardit: Sender, tokens: Tokens, clock: Clock
) -> None:
    id = (await vardit.send()).json()["id"]
    colleague = await care.register_care_system(
        vardit.care_system.provider_id,
        name="Kollegan",
        client_id="kollegan",
        secret_hash="never matches",
        contacts=[Contact("Vera Vård", "vera@example.se", "08-765 43 21")],
        now=clock(),
    )
    await care.approve_care_system("kollegan", now=clock())
    token = tokens.issue("kollegan", colleague, scopes=frozenset([STATUS]), now=clock())

    assert (await vardit._replace(token=token).status(id)).status_code == 200


async def test_a_letter_to_nobody_leaves_no_number_behind(
    vardit: Sender, capfd: pytest.CaptureFixture[str]
) -> None:
    """ASVS 16.2.5: neither the answer nor the log has it."""
    response = await vardit.send(recipient=make.BO.number)

    said = capfd.readouterr()
    assert make.BO.number not in response.text + said.out + said.err + str(response.headers)


async def test_nothing_is_kept_in_caches(vardit: Sender) -> None:
    sent = await vardit.send()
    status = await vardit.status(sent.json()["id"])

    assert sent.headers["cache-control"] == status.headers["cache-control"] == "no-store"


async def test_the_resident_finds_what_was_sent(
    vardit: Sender, anna: make.Browser, anna_here: Resident
) -> None:
    await vardit.send(subject="Inför ditt \u202ebesök")

    assert "Inför ditt besök" in (await anna.get("/inkorg")).text


async def test_a_link_with_a_user_name_is_told_what_it_may_be(vardit: Sender) -> None:
    refused = await vardit.send(links=[{"label": "Läs mer", "url": "https://user@example.se/"}])

    assert_problem(refused, 422, "message.link-invalid", "/links/0/url")
    assert "no user name" in refused.json()["detail"]
    assert "/tider" in refused.json()["detail"]
