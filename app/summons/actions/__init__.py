"""Calling a resident, and the answers, of which the thread and the care system hear at once."""

from app.summons.actions.answers import book, cancel, confirm, hold, rebook, take_back
from app.summons.actions.closing import close_for_deceased
from app.summons.actions.letters import correct, withdraw
from app.summons.actions.reporting import report
from app.summons.actions.scheduling import Later, forget, schedule
from app.summons.actions.sending import LINK, NewSummons, Sent, send

__all__ = [
    "LINK",
    "Later",
    "NewSummons",
    "Sent",
    "book",
    "cancel",
    "close_for_deceased",
    "confirm",
    "correct",
    "forget",
    "hold",
    "rebook",
    "report",
    "schedule",
    "send",
    "take_back",
    "withdraw",
]
