"""Asking about summonses: as the resident, as the clinic, as the care system that sent it."""

from app.summons.queries.cases import (
    Case,
    Place,
    Summons,
    case_for,
    cases_for,
    cases_of,
    clinic_case,
    places_for,
    sent_case,
    to_do_for,
    whose,
)

__all__ = [
    "Case",
    "Place",
    "Summons",
    "case_for",
    "cases_for",
    "cases_of",
    "clinic_case",
    "places_for",
    "sent_case",
    "to_do_for",
    "whose",
]
