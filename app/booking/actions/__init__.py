"""Publishing times, holding one for a moment, and booking, confirming, rebooking and cancelling.

Locks are taken in one order: the resident, then slots. The resident's row makes whatever is done with one
person's appointments happen one thing at a time, whoever does it.
"""

from app.booking.actions.appointments import Errand, book, cancel, confirm, rebook
from app.booking.actions.holds import hold, let_go, lock
from app.booking.actions.many_slots import change_each, withdraw_each
from app.booking.actions.slots import describe_time_type, publish, time_type_elsewhere, withdraw
from app.booking.rules import NewSlot, SlotChange

__all__ = [
    "Errand",
    "NewSlot",
    "SlotChange",
    "book",
    "cancel",
    "change_each",
    "confirm",
    "describe_time_type",
    "hold",
    "let_go",
    "lock",
    "publish",
    "rebook",
    "time_type_elsewhere",
    "withdraw",
    "withdraw_each",
]
