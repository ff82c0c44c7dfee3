"""Begin a sign-in, end it once, and sign out."""

from app.sign_in.actions.arrivals import record_refusal, sign_in, sign_out
from app.sign_in.actions.departures import Departure, begin, forget_unfinished, take

__all__ = [
    "Departure",
    "begin",
    "forget_unfinished",
    "record_refusal",
    "sign_in",
    "sign_out",
    "take",
]
