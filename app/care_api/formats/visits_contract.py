"""The contract's part about times and summonses."""

from typing import Any

import msgspec
from msgspec import Struct

from app.care_api.formats import visits_example as example
from app.care_api.formats.followed import Appointments, AppointmentStatus, SummonsStatus
from app.care_api.formats.offers import Slots, TimeTypes, TimeTypeShown
from app.care_api.formats.openapi import BEARER, ID, asking, either, json_of, parameters, posting, problems
from app.care_api.rules.replies import (
    SlotsChanged,
    SlotsPublished,
    SlotsWithdrawn,
    SummonsChanged,
    SummonsSent,
)
from app.care_api.rules.slots_payload import (
    AppointmentsQuery,
    ClinicQuery,
    SlotsChangePayload,
    SlotsPayload,
    SlotsQuery,
    SlotsWithdrawalPayload,
    TimeTypePayload,
)
from app.care_api.rules.summons_payload import (
    BookingPayload,
    CancellationPayload,
    RebookingPayload,
    ReportPayload,
    SummonsPayload,
    VisitCancellationPayload,
    VisitRebookingPayload,
)

SHAPES = (
    TimeTypePayload,
    TimeTypeShown,
    TimeTypes,
    SlotsPayload,
    SlotsPublished,
    SlotsChangePayload,
    SlotsChanged,
    SlotsWithdrawalPayload,
    SlotsWithdrawn,
    Slots,
    Appointments,
    AppointmentStatus,
    BookingPayload,
    VisitCancellationPayload,
    VisitRebookingPayload,
    SummonsPayload,
    ReportPayload,
    SummonsSent,
    SummonsStatus,
    CancellationPayload,
    RebookingPayload,
    SummonsChanged,
)
LETTER = ["clinic", "recipient", "relation", "subject", "body", "purpose", "use_of_answers", "contact"]
REQUIRED = {
    "TimeTypePayload": ["clinic", "code", "name"],
    "SlotsPayload": ["clinic", "time_type", "slots"],
    "SlotPayload": ["starts_at", "ends_at"],
    "SlotsChangePayload": ["slots"],
    "SlotChangePayload": ["id"],
    "SlotsWithdrawalPayload": ["ids"],
    "SummonsPayload": LETTER,
    "ReportPayload": ["starts_at", "ends_at"],
    "BookingPayload": [*LETTER, "time_type"],
    "VisitCancellationPayload": ["sequence", "keep_slot"],
    "VisitRebookingPayload": ["sequence", "slot_id", "keep_old_slot"],
    "TermPayload": ["heading"],
    "CancellationPayload": ["appointment_id", "sequence", "keep_slot"],
    "RebookingPayload": ["appointment_id", "sequence", "slot_id", "keep_old_slot"],
}


def paths() -> dict[str, Any]:
    return {
        "/api/v1/time-types": {"put": _describe(), "get": _time_types()},
        "/api/v1/slots": {"post": _publish(), "get": _slots()},
        "/api/v1/slots/change": {"post": _change_slots()},
        "/api/v1/slots/withdrawal": {"post": _withdraw_slots()},
        "/api/v1/slots/{id}": {"delete": _withdraw()},
        "/api/v1/appointments": {"post": _book(), "get": _appointments()},
        "/api/v1/appointments/{id}": {"get": _appointment()},
        "/api/v1/appointments/{id}/cancellation": {"post": _cancel_appointment()},
        "/api/v1/appointments/{id}/rebooking": {"post": _rebook_appointment()},
        "/api/v1/summonses": {"post": _summon()},
        "/api/v1/summonses/{id}": {"get": _summons()},
        "/api/v1/summonses/{id}/booking": {"post": _report()},
        "/api/v1/summonses/{id}/cancellation": {"post": _cancel()},
        "/api/v1/summonses/{id}/rebooking": {"post": _rebook()},
    }


def _describe() -> dict[str, Any]:
    return {
        "operationId": "describeTimeType",
        "summary": "A new time type, or new words for one",
        "security": BEARER,
        "requestBody": {"required": True, "content": json_of("TimeTypePayload", example.TIME_TYPE)},
        "responses": {
            "200": {
                "description": "As it is now",
                "content": json_of("TimeTypeShown", example.TIME_TYPE),
            },
            **problems(400, 401, 403, 413, 415, 422),
        },
    }


def _time_types() -> dict[str, Any]:
    return asking(
        "listTimeTypes",
        "A clinic's time types",
        gives=json_of("TimeTypes", {"time_types": [example.TIME_TYPE]}),
        parameters=_query(ClinicQuery),
    )


