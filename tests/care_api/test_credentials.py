"""A secret buys a token; it is checked slowly there, and nowhere else (RFC 6749 §4.4, §5.2)."""

import asyncio
import base64
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters
from litestar.di import Provide

from app import database
from app.attachments.gateways.desk import open_desk
from app.care import actions as care
from app.care.rules import Contact, NoContactPerson, UnknownCareSystem
from app.care_api import actions, gateways
from app.care_api.actions import Credentials
from app.care_api.formats.example import LETTER
from app.care_api.gateways import credentials as secret_checks
from app.care_api.gateways.credentials import Busy, Secrets
from app.care_api.gateways.tokens import Tokens
from app.care_api.routes import router
from app.care_api.rules.scopes import SCOPES
from app.limits.actions import Limiter
from app.main import audit_denial
from app.sessions.principals import Resident
from app.settings import Settings
from app.vault.keys import KeyRing
from app.web import assets, service
from app.web.pages import Pages
from app.web.site import compose
from tests import make
from tests.conftest import BASE_URL
from tests.make import Clock

TOKEN = "/api/v1/oauth/token"
GRANT = {"grant_type": "client_credentials"}
CONTACTS = [Contact("Vera Vård", "vera@example.se", "08-765 43 21")]


@pytest.fixture
async def provider_id(db: None, clock: Clock) -> UUID:
    return (await make.a_clinic(now=clock())).provider_id


@pytest.fixture
async def mine(provider_id: UUID, clock: Clock) -> Credentials:
    """VårdIT's credentials, approved."""
    made = await actions.add_care_system(provider_id, name="VårdIT", contacts=CONTACTS, now=clock())
    await actions.approve(made.client_id, clock())
    return made


async def ask(
    client: httpx.AsyncClient, who: Credentials, *, secret: str | None = None, **form: str
) -> httpx.Response:
    return await client.post(TOKEN, data=GRANT | form, auth=(who.client_id, secret or who.client_secret))


