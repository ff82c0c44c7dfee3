"""Asking about times. Whoever asks is in every query: a resident, a clinic or a care provider."""

from app.booking.queries.history import Step, history_of
from app.booking.queries.slots import (
    FreeSlot,
    PublishedSlot,
    TimeType,
    free_again,
    free_slot,
    free_slots,
    held_slot,
    slot_for,
    slot_start,
    slots_of,
    time_type,
    time_type_by_code,
)
from app.booking.queries.traces import whose
from app.booking.queries.visits import Visit, latest_of, past_for, upcoming_for, visit_for

__all__ = [
    "FreeSlot",
    "PublishedSlot",
    "Step",
    "TimeType",
    "Visit",
    "free_again",
    "free_slot",
    "free_slots",
    "held_slot",
    "history_of",
    "latest_of",
    "past_for",
    "slot_for",
    "slot_start",
    "slots_of",
    "time_type",
    "time_type_by_code",
    "upcoming_for",
    "visit_for",
    "whose",
]
