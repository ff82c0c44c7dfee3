"""Asking about summonses: as the resident, as the clinic, as the care system that sent it."""

from app.summons.queries.cases import (
    Case,
    Place,
    Summons,
    case_for,
    case_opened_by,
    cases_for,
    cases_of,
    clinic_case,
    places_for,
    sent_case,
    to_do_for,
    whose_summons,
)
from app.summons.queries.clinic import (
    Cursor,
    Line,
    Lines,
    Opened,
    Wanted,
    summons_opened_by,
    summonses_by,
)

__all__ = [
    "Case",
    "Cursor",
    "Line",
    "Lines",
    "Opened",
    "Place",
    "Summons",
    "Wanted",
    "case_for",
    "case_opened_by",
    "cases_for",
    "cases_of",
    "clinic_case",
    "places_for",
    "sent_case",
    "summons_opened_by",
    "summonses_by",
    "to_do_for",
    "whose_summons",
]
