"""Asking about times. Whoever asks is in every query: a resident, a clinic or a care provider."""

from app.booking.queries.history import LastStep, Step, history_of, last_steps
from app.booking.queries.slots import (
    FreeSlot,
    PublishedSlot,
    TimeType,
    free_slots,
    held_slot,
    slot_for,
    slots_of,
    time_type,
    time_type_by_code,
)
from app.booking.queries.visits import Visit, latest_of, past_for, upcoming_for, visit_for

__all__ = [
    "FreeSlot",
    "LastStep",
    "PublishedSlot",
    "Step",
    "TimeType",
    "Visit",
    "free_slots",
    "held_slot",
    "history_of",
    "last_steps",
    "latest_of",
    "past_for",
    "slot_for",
    "slots_of",
    "time_type",
    "time_type_by_code",
    "upcoming_for",
    "visit_for",
]
