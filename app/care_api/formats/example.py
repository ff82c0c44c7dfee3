"""The examples of the contract, with the demo's clinic and Anna; docs/care-systems.md shows the same ones."""

from typing import Any

from app.care_api.rules.assertions import TYPE
from app.care_api.rules.scopes import SCOPES

TOKEN: dict[str, Any] = {
    "access_token": "eyJhbGciOiJFUzI1NiIs…",
    "token_type": "Bearer",
    "expires_in": 600,
    "scope": " ".join(sorted(SCOPES)),
}
ASKED_WITH_A_KEY: dict[str, Any] = {
    "grant_type": "client_credentials",
    "client_assertion_type": TYPE,
    "client_assertion": "eyJhbGciOiJFUzI1NiIs…",
}
LETTER: dict[str, Any] = {
    "clinic": "SE2329990002-KN01",
    "recipient": "199401012399",
    "type": "information",
    "relation": "ongoing-care",
    "subject": "Inför ditt besök",
    "body": {
        "format": "docbook",
        "text": "<article><para>Välkommen till Knäkliniken på tisdag.</para></article>",
    },
    "purpose": "Du har en tid hos oss och behöver veta hur du förbereder dig.",
    "use_of_answers": "Det går inte att svara på det här meddelandet.",
    "contact": {"name": "Receptionen", "phone": "08-465 004 30", "hours": "vardagar kl. 8–16"},
}
DELIVERED: dict[str, Any] = {
    "id": "019ab01c-64a0-7b6e-9c5a-0f3d5d3a7c11",
    "thread_id": "019ab01c-64a0-7e21-b7d4-4a1f6c0e9d52",
    "status": "delivered",
    "delivered_at": "2026-11-23T08:30:00Z",
}
SCHEDULED: dict[str, Any] = {
    "id": DELIVERED["id"],
    "thread_id": DELIVERED["thread_id"],
    "status": "scheduled",
    "accepted_at": "2026-11-23T08:30:00Z",
    "publish_at": "2026-11-30T07:00:00Z",
}
ANSWER: dict[str, Any] = {"answered_at": "2026-11-25T17:20:00Z"}
ANSWERED: dict[str, Any] = {"id": DELIVERED["id"], "status": "answered", **ANSWER}
REPLIES: dict[str, Any] = {
    "id": DELIVERED["id"],
    "replies": [
        {
            "id": "019ab8c2-1f40-7a3c-8e15-5d2b7c9f0a46",
            "text": "Jag tål inte penicillin.\nRing mig gärna efter kl. 15.",
            "replied_at": "2026-11-25T17:20:00Z",
            "by": "resident",
        }
    ],
}
READ: dict[str, Any] = {
    "id": DELIVERED["id"],
    "thread_id": DELIVERED["thread_id"],
    "status": "read",
    "accepted_at": DELIVERED["delivered_at"],
    "publish_at": None,
    "delivered_at": DELIVERED["delivered_at"],
    "read_at": "2026-11-23T16:02:11Z",
    "confirmed_at": None,
    "answered_at": None,
    "booked_at": None,
    "rebooked_at": None,
    "cancelled_at": None,
    "due_at": None,
    "unread_at_due": False,
    "expires_at": None,
    "withdrawn_at": None,
    "corrected_at": None,
    "replaced_by": None,
    "deleted_by_resident": False,
    "reason": None,
    "summons_id": None,
    "agent": None,
}
THREAD: dict[str, Any] = {"id": DELIVERED["thread_id"], "messages": [READ]}
WITHDRAWAL: dict[str, Any] = {"reason": "Brevet var till en annan person."}
WITHDRAWN: dict[str, Any] = {"id": DELIVERED["id"], "withdrawn_at": "2026-11-23T09:10:00Z"}
CORRECTION: dict[str, Any] = {
    name: LETTER[name] for name in ("subject", "purpose", "use_of_answers", "contact")
} | {"body": {"format": "plain", "text": "Välkommen till Knäkliniken på onsdag."}}
CORRECTED: dict[str, Any] = {
    "id": DELIVERED["id"],
    "corrected_at": "2026-11-23T09:05:00Z",
    "deleted_by_resident": False,
}
ATTACHED: dict[str, Any] = {
    "id": "019ab01c-5f10-7a52-8d3c-6b1e2f4a9c07",
    "state": "clean",
    "type": "application/pdf",
    "size": 48213,
    "scan": "scanned",
    "code": None,
    "warnings": ["pdf.untagged", "pdf.language-missing"],
    "received_at": "2026-11-23T08:29:58Z",
    "unused_until": "2026-11-30T08:29:58Z",
}
INSPECTING: dict[str, Any] = {**ATTACHED, "state": "inspecting", "scan": "not-scanned", "warnings": []}
CALLBACK: dict[str, Any] = {"url": "https://larkjournalen.example.se/larkpost"}
CALLBACK_SET: dict[str, Any] = {
    **CALLBACK,
    "signatures": ["hmac"],
    "changed_at": "2026-11-23T08:00:00Z",
    "public_key": None,
    "previous_public_key": None,
    "previous_until": None,
    "failing_since": None,
    "disabled_at": None,
    "disabled_reason": None,
    "secret": "whsec_q1Y7eF0ZJxQ2mVn0b0JQ0mKz0xX4sYt9cWv1hL3uR5E=",
}
CALLED: dict[str, Any] = {
    "type": "message.read",
    "timestamp": "2026-11-23T16:02:11Z",
    "data": {
        "number": 4711,
        "actor": "resident",
        "message_id": DELIVERED["id"],
        "thread_id": DELIVERED["thread_id"],
    },
}
CALLBACK_HEADERS = {
    "webhook-id": "The change's id: the same however often it is sent.",
    "webhook-timestamp": "When this was sent: seconds since 1970.",
    "webhook-signature": "`v1,` and base64 of HMAC-SHA256, `v1a,` and base64 of ed25519, or both with a space"
    " between; and those of the keys before them for 24 hours after new ones.",
}
CHANGES: dict[str, Any] = {
    "changes": [{"id": "019ab1b9-4f58-7d1e-8a5b-2c9e6f7a1b30", **CALLED}],
    "next": 4711,
    "more": False,
}
BATCH_ROW: dict[str, Any] = {
    **LETTER,
    "idempotency_key": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    "kind": "message",
}
BATCH_RECEIVED: dict[str, Any] = {
    "id": "019ab0a4-7c1e-7d4f-9b62-3f5a8c9d0e21",
    "state": "received",
    "received": 3,
    "dry_run": False,
}
BATCH_DONE: dict[str, Any] = {
    "id": BATCH_RECEIVED["id"],
    "state": "done",
    "dry_run": False,
    "received": 3,
    "accepted": 2,
    "refused": 1,
    "received_at": "2026-11-23T08:30:00Z",
    "started_at": "2026-11-23T08:30:01Z",
    "finished_at": "2026-11-23T08:30:02Z",
}
BATCH_RESULT: list[dict[str, Any]] = [
    {"row": 1, "result": "accepted", "reply": DELIVERED},
    {
        "row": 2,
        "result": "refused",
        "problem": {
            "status": 422,
            "code": "message.subject-missing",
            "detail": "Write a subject in the field subject.",
            "pointer": "/subject",
        },
    },
    {
        "row": 3,
        "result": "accepted",
        "reply": {**DELIVERED, "id": "019ab01c-64a0-7b6e-9c5a-0f3d5d3a7c12"},
    },
]
