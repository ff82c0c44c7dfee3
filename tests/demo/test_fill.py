"""The fill, on an empty installation: what a newcomer meets after the first start."""

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import httpx
import pytest

from app import database
from app.care import queries as care
from app.care_api.actions.credentials import Credentials
from app.inbox import queries as inbox
from app.inbox.rules import KINDS
from app.language.dates import STOCKHOLM
from app.residents.actions import find
from app.sessions.principals import Resident
from app.settings import Settings
from app.summons.queries import Case, cases_for, to_do_for
from app.vault.keys import KeyRing
from demo import story
from demo.days import is_open
from demo.fill import fill


class Message(NamedTuple):
    kind: str
    delivered_at: datetime
    read_at: datetime | None
    deleted_at: datetime | None
    link_id: UUID | None

    @property
    def is_receipt(self) -> bool:
        """It comes when a resident answers, at whatever hour that is."""
        return self.link_id is not None and self.kind != "summons"


class Id(NamedTuple):
    id: UUID


@pytest.fixture
async def filled(db: None, settings: Settings, keyring: KeyRing, now: datetime) -> dict[str, Credentials]:
    return await fill(settings, keyring, now=now)


async def anna() -> Resident:
    person = story.people()[0]
    id = await find(person.number)
    return Resident(id=id, session_id=UUID(int=0), name=person.name, level="loa3")


async def messages() -> list[Message]:
    return await database.rows(
        Message, "SELECT kind, delivered_at, read_at, deleted_at, link_id FROM messages"
    )


async def test_the_demo_is_what_the_first_page_of_the_readme_promises(
    filled: dict[str, Credentials], now: datetime
):
    await ensure_sizes()
    await ensure_reading(now)
    await ensure_answers(now)
    await ensure_hours(now)


async def ensure_sizes() -> None:
    assert len(await care.providers()) == 3
    assert await database.run("SELECT id FROM clinics") == 6
    assert await database.run("SELECT DISTINCT clinic FROM phone_hours") == 6
    assert await database.run("SELECT DISTINCT region FROM clinics") == 3
    # Anna's child among them.
    assert await database.run("SELECT id FROM residents") == 13
    assert await database.run("SELECT id FROM threads") == 40
    assert await database.run("SELECT id FROM attachments WHERE used_at IS NOT NULL AND warnings = ''") == 5
    sent = await messages()
    assert len(sent) == 60
    assert {message.kind for message in sent} == set(KINDS)


async def ensure_reading(now: datetime) -> None:
    """About 60 per cent is read, one letter is deleted, and Anna has five threads left to open."""
    sent = await messages()
    assert 30 <= sum(message.read_at is not None for message in sent) < len(sent)
    assert sum(message.deleted_at is not None for message in sent) == 1
    shown = await inbox.inbox_for(await anna(), older_than=None, now=now)
    assert len(shown.lines) == 13
    assert shown.unread == 5


async def ensure_answers(now: datetime) -> None:
    """Every state of a summons can be met; two of Anna's await her answer, and a letter her confirmation."""
    states = Counter(case.state(now) for case in await every_case())
    assert set(states) >= {"to-book", "to-confirm", "booked", "confirmed", "rebooked", "cancelled", "past"}
    waiting = await to_do_for(await anna(), now=now)
    assert [case.state(now) for case in waiting] == ["to-confirm", "to-book"]
    [letter] = await inbox.awaiting_for(await anna(), now=now)
    assert letter.to_confirm
    assert letter.due_at is not None
    assert letter.due_at > now
    free = await database.run("SELECT id FROM slots WHERE appointment IS NULL AND starts_at > {}", now)
    assert free > 300


async def every_case() -> list[Case]:
    found: list[Case] = []
    for person in story.people():
        if person.account:
            ids = [row.id for row in await database.rows(Id, "SELECT id FROM summonses")]
            found += (await cases_for(await find(person.number), ids)).values()
    return found


async def ensure_hours(now: datetime) -> None:
    """Sent in the office hours of the last two months; read after that, and before now."""
    for message in await messages():
        delivered = message.delivered_at.astimezone(STOCKHOLM)
        assert message.is_receipt or is_open(delivered.date())
        assert message.is_receipt or 8 <= delivered.hour < 17
        assert timedelta() < now - message.delivered_at < timedelta(days=66)
        assert message.read_at is None or message.delivered_at < message.read_at < now


async def test_the_credentials_that_stay_are_strong_and_give_a_token(
    filled: dict[str, Credentials], visitor: httpx.AsyncClient
):
    """Those of the filling are quick to check, and gone when it is over."""
    for made in filled.values():
        record = await care.care_system_by_client_id(made.client_id)
        assert record is not None
        assert "$m=65536," in record.secret_hash
        reply = await visitor.post(
            "/api/v1/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(made.client_id, made.client_secret),
        )
        assert reply.status_code == 200


def test_nothing_is_inserted_past_the_actions():
    past = re.compile(
        r"\.(insert|save|raw)\b|\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b|\btables\b|app.database"
    )
    found = {path.name: past.findall(path.read_text()) for path in story.FOLDER.glob("*.py")}
    # PICCOLO_CONF, and a PDF that is saved.
    assert {name for name, matches in found.items() if matches} == {"installation.py", "papers.py"}
