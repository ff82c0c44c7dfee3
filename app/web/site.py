"""Puts the frame round the routes: `app.main` and the tests of `web` compose their applications alike."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import ImproperlyConfiguredException
from litestar.types import ControllerRouterHandler

from app.settings import Settings
from app.web import assets, drafts, reports, staying
from app.web.csrf import ensure_same_site
from app.web.errors import Denied, before_answer, exception_handlers
from app.web.pages import Pages
from app.web.shell import Shell
from app.web.visitor import greet, provide_now, recognise

# In octets. A route that takes files sets its own `request_max_body_size`.
BODY_LIMIT = 1_000_000


def compose(
    route_handlers: Sequence[ControllerRouterHandler],
    *,
    settings: Settings,
    pages: Pages,
    web_key: bytes,
    clock: Callable[[], datetime],
    denied: Denied,
    dependencies: Mapping[str, Provide] | None = None,
    held: Mapping[str, object] | None = None,
    **more: Any,
) -> Shell:
    """`denied` is awaited for every `Missing`; `held` is what the doors find in the application's state.

    `more` goes to Litestar as it is (lifespan, …).
    """
    app = Litestar(
        [*route_handlers, assets.router, reports.create_report, staying.router],
        before_request=enter,
        after_exception=[before_answer],
        exception_handlers=exception_handlers,
        dependencies={"now": Provide(provide_now, sync_to_thread=False), **(dependencies or {})},
        state=State(
            {
                "settings": settings,
                "pages": pages,
                "web_key": web_key,
                "clock": clock,
                "denied": denied,
                **(held or {}),
            }
        ),
        request_max_body_size=BODY_LIMIT,
        logging_config=None,
        debug=False,
        **more,
    )
    app.state.shown = drafts.addresses_shown(app)
    _ensure_everyone_enters(app)
    _resolve_in_turn(app)
    return Shell(app)


async def enter(request: Request[Any, Any, Any]) -> None:
    """What happens first to every request that has a handler.

    Not a guard, though it refuses: Litestar copies the whole handler for each guard of each request (20 µs).
    """
    await ensure_same_site(request)
    if request.route_handler.opt.get("asks_itself"):
        greet(request)
    else:
        await recognise(request)
        await drafts.restore(request)


def _ensure_everyone_enters(app: Litestar) -> None:
    # A `before_request` nearer the handler replaces the application's, and with it the check of forms.
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.resolve_before_request() is not enter:
                raise ImproperlyConfiguredException(f"{handler} has a before_request of its own.")


def _resolve_in_turn(app: Litestar) -> None:
    # Litestar resolves dependencies that do not need each other in a task group: 60 µs, of a page's 1,000.
    for route in app.routes:
        for _, model in getattr(route, "route_handler_map", {}).values():
            model.dependency_batches = [{each} for batch in model.dependency_batches for each in batch]
