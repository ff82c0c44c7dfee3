"""Signing in with e-ID, and out: the same pages at the residents' door and at the staff's."""

from litestar import Router
from litestar.di import Provide

from app.sign_in.pages import arriving, assigning, leaving
from app.sign_in.pages.doors import provide_claim, provide_clinician, provide_resident, require_level
from app.sign_in.rules.audiences import RESIDENTS, STAFF

__all__ = [
    "provide_claim",
    "provide_clinician",
    "provide_resident",
    "require_level",
    "router",
    "staff_router",
]

HANDLERS = (
    arriving.show_sign_in,
    arriving.create_sign_in,
    arriving.finish_sign_in,
    leaving.delete_session,
    leaving.show_signed_out,
)

router = Router(
    "/", route_handlers=HANDLERS, dependencies={"audience": Provide(lambda: RESIDENTS, sync_to_thread=False)}
)
staff_router = Router(
    STAFF.root,
    route_handlers=(*HANDLERS, assigning.show_assignments, assigning.create_assignment),
    dependencies={"audience": Provide(lambda: STAFF, sync_to_thread=False)},
)
