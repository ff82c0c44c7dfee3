"""A real Chromium in front of the real product."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from app import database
from tests import environment
from tests.browser import product as products
from tests.browser.product import Product

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("LARKPOST_TEST_CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Chromium's own sandbox does not start as root.
AS_ROOT = ["--no-sandbox"] if os.geteuid() == 0 else []


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("product")
    with ExitStack() as stack:
        if database.POSTGRES:
            url = environment.SERVER.rsplit("/", 1)[0] + f"/{environment.DATABASE}_browser"
            asyncio.run(_on_server(f"CREATE DATABASE {environment.DATABASE}_browser"))
            drop = f"DROP DATABASE {environment.DATABASE}_browser WITH (FORCE)"
            stack.callback(lambda: asyncio.run(_on_server(drop)))
        else:
            url = f"sqlite:///{folder / 'product.sqlite'}"
        yield products.start(folder, url, stack)


async def _on_server(statement: str) -> None:
    connection = await asyncpg.connect(environment.SERVER)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One loop for all who share the browser; who serves the product in its own loop has its own browser."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        if item.path.parent == HERE and "chromium" in names and "served" not in names:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One for all: to start it takes as long as many a test. Each test has contexts of its own."""
    async with launched() as browser:
        yield browser


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET + AS_ROOT)
        yield browser
        await browser.close()
