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
    whose_summons,
)

__all__ = [
    "Case",
    "Summons",
    "case_for",
    "cases_for",
    "cases_of",
    "clinic_case",
    "sent_case",
    "to_do_for",
    "whose_summons",
]
