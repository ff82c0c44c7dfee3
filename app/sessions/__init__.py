"""Who is signed in: started at sign-in, found by the cookie on every request, ended for good."""

from app.sessions.actions import end, end_all, find, start, sweep
from app.sessions.principals import Actor, Assignment, CareSystem, Clinician, Resident, Signed
from app.sessions.queries import Claim, Idle, claim, signed

__all__ = [
    "Actor",
    "Assignment",
    "CareSystem",
    "Claim",
    "Clinician",
    "Idle",
    "Resident",
    "Signed",
    "claim",
    "end",
    "end_all",
    "find",
    "signed",
    "start",
    "sweep",
]
