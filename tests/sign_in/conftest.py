"""The product with a provider that does as told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from litestar.types import ASGIApp

from app.language import Words
from app.main import create_app
from app.settings import Settings
from app.sign_in.gateways.connections import Connection
from app.sign_in.gateways.providers import Providers, connect
from app.sign_in.rules.provider import Provider
from app.vault.keys import KeyRing
from tests.make import Clock
from tests.sign_in.fake import FakeProvider
from tests.sign_in.journey import Journey


@pytest.fixture(scope="session")
def provider(settings: Settings, keyring: KeyRing) -> Provider:
    return connect(settings, client_key=keyring.eid_client).connections[0].provider


@pytest.fixture
def fake(provider: Provider, clock: Clock) -> FakeProvider:
    return FakeProvider(provider, clock)


@pytest.fixture
def connection(fake: FakeProvider) -> Connection:
    return fake.connection()


@pytest.fixture(scope="session")
def switched(provider: Provider) -> Connection:
    """The one connection of the composed product; each test turns it to its own provider."""
    return Connection(provider)


@pytest.fixture
def staff_fake(staff_provider: Provider, clock: Clock) -> FakeProvider:
    """The provider of the staff door."""
    return FakeProvider(staff_provider, clock)


@pytest.fixture(scope="session")
def staff_switched(staff_provider: Provider) -> Connection:
    return Connection(staff_provider)


@pytest.fixture(scope="session")
def composed(
    settings: Settings,
    keyring: KeyRing,
    the_clock: Clock,
    switched: Connection,
    staff_switched: Connection,
) -> ASGIApp:
    providers = Providers(switched, staff_switched)
    return create_app(settings, keys=keyring, clock=the_clock, providers=providers)


@pytest.fixture
async def visitor(
    app: Any,
    settings: Settings,
    switched: Connection,
    connection: Connection,
    staff_switched: Connection,
    staff_fake: FakeProvider,
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser where nobody is signed in, facing `fake`, and `staff_fake` at the staff door."""
    vars(switched).update(vars(connection))
    vars(staff_switched).update(vars(staff_fake.connection()))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=settings.base_url
    ) as client:
        yield client


@pytest.fixture
async def other_browser(app: Any, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=settings.base_url
    ) as client:
        yield client


@pytest.fixture(scope="session")
def three(provider: Provider) -> tuple[Connection, ...]:
    """Three ways in for residents, in the order of the file; each test turns them to its own fakes."""
    return tuple(
        Connection(
            replace(
                provider,
                key=key,
                client_id=f"larkpost-{key}",
                issuer=f"http://127.0.0.1:{port}",
                redirect_uri=provider.redirect_uri.replace("/eid/", f"/{key}/"),
                name=Words({"sv": key.capitalize(), "en": f"{key} e-ID"}),
                hint=Words({"sv": "Med kort.", "en": "By card."}) if key == "kort" else None,
                is_on_this_device=key == "mobilen",
            )
        )
        for port, key in enumerate(("kort", "dosan", "mobilen"), start=8011)
    )


@pytest.fixture(scope="session")
def composed_with_three(
    settings: Settings,
    keyring: KeyRing,
    the_clock: Clock,
    three: tuple[Connection, ...],
    staff_switched: Connection,
) -> ASGIApp:
    return create_app(settings, keys=keyring, clock=the_clock, providers=Providers(*three, staff_switched))


@pytest.fixture
def fakes(three: tuple[Connection, ...], clock: Clock) -> dict[str, FakeProvider]:
    """The providers behind `three`, by key."""
    found = {one.provider.key: FakeProvider(one.provider, clock) for one in three}
    for one in three:
        vars(one).update(vars(found[one.provider.key].connection()))
    return found


@pytest.fixture
async def chooser(
    db: None,
    composed_with_three: Any,
    settings: Settings,
    fakes: dict[str, FakeProvider],
    staff_switched: Connection,
    staff_fake: FakeProvider,
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser where nobody is signed in, facing `fakes`, and `staff_fake` at the staff door."""
    vars(staff_switched).update(vars(staff_fake.connection()))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=composed_with_three), base_url=settings.base_url
    ) as client:
        yield client


@pytest.fixture
def journey(visitor: httpx.AsyncClient, fake: FakeProvider) -> Journey:
    """Anna's way in through the residents' door, past `fake`."""
    return Journey(visitor, fake)