def _publish() -> dict[str, Any]:
    return posting(
        "publishSlots",
        "Times that can be booked: all of them, or none",
        sent=json_of("SlotsPayload", example.SLOTS),
        gives=json_of("SlotsPublished", example.PUBLISHED),
        status=201,
    )


def _slots() -> dict[str, Any]:
    return asking(
        "listSlots",
        "A clinic's slots and how each stands",
        gives=json_of("Slots", example.LISTED),
        parameters=_query(SlotsQuery),
    )


def _change_slots() -> dict[str, Any]:
    return posting(
        "changeSlots",
        "Other times, practitioners or places for slots that nobody has: each by itself",
        sent=json_of("SlotsChangePayload", example.CHANGES),
        gives=json_of("SlotsChanged", example.CHANGED_SLOTS),
        status=200,
    )


def _withdraw_slots() -> dict[str, Any]:
    return posting(
        "withdrawSlots",
        "Take many slots back: each by itself",
        sent=json_of("SlotsWithdrawalPayload", example.WITHDRAWAL),
        gives=json_of("SlotsWithdrawn", example.WITHDRAWN_SLOTS),
        status=200,
    )


def _withdraw() -> dict[str, Any]:
    return {
        "operationId": "withdrawSlot",
        "summary": "Take a slot back; 409 while somebody holds it or has it booked",
        "security": BEARER,
        "parameters": [ID],
        "responses": {
            "204": {"description": "It is withdrawn, now or before"},
            **problems(401, 403, 404, 409),
        },
    }


def _summon() -> dict[str, Any]:
    return posting(
        "sendSummons",
        "Call a resident to a visit: timed, or open for them to choose a time",
        sent=either("SummonsPayload", now=example.SUMMONS, later=example.LATER),
        gives=either("SummonsSent", delivered=example.SENT, scheduled=example.SCHEDULED),
        status=201,
    )


def _summons() -> dict[str, Any]:
    return asking(
        "getSummons",
        "How it stands, its visit, and who did what",
        gives=json_of("SummonsStatus", example.FOLLOWED),
        parameters=[ID],
    )


def _report() -> dict[str, Any]:
    return posting(
        "reportBooking",
        "What was booked, or moved, in the clinic's own booking; the resident is told in the thread",
        sent=json_of("ReportPayload", example.REPORT),
        gives=json_of("SummonsChanged", example.REPORTED),
        status=200,
        path=True,
    )


def _cancel() -> dict[str, Any]:
    return posting(
        "cancelVisit",
        "The clinic cancels the visit; the resident is told in the thread",
        sent=json_of("CancellationPayload", example.CANCELLATION),
        gives=json_of("SummonsChanged", example.CHANGED),
        status=200,
        path=True,
    )


def _rebook() -> dict[str, Any]:
    return posting(
        "rebookVisit",
        "The clinic moves the visit; the resident is told in the thread",
        sent=json_of("RebookingPayload", example.REBOOKING),
        gives=json_of("SummonsChanged", example.MOVED),
        status=200,
        path=True,
    )


def _book() -> dict[str, Any]:
    return posting(
        "bookAppointment",
        "Confirm a time that is agreed already: a letter and an appointment, without a summons",
        sent=json_of("BookingPayload", example.BOOKING),
        gives=json_of("SummonsSent", example.SENT),
        status=201,
    )


def _appointments() -> dict[str, Any]:
    return asking(
        "listAppointments",
        "A clinic's appointments and how each stands",
        gives=json_of("Appointments", example.APPOINTMENTS),
        parameters=_query(AppointmentsQuery),
    )


def _appointment() -> dict[str, Any]:
    return asking(
        "getAppointment",
        "How an appointment stands, and who did what with it",
        gives=json_of("AppointmentStatus", example.APPOINTMENT),
        parameters=[ID],
    )


def _cancel_appointment() -> dict[str, Any]:
    return posting(
        "cancelAppointment",
        "The clinic cancels the appointment; the resident is told in the thread",
        sent=json_of("VisitCancellationPayload", example.VISIT_CANCELLATION),
        gives=json_of("SummonsChanged", example.CHANGED),
        status=200,
        path=True,
    )


def _rebook_appointment() -> dict[str, Any]:
    return posting(
        "rebookAppointment",
        "The clinic moves the appointment; the resident is told in the thread",
        sent=json_of("VisitRebookingPayload", example.VISIT_REBOOKING),
        gives=json_of("SummonsChanged", example.MOVED),
        status=200,
        path=True,
    )


def _query(shape: type[Struct]) -> list[dict[str, Any]]:
    _, schemas = msgspec.json.schema_components([shape], ref_template="{name}")
    return parameters(schemas[shape.__name__])
