"""The summons as its resident meets it. One module for each page, or for the steps of one errand."""

from litestar import Router

from app.summons.pages import answers, card, choosing, printing
from app.summons.pages.card import cards

__all__ = ["cards", "routers"]

router = Router(
    "/kallelser",
    route_handlers=[
        card.show_summons,
        choosing.show_choice,
        choosing.create_hold,
        choosing.show_review,
        choosing.create_appointment,
        answers.create_confirmation,
        answers.show_cancellation,
        answers.create_cancellation,
        answers.create_repeat,
    ],
)
routers = [router, printing.router]
