"""Who is signed in: started at sign-in, found by the cookie on every request, ended for good."""

from app.sessions.actions import end, end_all, find, start, sweep
from app.sessions.principals import CareSystem, Resident, Signed

__all__ = ["CareSystem", "Resident", "Signed", "end", "end_all", "find", "start", "sweep"]
