"""Delivering, opening and deleting, now or later. Locks are taken in one order: the thread, its messages."""

from app.inbox.actions.answering import answer, confirm
from app.inbox.actions.changing import locked_waiting
from app.inbox.actions.correcting import Corrected, correct
from app.inbox.actions.deleting import delete
from app.inbox.actions.delivering import (
    REHEARSE,
    Delivered,
    SealedLetter,
    deliver,
    deliver_all,
    deliver_sealed,
    seal_all,
)
from app.inbox.actions.ending import DUE, EXPIRE, Answered, expire, fall_due
from app.inbox.actions.letters import Accepted, Letter, Wording
from app.inbox.actions.marking import mark_unread
from app.inbox.actions.opening import open_thread, read_thread, read_thread_by
from app.inbox.actions.replying import reply
from app.inbox.actions.scheduling import (
    PUBLISH,
    Due,
    Scheduled,
    WaitingLetter,
    due,
    forget,
    give_up,
    postpone,
    schedule,
    waiting,
)
from app.inbox.actions.withdrawing import Withdrawn, withdraw

__all__ = [
    "DUE",
    "EXPIRE",
    "PUBLISH",
    "REHEARSE",
    "Accepted",
    "Answered",
    "Corrected",
    "Delivered",
    "Due",
    "Letter",
    "Scheduled",
    "SealedLetter",
    "WaitingLetter",
    "Withdrawn",
    "Wording",
    "answer",
    "confirm",
    "correct",
    "delete",
    "deliver",
    "deliver_all",
    "deliver_sealed",
    "due",
    "expire",
    "fall_due",
    "forget",
    "give_up",
    "locked_waiting",
    "mark_unread",
    "open_thread",
    "postpone",
    "read_thread",
    "read_thread_by",
    "reply",
    "schedule",
    "seal_all",
    "waiting",
    "withdraw",
]
