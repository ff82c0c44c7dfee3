"""Begin a sign-in, end it once, and sign out; take rights back."""

from app.sign_in.actions.arrivals import admit, record_refusal, sign_in
from app.sign_in.actions.beginnings import Beginning
from app.sign_in.actions.choosing import Option, Undecided, choose, options_for
from app.sign_in.actions.departures import Departure, begin, forget_unfinished, take
from app.sign_in.actions.farewells import forget_logout_tokens, sign_out, sign_out_as_told
from app.sign_in.actions.withdrawals import (
    restore_assignment,
    restore_employee,
    withdraw_assignment,
    withdraw_employee,
)

__all__ = [
    "Beginning",
    "Departure",
    "Option",
    "Undecided",
    "admit",
    "begin",
    "choose",
    "forget_logout_tokens",
    "forget_unfinished",
    "options_for",
    "record_refusal",
    "restore_assignment",
    "restore_employee",
    "sign_in",
    "sign_out",
    "sign_out_as_told",
    "take",
    "withdraw_assignment",
    "withdraw_employee",
]
