"""VårdIT at work: a care system with an address, a token and letters."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from app import database
from app.care.queries import clinic_by_hsa
from app.care.rules import Admission
from app.care_api.formats.example import LETTER
from app.care_api.formats.visits_example import SUMMONS
from app.care_api.gateways.tokens import Tokens
from app.care_api.rules.scopes import SCOPES
from app.denials import denied as write_denied
from app.jobs import works
from app.outbox.worker import Worker
from app.rehearsal.actions import make_recipients
from app.sessions.principals import CareSystem, Resident
from app.settings import Settings
from app.vault.keys import KeyRing
from tests import make
from tests.conftest import BASE_URL
from tests.make import Clock

API = "/api/v1/"
Work = Callable[[], Awaitable[None]]
# Next week: Tuesday morning and Wednesday.
SLOTS: list[dict[str, Any]] = [
    {"starts_at": "2026-12-01T09:00:00+01:00", "ends_at": "2026-12-01T09:30:00+01:00", "place": "Plan 2"},
    {"starts_at": "2026-12-01T10:00:00+01:00", "ends_at": "2026-12-01T10:30:00+01:00"},
    {"starts_at": "2026-12-02T09:00:00+01:00", "ends_at": "2026-12-02T09:30:00+01:00"},
]


class Sender(NamedTuple):
    """Posts as VårdIT does; whatever a test says differently is different."""

    client: httpx.AsyncClient
    token: str
    care_system: CareSystem
    client_id: str

    async def send(
        self,
        *,
        key: str | None = None,
        raw: bytes | None = None,
        headers: dict[str, str | None] | None = None,
        **field: Any,
    ) -> httpx.Response:
        usual = {**LETTER, "clinic": make.HSA_ID, "recipient": make.ANNA.number}
        return await self.post("messages", usual | field, key=key, raw=raw, headers=headers)

    async def status(self, id: str) -> httpx.Response:
        return await self.get(f"messages/{id}")

    async def describe(self, **field: Any) -> httpx.Response:
        usual = {"clinic": make.HSA_ID, "code": "besok", "name": "Besök hos läkare"}
        return await self.client.put(
            f"{API}time-types", json=_told(usual | field), headers={"authorization": f"Bearer {self.token}"}
        )

    async def publish(
        self, *, key: str | None = None, raw: bytes | None = None, **field: Any
    ) -> httpx.Response:
        usual = {"clinic": make.HSA_ID, "time_type": "besok", "slots": SLOTS}
        return await self.post("slots", usual | field, key=key, raw=raw)

    async def summon(
        self, *, key: str | None = None, raw: bytes | None = None, **field: Any
    ) -> httpx.Response:
        """Open, unless a time is given."""
        usual = {**SUMMONS, "clinic": make.HSA_ID, "recipient": make.ANNA.number, "time_type": "besok"}
        for timed in ("slot_id", "confirmation"):
            usual.pop(timed)
        return await self.post("summonses", usual | field, key=key, raw=raw)

    async def summons(self, id: str) -> dict[str, Any]:
        """Its status."""
        answer = await self.get(f"summonses/{id}")
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def attach(
        self,
        content: bytes | AsyncIterator[bytes],
        *,
        name: str = "Råd efter besöket.pdf",
        key: str | None = None,
        **headers: str | None,
    ) -> httpx.Response:
        """A file, of any type until a test says which. A header that is None is left out."""
        usual: dict[str, str | None] = {
            "authorization": f"Bearer {self.token}",
            "idempotency-key": key or f'"{uuid4()}"',
            "content-type": "application/octet-stream",
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        }
        different = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in (usual | different).items() if value is not None}
        return await self.client.post(API + "attachments", content=content, headers=sent)

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(API + path, headers={"authorization": f"Bearer {self.token}"})

    async def withdraw(self, slot_id: str) -> httpx.Response:
        return await self.client.delete(
            f"{API}slots/{slot_id}", headers={"authorization": f"Bearer {self.token}"}
        )

    async def post(
        self,
        path: str,
        document: dict[str, Any],
        *,
        key: str | None = None,
        raw: bytes | None = None,
        headers: dict[str, str | None] | None = None,
    ) -> httpx.Response:
        """A field that is None is left out, and so is a header."""
        usual: dict[str, str | None] = {
            "authorization": f"Bearer {self.token}",
            "idempotency-key": key or f'"{uuid4()}"',
            "content-type": "application/json",
        }
        sent = {name: value for name, value in {**usual, **(headers or {})}.items() if value is not None}
        content = raw if raw is not None else json.dumps(_told(document)).encode()
        return await self.client.post(API + path, content=content, headers=sent)


def _told(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}


class Stored(NamedTuple):
    messages: int
    threads: int
    keys: int


NOTHING = Stored(0, 0, 0)


async def stored() -> Stored:
    tables = ("messages", "threads", "idempotency_keys")
    return Stored(*[await database.run(f"SELECT id FROM {table}") for table in tables])  # noqa: S608


async def denied() -> int:
    return await database.run("SELECT id FROM audit WHERE outcome = {}", "denied")


async def times() -> dict[str, int]:
    """How many there are of what times and summonses leave behind."""
    tables = ("slots", "appointments", "summonses", "messages", "idempotency_keys")
    return {table: await database.run(f"SELECT id FROM {table}") for table in tables}  # noqa: S608


@pytest.fixture
def client(visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    """A connection without any credentials."""
    return visitor


@pytest.fixture
def tokens(keyring: KeyRing) -> Tokens:
    return Tokens(keyring.api_tokens, base_url=BASE_URL)


@pytest.fixture
async def anna_here(db: None, clock: Clock) -> Resident:
    """Anna has signed in once."""
    return await make.a_resident(make.ANNA, now=clock())


@pytest.fixture
async def vardit(client: httpx.AsyncClient, tokens: Tokens, clock: Clock, anna_here: Resident) -> Sender:
    """VårdIT, the care system of Knäkliniken; Anna can be reached."""
    clinic = await make.a_clinic(now=clock())
    return await _sender(client, tokens, await make.a_care_system(clinic, now=clock()), "vardit", clock)


@pytest.fixture
async def grannen(client: httpx.AsyncClient, tokens: Tokens, clock: Clock, vardit: Sender) -> Sender:
    """Another provider's care system."""
    clinic = await make.a_clinic(
        make.OTHER_HSA_ID,
        now=clock(),
        name="Grannkliniken",
        provider="Grannvård AB",
        organisation_number="5560000001",
    )
    system = await make.a_care_system(clinic, now=clock(), client_id="grannen")
    return await _sender(client, tokens, system, "grannen", clock)