def assert_refused(response: httpx.Response, status: int, error: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert set(response.json()) <= {"error", "error_description"}


async def test_a_secret_buys_a_token_for_ten_minutes(
    client: httpx.AsyncClient, mine: Credentials, tokens: Tokens, clock: Clock
) -> None:
    response = await ask(client, mine)

    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    reply = response.json()
    assert (reply["token_type"], reply["expires_in"]) == ("Bearer", 600)
    assert reply["scope"] == " ".join(sorted(SCOPES))
    read = tokens.read(reply["access_token"], now=clock())
    assert read.client_id == mine.client_id
    assert read.scopes == set(SCOPES)
    assert "refresh_token" not in reply


async def test_the_secret_may_stand_in_the_form(client: httpx.AsyncClient, mine: Credentials) -> None:
    form = GRANT | {"client_id": mine.client_id, "client_secret": mine.client_secret}

    assert (await client.post(TOKEN, data=form)).status_code == 200


async def test_a_narrower_token_can_be_asked_for(
    client: httpx.AsyncClient, mine: Credentials, tokens: Tokens, clock: Clock
) -> None:
    reply = (await ask(client, mine, scope="messages:status")).json()

    assert reply["scope"] == "messages:status"
    assert tokens.read(reply["access_token"], now=clock()).scopes == {"messages:status"}


async def test_a_wider_one_cannot(client: httpx.AsyncClient, mine: Credentials) -> None:
    refused = await ask(client, mine, scope="messages:send everything")

    assert_refused(refused, 400, "invalid_scope")
    said = f"scope may be one or several of: {' '.join(sorted(SCOPES))}."
    assert refused.json()["error_description"] == said
    stranger = await ask(client, mine, secret="wrong", scope="messages:send everything")
    assert "messages:send" not in stranger.text


async def test_a_wrong_secret_and_an_unknown_client_look_the_same(
    client: httpx.AsyncClient, mine: Credentials
) -> None:
    wrong = await ask(client, mine, secret="wrong")
    unknown = await ask(client, Credentials("care-0000000000000000", "wrong"))
    strange = await ask(client, Credentials("å\x00'; --", "wrong"))

    for response in (wrong, unknown, strange):
        assert_refused(response, 401, "invalid_client")
        assert response.json() == wrong.json()
        assert response.json()["error_description"] == "The client id or the secret is wrong."
        assert response.headers["www-authenticate"].startswith("Basic")


async def test_an_unapproved_care_system_gets_no_token(
    client: httpx.AsyncClient, provider_id: UUID, clock: Clock
) -> None:
    new = await actions.add_care_system(provider_id, name="VårdIT", contacts=CONTACTS, now=clock())

    refused = await ask(client, new)
    assert_refused(refused, 400, "unauthorized_client")
    assert "Ask the operator to approve" in refused.json()["error_description"]
    assert_refused(await ask(client, new, secret="wrong"), 401, "invalid_client")


async def test_another_grant_is_told_which_there_is(client: httpx.AsyncClient, mine: Credentials) -> None:
    form = {"grant_type": "password", "client_id": mine.client_id, "client_secret": mine.client_secret}
    refused = await client.post(TOKEN, data=form)

    assert_refused(refused, 400, "unsupported_grant_type")
    assert refused.json()["error_description"] == "Send grant_type=client_credentials."


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        ({"content": ""}, 400, "invalid_request"),
        ({"data": {"grant_type": "password"}}, 400, "unsupported_grant_type"),
        ({"data": {"grant_type": 'nå"\\'}}, 400, "unsupported_grant_type"),
        ({"data": {"scope": "messages:send"}}, 400, "unsupported_grant_type"),
        ({"data": GRANT}, 401, "invalid_client"),
        ({"data": GRANT | {"client_id": "vardit"}}, 401, "invalid_client"),
        ({"data": GRANT | {"client_secret": "x"}}, 401, "invalid_client"),
        ({"json": GRANT}, 400, "invalid_request"),
        ({"data": GRANT, "params": {"client_id": "vardit"}}, 400, "invalid_request"),
        ({"content": "grant_type=client_credentials&scope=a&scope=b"}, 400, "invalid_request"),
        ({"content": "grant_type=client_credentials&a=%ff"}, 400, "invalid_request"),
        ({"content": b"grant_type=client_credentials&a=\xff"}, 400, "invalid_request"),
        ({"content": "&".join(f"a{n}=1" for n in range(50))}, 400, "invalid_request"),
        ({"data": GRANT, "headers": {"authorization": "Basic !"}}, 401, "invalid_client"),
        ({"data": GRANT, "headers": {"authorization": "Basic YQ=="}}, 401, "invalid_client"),
        ({"data": GRANT, "headers": {"authorization": "Basic //8="}}, 400, "invalid_request"),
        ({"data": GRANT, "headers": {"authorization": "Bearer x"}}, 401, "invalid_client"),
        (
            {
                "data": GRANT | {"client_id": "a", "client_secret": "b"},
                "headers": {"authorization": "Basic YTpi"},
            },
            400,
            "invalid_request",
        ),
    ],
)
async def test_a_request_that_is_not_one_is_refused_as_the_rfc_says(
    client: httpx.AsyncClient, sent: dict[str, Any], status: int, error: str
) -> None:
    """ASVS 15.3.7: a parameter given twice is refused."""
    form = {"content-type": "application/x-www-form-urlencoded"} if "content" in sent else {}
    response = await client.post(TOKEN, **{**sent, "headers": form | sent.get("headers", {})})

    assert_refused(response, status, error)


async def test_after_rotation_both_secrets_work_for_a_day(
    client: httpx.AsyncClient, mine: Credentials, clock: Clock
) -> None:
    new = await actions.rotate(mine.client_id, clock())
    assert new.client_secret != mine.client_secret

    clock.turn(hours=24, seconds=-1)
    assert (await ask(client, mine)).status_code == 200
    assert (await ask(client, new)).status_code == 200

    clock.turn(seconds=1)
    assert_refused(await ask(client, mine), 401, "invalid_client")
    assert (await ask(client, new)).status_code == 200


async def test_an_unknown_client_cannot_be_approved_or_rotated(db: None, clock: Clock) -> None:
    with pytest.raises(UnknownCareSystem):
        await actions.approve("nobody", clock())
    with pytest.raises(UnknownCareSystem):
        await actions.rotate("nobody", clock())


async def test_a_care_system_needs_a_contact_person(provider_id: UUID, clock: Clock) -> None:
    with pytest.raises(NoContactPerson):
        await actions.add_care_system(provider_id, name="VårdIT", contacts=[], now=clock())


async def test_the_secret_is_long_shown_once_and_stored_as_argon2id(mine: Credentials) -> None:
    """ASVS 13.2.3, 6.6.3: 256 random bits; only the hash is kept; nothing prints it."""
    assert len(base64.urlsafe_b64decode(mine.client_secret + "==")) == 32
    assert mine.client_secret not in repr(mine)
    dumped = await database.rows(_Hash, "SELECT secret_hash FROM care_systems")
    assert [row.secret_hash[:10] for row in dumped] == ["$argon2id$"]
    assert mine.client_secret not in dumped[0].secret_hash


