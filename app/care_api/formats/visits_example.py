"""The examples about times and summonses: the demo's clinic and Anna. docs/care-systems.md shows them too."""

from typing import Any

from app.care_api.formats.example import LETTER

CLINIC = LETTER["clinic"]
SLOT_ID = "019ab01c-64a0-7c55-8d1f-6b2e9a4c7f03"
OTHER_SLOT_ID = "019ab01c-64a0-7c56-a0b4-d17c5e8f2a94"
APPOINTMENT_ID = "019ab01d-1c20-7a90-9b6e-2f4d8c1a5e77"
MOVED_AT = "2026-11-24T12:20:00Z"

TIME_TYPE: dict[str, Any] = {
    "clinic": CLINIC,
    "code": "aterbesok-kna",
    "name": "Återbesök hos knäläkare",
    "hidden": True,
}
SLOTS: dict[str, Any] = {
    "clinic": CLINIC,
    "time_type": TIME_TYPE["code"],
    "slots": [
        {
            "starts_at": "2026-12-08T09:00:00+01:00",
            "ends_at": "2026-12-08T09:30:00+01:00",
            "practitioner": "Maja Ek, överläkare",
            "place": "Mottagning 3, plan 2",
        },
        {"starts_at": "2026-12-09T13:00:00+01:00", "ends_at": "2026-12-09T13:30:00+01:00"},
    ],
}
PUBLISHED: dict[str, Any] = {"ids": [SLOT_ID, OTHER_SLOT_ID]}
LISTED: dict[str, Any] = {
    "slots": [
        {
            "id": SLOT_ID,
            "clinic": CLINIC,
            "time_type": TIME_TYPE["code"],
            "starts_at": "2026-12-08T08:00:00Z",
            "ends_at": "2026-12-08T08:30:00Z",
            "practitioner": "Maja Ek, överläkare",
            "place": "Mottagning 3, plan 2",
            "state": "free",
        }
    ],
    "next": None,
}
CHANGES: dict[str, Any] = {
    "slots": [
        {
            "id": SLOT_ID,
            "starts_at": "2026-12-08T10:00:00+01:00",
            "ends_at": "2026-12-08T10:30:00+01:00",
        },
        {"id": OTHER_SLOT_ID, "place": "Mottagning 5, plan 3"},
    ]
}
CHANGED_SLOTS: dict[str, Any] = {
    "changed": 1,
    "results": [
        {"id": SLOT_ID, "result": "changed", "slot_id": "019ab01c-8e10-7f30-b2a7-6c9d1e4f5a08"},
        {
            "id": OTHER_SLOT_ID,
            "result": "refused",
            "problem": {
                "status": 409,
                "code": "slot.booked",
                "detail": "The time is booked. Cancel or rebook the visit first.",
                "pointer": "/slots/1",
                "result_code": "REQUESTED_TIME_IS_ALREADY_RESERVED",
            },
        },
    ],
}
WITHDRAWAL: dict[str, Any] = {"ids": [SLOT_ID, OTHER_SLOT_ID]}
WITHDRAWN_SLOTS: dict[str, Any] = {
    "withdrawn": 1,
    "results": [
        {"id": SLOT_ID, "result": "withdrawn"},
        {
            "id": OTHER_SLOT_ID,
            "result": "booked",
            "problem": {
                "status": 409,
                "code": "slot.booked",
                "detail": "The time is booked. Cancel or rebook the visit first.",
                "pointer": "/ids/1",
                "result_code": "REQUESTED_TIME_IS_ALREADY_RESERVED",
            },
        },
    ],
}
SUMMONS: dict[str, Any] = {
    "clinic": CLINIC,
    "recipient": "199401052395",
    "relation": "ongoing-care",
    "subject": "Kallelse till återbesök",
    "body": {
        "format": "docbook",
        "text": "<article><para>Välkommen till Knäkliniken på återbesök.</para></article>",
    },
    "purpose": "Vi vill se hur knäet läker efter operationen.",
    "use_of_answers": "Svaret går till mottagningens tidbok.",
    "contact": LETTER["contact"],
    "time_type": TIME_TYPE["code"],
    "slot_id": SLOT_ID,
    "confirmation": {"wanted": "required", "by": "2026-12-04T16:00:00+01:00"},
    "cut_off_hours": 24,
    "cancel_allowed": True,
    "rebook_allowed": True,
    "reason_allowed": True,
    "after_cancellation": "open",
    "bring": "Legitimation och din lista över läkemedel.",
    "cost_of_missing": "400 kronor, om du inte har avbokat i tid.",
    "terms": [
        {
            "heading": "Om du uteblir",
            "text": "Du betalar 400 kronor om du inte avbokar senast 24 timmar före besöket.",
            "link": "https://larkholmen.example.se/avgifter",
        }
    ],
}
SENT: dict[str, Any] = {
    "id": "019ab01d-1c20-7e02-8c3b-5d9f0a6b4e18",
    "message_id": "019ab01d-1c20-7d41-a7f2-9e6c3b8d5a20",
    "thread_id": "019ab01d-1c20-7d40-b1c8-4a7e2f9d6c35",
    "appointment_id": APPOINTMENT_ID,
    "slot_id": SLOT_ID,
    "status": "delivered",
    "delivered_at": "2026-11-23T08:30:00Z",
}
LATER: dict[str, Any] = {
    **{name: SUMMONS[name] for name in SUMMONS if name != "slot_id"},
    "publish_at": "2026-11-30T08:00:00+01:00",
    "starts_at": "2026-12-10T09:00:00+01:00",
    "ends_at": "2026-12-10T09:30:00+01:00",
}
SCHEDULED: dict[str, Any] = {
    "id": SENT["id"],
    "message_id": SENT["message_id"],
    "thread_id": SENT["thread_id"],
    "appointment_id": None,
    "slot_id": None,
    "status": "scheduled",
    "accepted_at": "2026-11-23T08:30:00Z",
    "publish_at": "2026-11-30T07:00:00Z",
}
FOLLOWED: dict[str, Any] = {
    "id": SENT["id"],
    "message_id": SENT["message_id"],
    "thread_id": SENT["thread_id"],
    "kind": "timed",
    "state": "rebooked",
    "time_type": TIME_TYPE["code"],
    "book_by": None,
    "publish_at": None,
    "delivered_at": SENT["delivered_at"],
    "read_at": "2026-11-23T16:02:11Z",
    "deleted_by_resident": False,
    "reason": None,
    "appointment": {
        "id": APPOINTMENT_ID,
        "slot_id": OTHER_SLOT_ID,
        "starts_at": "2026-12-09T12:00:00Z",
        "ends_at": "2026-12-09T12:30:00Z",
        "practitioner": "",
        "place": "",
        "sequence": 1,
        "booked_at": SENT["delivered_at"],
        "confirmed_at": None,
        "moved_at": MOVED_AT,
        "moved_by": "resident",
        "cancelled_at": None,
        "cancelled_by": None,
    },
    "history": [
        {
            "at": SENT["delivered_at"],
            "what": "booked",
            "who": "care-system",
            "appointment_id": APPOINTMENT_ID,
            "from_slot_id": None,
            "from_starts_at": None,
            "to_slot_id": SLOT_ID,
            "to_starts_at": "2026-12-08T08:00:00Z",
            "reason": "",
        },
        {
            "at": MOVED_AT,
            "what": "rebooked",
            "who": "resident",
            "appointment_id": APPOINTMENT_ID,
            "from_slot_id": SLOT_ID,
            "from_starts_at": "2026-12-08T08:00:00Z",
            "to_slot_id": OTHER_SLOT_ID,
            "to_starts_at": "2026-12-09T12:00:00Z",
            "reason": "Jag är bortrest på tisdagen.",
        },
    ],
}
LISTED_APPOINTMENT: dict[str, Any] = {
    "id": APPOINTMENT_ID,
    "summons_id": SENT["id"],
    "clinic": CLINIC,
    "time_type": TIME_TYPE["code"],
    "state": "rebooked",
    "slot_id": OTHER_SLOT_ID,
    "starts_at": "2026-12-09T12:00:00Z",
    "ends_at": "2026-12-09T12:30:00Z",
    "practitioner": "",
    "place": "",
    "sequence": 1,
    "booked_at": SENT["delivered_at"],
    "confirmed_at": None,
    "moved_at": MOVED_AT,
    "moved_by": "resident",
    "cancelled_at": None,
    "cancelled_by": None,
}
APPOINTMENTS: dict[str, Any] = {"appointments": [LISTED_APPOINTMENT], "next": None}
APPOINTMENT: dict[str, Any] = {
    **LISTED_APPOINTMENT,
    "message_id": SENT["message_id"],
    "thread_id": SENT["thread_id"],
    "kind": "timed",
    "history": FOLLOWED["history"],
}
BOOKING: dict[str, Any] = {
    **{name: LETTER[name] for name in LETTER if name != "type"},
    "subject": "Din tid hos oss",
    "time_type": TIME_TYPE["code"],
    "starts_at": "2026-12-10T09:00:00+01:00",
    "ends_at": "2026-12-10T09:30:00+01:00",
    "place": "Mottagning 3, plan 2",
    "cut_off_hours": 24,
    "cancel_allowed": True,
    "rebook_allowed": True,
    "bring": "Legitimation.",
}
EXTERNAL: dict[str, Any] = {
    **{
        name: SUMMONS[name]
        for name in SUMMONS
        if name
        in ("clinic", "recipient", "relation", "subject", "body", "purpose", "use_of_answers", "contact")
    },
    "booking_link": "https://tider.larkholmen.example.se/boka/7Q2M",
    "book_by": "2026-12-04T16:00:00+01:00",
    "after_cancellation": "open",
    "bring": "Legitimation.",
}
REPORT: dict[str, Any] = {
    "starts_at": "2026-12-10T09:00:00+01:00",
    "ends_at": "2026-12-10T09:30:00+01:00",
    "place": "Mottagning 3, plan 2",
}
REPORTED: dict[str, Any] = {
    "id": SENT["id"],
    "state": "booked",
    "appointment_id": APPOINTMENT_ID,
    "slot_id": SLOT_ID,
    "sequence": 0,
}
VISIT_REBOOKING: dict[str, Any] = {"sequence": 0, "slot_id": OTHER_SLOT_ID, "keep_old_slot": False}
VISIT_CANCELLATION: dict[str, Any] = {"sequence": 1, "keep_slot": False}
REBOOKING: dict[str, Any] = {
    "appointment_id": APPOINTMENT_ID,
    "sequence": 0,
    "slot_id": OTHER_SLOT_ID,
    "keep_old_slot": False,
}
MOVED: dict[str, Any] = {
    "id": SENT["id"],
    "state": "rebooked",
    "appointment_id": APPOINTMENT_ID,
    "slot_id": OTHER_SLOT_ID,
    "sequence": 1,
}
CANCELLATION: dict[str, Any] = {"appointment_id": APPOINTMENT_ID, "sequence": 1, "keep_slot": False}
CHANGED: dict[str, Any] = {**MOVED, "state": "to-book", "sequence": 2}
