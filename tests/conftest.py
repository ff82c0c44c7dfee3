"""The database of this worker, the people everyone knows, and the product as they meet it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest
from litestar.types import ASGIApp

from app import database, vault
from app.care.queries import Clinic
from app.main import create_app
from app.migrations import migrate
from app.piccolo_app import APP_CONFIG
from app.settings import Settings, read
from app.sign_in.gateways.providers import connect
from app.sign_in.rules.audiences import STAFF
from app.sign_in.rules.provider import Provider
from app.vault import keys
from tests import environment, make
from tests.make import Clock

ROOT = Path(__file__).resolve().parent.parent
BASE_URL = "http://127.0.0.1:8000"
MORNING = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


# A database of this worker, of the product in Chromium, and of `python -m app` as an operator runs it.
DATABASES = {"db", "product", "environ"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks for no database is asked once: the second engine would say the same."""
    if "LARKPOST_TEST_SECOND" not in os.environ:
        return
    again = [item for item in items if not DATABASES.isdisjoint(getattr(item, "fixturenames", ()))]
    kept = set(again)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = again


@pytest.fixture(scope="session")
def keyring() -> keys.KeyRing:
    folder = environment.FOLDER / "keys"
    keys.make(folder)
    return keys.load(folder)


@pytest.fixture(scope="session", autouse=True)
def open_vault(keyring: keys.KeyRing) -> None:
    vault.use(keyring)


@pytest.fixture(scope="session")
def migrated() -> Iterator[None]:
    """This worker's database, migrated once."""
    asyncio.run(_made())
    yield
    asyncio.run(_dropped())


async def _made() -> None:
    if database.POSTGRES:
        await _on_server(f"CREATE DATABASE {environment.DATABASE}")
    await migrate()
    if not database.POSTGRES:
        shutil.copy(environment.FOLDER / "test.sqlite", environment.FOLDER / "template.sqlite")


async def _dropped() -> None:
    if database.POSTGRES:
        await _on_server(f"DROP DATABASE {environment.DATABASE} WITH (FORCE)")


async def _on_server(statement: str) -> None:
    connection = await asyncpg.connect(environment.SERVER)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
async def db(migrated: None) -> AsyncIterator[None]:
    """The migrated database, empty but for the regions, and open."""
    if not database.POSTGRES:
        for leftover in environment.FOLDER.glob("test.sqlite*"):
            leftover.unlink()
        shutil.copy(environment.FOLDER / "template.sqlite", environment.FOLDER / "test.sqlite")
    await database.open()
    try:
        if database.POSTGRES:
            await _emptied()
        yield
    finally:
        await database.close()


async def _emptied() -> None:
    assert not isinstance(database.DB, database.KeptSQLite)
    assert database.DB.connections is not None
    names = [t._meta.tablename for t in APP_CONFIG.table_classes if t._meta.tablename != "regions"]
    async with database.DB.connections.transaction() as connection:
        # The audit refuses to be emptied; only a superuser on a throwaway database can say this.
        deletes = "; ".join(f"DELETE FROM {name}" for name in names)  # noqa: S608
        await connection.execute(f"SET LOCAL session_replication_role = replica; {deletes}")


@pytest.fixture(scope="session")
def the_clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
def clock(the_clock: Clock) -> Clock:
    """Half past nine in Stockholm, on a Monday."""
    the_clock.now = MORNING
    return the_clock


@pytest.fixture
def now(clock: Clock) -> datetime:
    return clock()


@pytest.fixture(scope="session")
def settings() -> Settings:
    return read(
        {
            "LARKPOST_ENVIRONMENT": "test",
            "LARKPOST_DATABASE": environment.URL,
            "LARKPOST_BASE_URL": BASE_URL,
            "LARKPOST_KEYS": str(environment.FOLDER / "keys"),
            "LARKPOST_ATTACHMENTS": str(environment.FOLDER / "attachments"),
            "LARKPOST_SERVICE": str(ROOT / "demo" / "service.toml"),
            "LARKPOST_PROVIDERS": str(ROOT / "tests" / "providers.toml"),
            # Tests of something else wait for nobody's turn; those of limits have limits of their own.
            "LARKPOST_LIMIT_SENDS": "100000",
            "LARKPOST_LIMIT_READS": "100000",
            "LARKPOST_LIMIT_TOKENS": "100000",
        }
    )


@pytest.fixture(scope="session")
def composed(settings: Settings, keyring: keys.KeyRing, the_clock: Clock) -> ASGIApp:
    """The product, composed once: templates and assets take half a second."""
    return create_app(settings, keys=keyring, clock=the_clock)


@pytest.fixture
def app(db: None, clock: Clock, composed: ASGIApp) -> ASGIApp:
    return composed


@pytest.fixture
async def visitor(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """A browser where nobody is signed in."""
    async with _browser(app) as client:
        yield client


@pytest.fixture
async def anna(app: ASGIApp, now: datetime, settings: Settings) -> AsyncIterator[make.Browser]:
    """Anna, a resident, signed in."""
    async with _signed_in(app, make.ANNA, now, settings) as browser:
        yield browser


@pytest.fixture
async def bo(app: ASGIApp, now: datetime, settings: Settings) -> AsyncIterator[make.Browser]:
    """Bo, a stranger to Anna, signed in."""
    async with _signed_in(app, make.BO, now, settings) as browser:
        yield browser


@pytest.fixture(scope="session")
def staff_provider(settings: Settings, keyring: keys.KeyRing) -> Provider:
    return connect(settings, client_key=keyring.eid_client).of(STAFF)[0].provider


@pytest.fixture
async def knee_clinic(db: None, now: datetime) -> Clinic:
    """Knäkliniken, where Disa works."""
    return await make.a_clinic(now=now)


@pytest.fixture
async def disa(
    app: ASGIApp, now: datetime, settings: Settings, knee_clinic: Clinic, staff_provider: Provider
) -> AsyncIterator[make.StaffBrowser]:
    """Disa, a clinician at Knäkliniken, signed in."""
    async with _staff_browser(app, make.DISA, now, settings, staff_provider) as browser:
        yield browser


@pytest.fixture
async def other_clinician(
    app: ASGIApp, now: datetime, settings: Settings, staff_provider: Provider
) -> AsyncIterator[make.StaffBrowser]:
    """Emil, a clinician at another care provider's clinic, signed in."""
    await make.another_clinic(now=now)
    async with _staff_browser(app, make.EMIL, now, settings, staff_provider) as browser:
        yield browser


@asynccontextmanager
async def _staff_browser(
    app: ASGIApp, staff: make.Staff, now: datetime, settings: Settings, provider: Provider
) -> AsyncIterator[make.StaffBrowser]:
    token, clinician = await make.a_clinician(
        staff, provider=provider, now=now, absolute=settings.session_absolute
    )
    async with _browser(app) as client:
        client.cookies.set("sid", token)
        yield make.StaffBrowser(client, clinician)


def _browser(app: ASGIApp) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=cast(Any, app))
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL)


def _signed_in(app: ASGIApp, person: make.Person, now: datetime, settings: Settings) -> make.SignedIn:
    return make.SignedIn(_browser(app), person, now, settings.session_absolute)
