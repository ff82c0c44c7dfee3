"""Who is signed in: started at sign-in, found by the cookie on every request, ended for good."""

from app.sessions.actions import (
    BACK_CHANNEL,
    SIGNED_OUT,
    end,
    end_all,
    end_one,
    end_others,
    find,
    forget_old_sign_ins,
    start,
    sweep,
)
from app.sessions.principals import Actor, Assignment, CareSystem, Clinician, Resident, Signed
from app.sessions.queries import Claim, Idle, all_of, claim, history_of, owner_of, signed

__all__ = [
    "BACK_CHANNEL",
    "SIGNED_OUT",
    "Actor",
    "Assignment",
    "CareSystem",
    "Claim",
    "Clinician",
    "Idle",
    "Resident",
    "Signed",
    "all_of",
    "claim",
    "end",
    "end_all",
    "end_one",
    "end_others",
    "find",
    "forget_old_sign_ins",
    "history_of",
    "owner_of",
    "signed",
    "start",
    "sweep",
]
