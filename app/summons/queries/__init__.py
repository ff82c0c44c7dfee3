"""Asking about summonses: as the resident, as the clinic, as the care system that sent it."""

from app.summons.queries.cases import (
    Case,
    Summons,
    case_for,
    cases_for,
    cases_of,
    clinic_case,
    sent_case,
    to_do_for,
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
    "Summons",
    "Wanted",
    "case_for",
    "cases_for",
    "cases_of",
    "clinic_case",
    "sent_case",
    "summons_opened_by",
    "summonses_by",
    "to_do_for",
]
