"""VårdIT at work: a care system with an address, a token and letters."""

from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from app import database
from app.care_api.formats.example import LETTER
from app.care_api.gateways.tokens import SCOPES, Tokens
from app.sessions.principals import CareSystem, Resident
from app.vault.keys import KeyRing
from tests import make
from tests.conftest import BASE_URL
from tests.make import Clock


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
        usual_letter = {**LETTER, "clinic": make.HSA_ID, "recipient": make.ANNA.number}
        letter = {name: value for name, value in {**usual_letter, **field}.items() if value is not None}
        usual: dict[str, str | None] = {
            "authorization": f"Bearer {self.token}",
            "idempotency-key": key or f'"{uuid4()}"',
        }
        if raw is not None:
            usual["content-type"] = "application/json"
        sent = {name: value for name, value in {**usual, **(headers or {})}.items() if value is not None}
        if raw is not None:
            return await self.client.post("/api/v1/messages", content=raw, headers=sent)
        return await self.client.post("/api/v1/messages", json=letter, headers=sent)

    async def status(self, id: str) -> httpx.Response:
        return await self.client.get(
            f"/api/v1/messages/{id}", headers={"authorization": f"Bearer {self.token}"}
        )


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


async def _sender(
    client: httpx.AsyncClient, tokens: Tokens, system: CareSystem, client_id: str, clock: Clock
) -> Sender:
    token = tokens.issue(client_id, system.id, scopes=frozenset(SCOPES), now=clock())
    return Sender(client, token, system, client_id)
