"""Delivering, opening and deleting. Locks are taken in one order: the thread, then its messages."""

from app.inbox.actions.deleting import delete
from app.inbox.actions.delivering import Delivered, Letter, deliver
from app.inbox.actions.opening import open_thread, read_thread, read_thread_by

__all__ = ["Delivered", "Letter", "delete", "deliver", "open_thread", "read_thread", "read_thread_by"]
