"""Telling what has happened, numbering it, where each care system wants to be told, and telling it again."""

from app.callbacks.actions.announcing import announce
from app.callbacks.actions.endpoints import (
    disable,
    enable,
    note_acceptance,
    note_failure,
    remove_endpoint,
    set_endpoint,
)
from app.callbacks.actions.replaying import Replayed, replay_changes, replay_since
from app.callbacks.actions.telling import Event, tell, tell_each, told
from app.callbacks.actions.testing import ask_test, forget_tests, note_test
from app.callbacks.rules.kinds import ANNOUNCE, DELIVER, DELIVER_TEST

__all__ = [
    "ANNOUNCE",
    "DELIVER",
    "DELIVER_TEST",
    "Event",
    "Replayed",
    "announce",
    "ask_test",
    "disable",
    "enable",
    "forget_tests",
    "note_acceptance",
    "note_failure",
    "note_test",
    "remove_endpoint",
    "replay_changes",
    "replay_since",
    "set_endpoint",
    "tell",
    "tell_each",
    "told",
]
