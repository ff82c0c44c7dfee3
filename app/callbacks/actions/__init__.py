"""Telling what has happened, numbering it, and where each care system wants to be told."""

from app.callbacks.actions.announcing import DELIVER, announce
from app.callbacks.actions.endpoints import disable, remove_endpoint, set_endpoint
from app.callbacks.actions.telling import ANNOUNCE, Event, tell, tell_each, told

__all__ = [
    "ANNOUNCE",
    "DELIVER",
    "Event",
    "announce",
    "disable",
    "remove_endpoint",
    "set_endpoint",
    "tell",
    "tell_each",
    "told",
]
