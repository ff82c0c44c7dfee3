"""Who is signed in: started at sign-in, found by the cookie on every request, ended for good."""

from app.sessions.actions import end, end_all, find, settle, start, sweep
from app.sessions.principals import Actor, CareSystem, Clinician, Resident, Signed
from app.sessions.queries import Claim, claim

__all__ = [
    "Actor",
    "CareSystem",
    "Claim",
    "Clinician",
    "Resident",
    "Signed",
    "claim",
    "end",
    "end_all",
    "find",
    "settle",
    "start",
    "sweep",
]
