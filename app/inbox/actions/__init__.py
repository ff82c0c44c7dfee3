"""Delivering, opening and deleting. Locks are taken in one order: the thread, then its messages."""

from app.inbox.actions.deleting import delete
from app.inbox.actions.delivering import (
    Delivered,
    SealedLetter,
    deliver,
    deliver_all,
    deliver_sealed,
    seal_all,
)
from app.inbox.actions.letters import Letter, Wording
from app.inbox.actions.opening import open_thread, read_thread, read_thread_by

__all__ = [
    "Delivered",
    "Letter",
    "SealedLetter",
    "Wording",
    "delete",
    "deliver",
    "deliver_all",
    "deliver_sealed",
    "open_thread",
    "read_thread",
    "read_thread_by",
    "seal_all",
]
