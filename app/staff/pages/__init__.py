"""What a clinic's staff see and do. One module for each page, or for the steps of one errand."""

from litestar import Router

from app.staff.pages.cancelling import create_cancellation, show_cancellation
from app.staff.pages.choosing import create_booking, create_move, show_booking, show_move
from app.staff.pages.listing import show_door, show_summonses
from app.staff.pages.opened import Colleagues, show_summons

__all__ = ["Colleagues", "router"]

router = Router(
    "/personal",
    route_handlers=[
        show_door,
        show_summonses,
        show_summons,
        show_move,
        create_move,
        show_booking,
        create_booking,
        show_cancellation,
        create_cancellation,
    ],
)
