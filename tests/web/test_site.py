"""Nothing gets round the check of forms, and what a handler asks for is made in turn."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Request, Router, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import ImproperlyConfiguredException
from litestar.types import ControllerRouterHandler

from app.errors import Missing
from app.main import wall_clock
from app.settings import Settings
from app.web.pages import Pages
from app.web.site import compose


async def _let_in(_request: Request[Any, Any, Any]) -> None: ...


async def _not_heard(_request: Request[Any, Any, Any], _missing: Missing) -> None: ...


@get("/a", before_request=_let_in)
async def own() -> None: ...


@get("/b")
async def plain() -> None: ...


@pytest.mark.parametrize("route", [own, Router("/c", route_handlers=[plain], before_request=_let_in)])
def test_a_route_with_a_hook_of_its_own_stops_the_start(
    settings: Settings, pages: Pages, route: ControllerRouterHandler
) -> None:
    """Litestar runs only the nearest `before_request`, so ours would be silently replaced."""
    with pytest.raises(ImproperlyConfiguredException, match="before_request of its own"):
        composed([route], settings, pages)


async def test_dependencies_are_resolved_in_turn(settings: Settings, pages: Pages) -> None:
    """Not in a task group: that costs a page more than the dependencies do."""
    tasks = []

    async def provide_one() -> str:
        tasks.append(asyncio.current_task())
        return ""

    async def provide_two() -> str:
        return await provide_one()

    @get("/d")
    async def asks(one: NamedDependency[str], two: NamedDependency[str]) -> None:
        tasks.append(asyncio.current_task())

    provided = {"one": Provide(provide_one), "two": Provide(provide_two)}
    app = composed([asks], settings, pages, dependencies=provided)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as browser:
        assert (await browser.get("/d")).is_success

    assert len(tasks) == 3
    assert len(set(tasks)) == 1


def composed(routes: list[ControllerRouterHandler], settings: Settings, pages: Pages, **more: Any) -> Any:
    return compose(
        routes,
        settings=settings,
        pages=pages,
        web_key=b"k" * 32,
        clock=wall_clock,
        denied=_not_heard,
        openapi_config=None,
        **more,
    )