@pytest.fixture
async def prov(client: httpx.AsyncClient, tokens: Tokens, clock: Clock, vardit: Sender) -> Sender:
    """VårdIT's test credentials, for the same clinic; there are made-up recipients."""
    clinic = await clinic_by_hsa(make.HSA_ID)
    admission = Admission(test=True)
    system = await make.a_care_system(clinic, now=clock(), client_id="prov", admission=admission)
    await make_recipients(now=clock())
    return await _sender(client, tokens, system, "prov", clock)


async def _sender(
    client: httpx.AsyncClient, tokens: Tokens, system: CareSystem, client_id: str, clock: Clock
) -> Sender:
    token = tokens.issue(client_id, system.id, scopes=frozenset(SCOPES), now=clock())
    return Sender(client, token, system, client_id)


def with_new_tokens(sender: Sender, tokens: Tokens, clock: Clock) -> Sender:
    """The same, with a new token for each call: where time passes."""

    class Fresh(Sender):
        @property
        def token(self) -> str:
            scopes = frozenset(SCOPES)
            return tokens.issue(sender.client_id, sender.care_system.id, scopes=scopes, now=clock())

    return Fresh(*sender)


@pytest.fixture
def work(settings: Settings, clock: Clock) -> Work:
    """Do all that is due."""

    async def until_done() -> None:
        while await Worker(works(settings, denied=write_denied), clock).run_due():
            pass

    return until_done


@pytest.fixture
async def slots(vardit: Sender) -> list[str]:
    """Three free slots of VårdIT's time type."""
    assert (await vardit.describe()).status_code == 200
    ids: list[str] = (await vardit.publish()).json()["ids"]
    return ids
