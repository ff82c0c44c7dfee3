"""Nothing gets round the check of forms."""

from typing import Any

import pytest
from litestar import Request, Router, get
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
        compose(
            [route],
            settings=settings,
            pages=pages,
            web_key=b"k" * 32,
            clock=wall_clock,
            denied=_not_heard,
            openapi_config=None,
        )
