"""Asking for the inbox. Ownership is in every query; every read leaves its row in the audit."""

from app.inbox.queries.awaiting import AwaitedLetter, awaiting_for
from app.inbox.queries.enclosed import Enclosed, enclosed_for
from app.inbox.queries.letters import (
    Asks,
    Letter,
    Thread,
    has_letters,
    letter_for,
    opened_letter_for,
    places_of,
    thread_for,
)
from app.inbox.queries.listing import Cursor, Inbox, ThreadLine, inbox_by, inbox_for
from app.inbox.queries.replies import Reply, replies_for, replies_of
from app.inbox.queries.statuses import MessageStatus, Whose, status_for, thread_statuses_for, whose

__all__ = [
    "Asks",
    "AwaitedLetter",
    "Cursor",
    "Enclosed",
    "Inbox",
    "Letter",
    "MessageStatus",
    "Reply",
    "Thread",
    "ThreadLine",
    "Whose",
    "awaiting_for",
    "enclosed_for",
    "has_letters",
    "inbox_by",
    "inbox_for",
    "letter_for",
    "opened_letter_for",
    "places_of",
    "replies_for",
    "replies_of",
    "status_for",
    "thread_for",
    "thread_statuses_for",
    "whose",
]
