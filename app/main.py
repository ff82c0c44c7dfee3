"""The product, put together. The only module that knows everything."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from litestar import Litestar, Request
from litestar.di import Provide
from litestar.types import ASGIApp

from app import database, vault
from app.attachments.gateways.desk import open_desk
from app.booking import pages as booking_pages
from app.booking.pages import Links
from app.care_api import gateways as care_gateways
from app.care_api import routes as care_routes
from app.care_api.rules.broadcast import Alike
from app.denials import denied
from app.developers import pages as developer_pages
from app.errors import Missing
from app.inbox import pages as inbox_pages
from app.inbox import routes as inbox_routes
from app.inbox.formats import Cards
from app.limits.actions import Limiter
from app.portal import pages as portal_pages
from app.preferences import pages as preferences_pages
from app.sessions.principals import Actor, CareSystem, Clinician, Signed
from app.settings import Settings
from app.sign_in import pages as sign_in_pages
from app.sign_in import queries as sign_in_queries
from app.sign_in import routes as sign_in_routes
from app.sign_in.gateways.entity import About, declare
from app.sign_in.gateways.providers import Providers, connect
from app.staff import pages as staff_pages
from app.staff.pages import Colleagues
from app.summons import pages as summons_pages
from app.summons.actions.sending import LINK as SUMMONS
from app.summons.formats.addresses import addresses
from app.tidying import tidy_every_hour
from app.to_do import pages as to_do_pages
from app.vault.keys import KeyRing
from app.web import assets, service
from app.web.pages import Pages
from app.web.site import compose
from app.web.visitor import idle_of

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings, *, keys: KeyRing, clock: Clock = wall_clock, providers: Providers | None = None
) -> ASGIApp:
    """Raises `Unconfigured` when a file it needs is missing or has blanks."""
    vault.use(keys)
    links = Links({SUMMONS: addresses})
    cards = Cards({SUMMONS: summons_pages.cards})
    limiter = Limiter(settings.limits.by_name)
    gate = care_gateways.gate(
        base_url=settings.base_url,
        signing_key=keys.api_tokens,
        limiter=limiter,
        alike=Alike(*settings.same_text),
    )
    desk = open_desk(settings)
    colleagues = Colleagues(names=sign_in_queries.clinician_names)
    known = providers or connect(settings, client_key=keys.eid_client, published=keys.eid_published)
    here = service.read(settings.service)
    membership = declare(
        settings,
        providers=known,
        about=About(here.name, here.operator.name, here.operator.email),
    )
    return compose(
        [
            portal_pages.router,
            developer_pages.router,
            sign_in_pages.router,
            sign_in_pages.staff_router,
            sign_in_routes.router,
            sign_in_routes.staff_router,
            staff_pages.router,
            inbox_pages.router,
            inbox_routes.router,
            booking_pages.router,
            *summons_pages.routers,
            to_do_pages.router,
            preferences_pages.router,
            care_routes.router,
        ],
        settings=settings,
        pages=Pages(
            service=here,
            assets=assets.read(settings.browser_code),
            demo=settings.demo,
        ),
        web_key=keys.web,
        clock=clock,
        denied=audit_denial,
        dependencies={
            "resident": Provide(sign_in_pages.provide_resident, sync_to_thread=False),
            "clinician": Provide(sign_in_pages.provide_clinician),
            "colleagues": Provide(lambda: colleagues, sync_to_thread=False),
            "claim": Provide(sign_in_pages.provide_claim, sync_to_thread=False),
            "providers": Provide(lambda: known, sync_to_thread=False),
            "membership": Provide(lambda: membership, sync_to_thread=False),
            "links": Provide(lambda: links, sync_to_thread=False),
            "gate": Provide(lambda: gate, sync_to_thread=False),
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "cards": Provide(lambda: cards, sync_to_thread=False),
        },
        held={"gate": gate, "limiter": limiter},
        lifespan=[_with_database],
        openapi_config=None,
    )


@asynccontextmanager
async def _with_database(app: Litestar) -> AsyncIterator[None]:
    await database.open()
    tidying = asyncio.create_task(tidy_every_hour(app.state.clock, idle=idle_of(app.state.settings)))
    try:
        yield
    finally:
        tidying.cancel()
        await database.close()


async def audit_denial(request: Request[Any, Any, Any], missing: Missing) -> None:
    """A thing asked for by its id and not shown: not there, or somebody else's (ASVS 16.3.2).

    It runs after the rollback, in a transaction of its own, so that the row stays.
    """
    who, acting_from = _who(request)
    await denied(who, missing, request.app.state.clock(), acting_from=acting_from)


def _who(request: Request[Any, Any, Any]) -> tuple[Actor | None, str | None]:
    """Who was denied, and for staff the care unit they act from, whose clinic the thing may not be."""
    state = request.scope["state"]
    care_system: CareSystem | None = state.get("care_system")
    clinician: Clinician | None = state.get("clinician")
    session: Signed | None = state.get("session")
    if care_system is not None:
        return care_system.actor, None
    if clinician is not None:
        return clinician.actor, clinician.clinic_hsa_id
    return (Actor(session.kind, session.subject_id), None) if session else (None, None)
