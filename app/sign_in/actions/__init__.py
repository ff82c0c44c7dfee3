"""Begin a sign-in, end it once, and sign out."""

from app.sign_in.actions.arrivals import record_refusal, sign_in
from app.sign_in.actions.departures import Departure, begin, forget_unfinished, take
from app.sign_in.actions.farewells import forget_logout_tokens, sign_out, sign_out_as_told

__all__ = [
    "Departure",
    "begin",
    "forget_logout_tokens",
    "forget_unfinished",
    "record_refusal",
    "sign_in",
    "sign_out",
    "sign_out_as_told",
    "take",
]
