"""Asking about times. Whoever asks is in every query: a resident, a clinic or a care provider."""

from app.booking.queries.history import LastStep, Step, history_of, last_steps
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
from app.booking.queries.visits import (
    Cursor,
    Times,
    Visit,
    latest_of,
    read_visit_for,
    times_for,
    visit_for,
    whose,
)

__all__ = [
    "Cursor",
    "FreeSlot",
    "LastStep",
    "PublishedSlot",
    "Step",
    "TimeType",
    "Times",
    "Visit",
    "free_again",
    "free_slot",
    "free_slots",
    "held_slot",
    "history_of",
    "last_steps",
    "latest_of",
    "read_visit_for",
    "slot_for",
    "slot_start",
    "slots_of",
    "time_type",
    "time_type_by_code",
    "times_for",
    "visit_for",
    "whose",
]
