"""Who is here, for every handler that needs somebody; and at which level of assurance."""

from datetime import datetime
from typing import Any

from litestar import Request
from litestar.di import NamedDependency, Provide

from app.errors import NotSignedIn
from app.sessions import Claim, Signed
from app.sessions.principals import CLINICIAN, RESIDENT, Clinician, Resident
from app.sign_in import actions, queries
from app.sign_in.gateways.providers import Providers
from app.sign_in.rules.levels import is_enough
from app.web.visitor import claim_of, session_of

Asked = Request[Any, Any, Any]


def provide_resident(request: Asked, now: NamedDependency[datetime]) -> Resident:
    """Raises `NotSignedIn`, also when the session ended while the request was on its way."""
    session = session_of(request)
    if session is None or session.expires_at <= now:
        raise NotSignedIn
    return session.resident()


async def provide_clinician(
    request: Asked, providers: NamedDependency[Providers], now: NamedDependency[datetime]
) -> Clinician:
    """Raises `NotSignedIn`, also when their rights are withdrawn; what is denied is audited with those."""
    session = session_of(request)
    if session is None or session.expires_at <= now:
        raise NotSignedIn(CLINICIAN)
    clinician = await actions.admit(session, purposes=providers.purposes(), now=now)
    request.state.clinician = clinician
    return clinician


def provide_claim(request: Asked) -> Claim:
    """For a page that asks itself who is here. Raises `NotSignedIn` when nobody even says so."""
    claim = claim_of(request)
    if claim is None:
        raise NotSignedIn
    return claim


def require_level(level: str) -> dict[str, Provide]:
    """For a page that asks for more than its door does (R13): `@get(…, dependencies=require_level(LOA4))`.

    Its handler takes `resident` or `clinician` as ever. Who is here at less, or not at all, is led to sign in
    at `level` and comes back with a new session.
    """

    async def provide_resident_at(
        request: Asked, now: NamedDependency[datetime], providers: NamedDependency[Providers]
    ) -> Resident:
        await _ensure_at(request, level, providers, kind=RESIDENT)
        return provide_resident(request, now)

    async def provide_clinician_at(
        request: Asked, now: NamedDependency[datetime], providers: NamedDependency[Providers]
    ) -> Clinician:
        await _ensure_at(request, level, providers, kind=CLINICIAN)
        return await provide_clinician(request, providers, now)

    return {"resident": Provide(provide_resident_at), "clinician": Provide(provide_clinician_at)}


async def _ensure_at(request: Asked, level: str, providers: Providers, *, kind: str) -> None:
    session = session_of(request)
    if session is None or session.kind != kind or not await is_at(session, level, providers):
        raise NotSignedIn(kind, level=level)


async def is_at(session: Signed, level: str, providers: Providers) -> bool:
    """By the order of levels of the provider that the session came from."""
    origin = await queries.origin_of(session.id)
    connection = providers.named(origin.provider) if origin else None
    return connection is not None and is_enough(session.level, asked=level, levels=connection.provider.levels)