class _Hash(NamedTuple):
    secret_hash: str


class CountingHasher:
    """Argon2 with a counter; it answers as the real one does."""

    def __init__(self) -> None:
        self.verified = 0
        self._real = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    def hash(self, password: str, /) -> str:
        return self._real.hash(password)

    def verify(self, hashed: str, password: str, /) -> bool:
        self.verified += hashed.startswith("$argon2id$")
        return self._real.verify(hashed, password)


async def test_every_wrong_secret_costs_the_same_work_whoever_it_is() -> None:
    """Time tells nothing: a wrong secret, a rotated client and an unknown client take two verifications."""
    hasher = CountingHasher()
    secrets = Secrets(hasher)
    kept = hasher.hash("right")

    for current, previous in ((kept, None), (kept, kept), (None, None)):
        hasher.verified = 0
        assert not await secrets.matches("wrong", current=current, previous=previous)
        assert hasher.verified == 2


async def test_the_hash_that_is_nobodys_costs_as_much_as_a_real_one() -> None:
    real = await Secrets().hash("secret")

    assert extract_parameters(secret_checks._NOBODYS) == extract_parameters(real)


async def test_more_than_thirty_two_at_once_are_told_to_come_back() -> None:
    hasher = CountingHasher()
    secrets, kept = Secrets(hasher), hasher.hash("right")

    answers = await asyncio.gather(
        *(secrets.matches("right", current=kept, previous=None) for _ in range(40)), return_exceptions=True
    )

    assert sum(isinstance(answer, Busy) for answer in answers) == 8
    assert await secrets.matches("right", current=kept, previous=None)


async def test_argon2_runs_for_a_token_and_never_for_a_letter(
    db: None, settings: Settings, keyring: KeyRing, clock: Clock, anna_here: Resident
) -> None:
    """Issue 2: so that sending stays fast, and a flood of letters is no flood of argon2."""
    hasher = CountingHasher()
    clinic = await make.a_clinic(now=clock())
    await care.register_care_system(
        clinic.provider_id,
        name="VårdIT",
        client_id="vardit",
        secret_hash=hasher.hash("right"),
        contacts=CONTACTS,
        now=clock(),
    )
    await actions.approve("vardit", clock())
    letter = {**LETTER, "clinic": make.HSA_ID, "recipient": make.ANNA.number}
    app = _with_secrets(Secrets(hasher), settings, keyring, clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=settings.base_url
    ) as client:
        token = (await ask(client, Credentials("vardit", "right"))).json()["access_token"]
        assert hasher.verified == 1
        for _ in range(3):
            headers = {"authorization": f"Bearer {token}", "idempotency-key": str(uuid4())}
            sent = await client.post("/api/v1/messages", json=letter, headers=headers)
            read = await client.get(f"/api/v1/messages/{sent.json()['id']}", headers=headers)
            assert (sent.status_code, read.status_code) == (201, 200)

    assert hasher.verified == 1


class NobodyWaits(Secrets):
    """A queue that is full already."""

    async def matches(self, secret: str, *, current: str | None, previous: str | None) -> bool:
        raise Busy


async def test_when_too_many_ask_the_next_is_told_when_to_come_back(
    db: None, settings: Settings, keyring: KeyRing, clock: Clock
) -> None:
    app = _with_secrets(NobodyWaits(CountingHasher()), settings, keyring, clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE_URL) as client:
        response = await ask(client, Credentials("vardit", "right"))

    assert (response.status_code, response.json()["code"]) == (503, "token.busy")
    assert response.headers["retry-after"] == "5"


def _with_secrets(secrets: Secrets, settings: Settings, keyring: KeyRing, clock: Clock) -> Any:
    limiter, desk = Limiter(settings.limits.by_name), open_desk(settings)
    gate = gateways.gate(
        base_url=settings.base_url, signing_key=keyring.api_tokens, limiter=limiter, secrets=secrets
    )
    return compose(
        [router],
        settings=settings,
        pages=Pages(service=service.read(settings.service), assets=assets.read(settings.browser_code)),
        web_key=keyring.web,
        clock=clock,
        denied=audit_denial,
        dependencies={
            "gate": Provide(lambda: gate, sync_to_thread=False),
            "desk": Provide(lambda: desk, sync_to_thread=False),
        },
        held={"gate": gate},
        openapi_config=None,
    )
