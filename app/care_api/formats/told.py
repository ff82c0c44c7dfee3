"""What the fields of answers say, where their structs do not say it: by name, and where one name is two."""

from typing import Any

FIELDS: dict[str, str] = {
    "id": "What it is known by from now on.",
    "ids": "Their ids, in the order in which they were sent.",
    "message_id": "The letter's id.",
    "thread_id": "The thread that the letter is in.",
    "summons_id": "The summons's id, where there is one.",
    "appointment_id": "The appointment's id; null where nothing is booked.",
    "slot_id": "The slot that is taken; null where none is.",
    "from_slot_id": "The slot that was left.",
    "from_starts_at": "When the visit was to begin before.",
    "to_slot_id": "The slot that was taken.",
    "to_starts_at": "When the visit begins from then on.",
    "test_id": "The test's id, as it was answered when it was asked for.",
    "clinic": "HSA-id of the clinic.",
    "time_type": "The time type's code; null where times are booked elsewhere.",
    "status": "How it stands. The guide says what each word means.",
    "state": "How it stands. The guide says what each word means.",
    "accepted_at": "When it was accepted.",
    "publish_at": "When it is to be delivered; null where it was delivered at once.",
    "delivered_at": "Since when it is available in the inbox.",
    "read_at": "When the resident opened it for the first time; never taken back.",
    "confirmed_at": "When the resident confirmed it.",
    "answered_at": "When it was answered for the first time.",
    "booked_at": "When a time was booked.",
    "rebooked_at": "When the visit was last moved.",
    "cancelled_at": "When the visit was cancelled.",
    "due_at": "The last instant to answer or confirm; of a summons that wants an answer, to book or confirm.",
    "expires_at": "From then on nothing can be done with it but reading.",
    "withdrawn_at": "When it was taken back.",
    "corrected_at": "When it was last corrected.",
    "deleted_by_resident": "The resident has destroyed their copy.",
    "replied_at": "When it was written.",
    "replies": "What was written back, the oldest first.",
    "messages": "The letters, the oldest first.",
    "text": "As it was typed: write it as text, never as markup.",
    "warnings": "What was accepted, and should be done otherwise.",
    "code": "Stable; problems.md explains each.",
    "detail": "What to change, in a sentence.",
    "pointer": "JSON pointer to the place in what was sent.",
    "result_code": "Of a booking refused: what the national scheduling contracts call it.",
    "problem": "Why it was refused.",
    "result": "What became of it.",
    "results": "What became of each, in the order in which they were sent.",
    "changed": "How many were changed.",
    "withdrawn": "How many are withdrawn.",
    "name": "What residents read.",
    "hidden": "Bookable only by a resident whom a summons admits.",
    "time_types": "The clinic's time types.",
    "slots": "The clinic's slots, page by page.",
    "appointments": "The clinic's appointments, page by page.",
    "starts_at": "When the visit begins.",
    "ends_at": "When it ends.",
    "practitioner": "Whom the resident meets; empty where nothing is said.",
    "place": "Where; empty where nothing is said.",
    "sequence": "Grows with each change. Send it back to say what you saw.",
    "moved_at": "When it was last moved.",
    "moved_by": "Who moved it.",
    "cancelled_by": "Who cancelled it.",
    "history": "Who did what, and when, the oldest first.",
    "at": "When it was done.",
    "reason": "What the resident wrote; empty where nothing was.",
    "book_by": "The last instant to choose a time.",
    "appointment": "The visit; null where nothing is booked.",
    "url": "Where you are called.",
    "signatures": "How calls are signed.",
    "changed_at": "When it was last set.",
    "public_key": "Verify ed25519 with it: whpk_….",
    "previous_public_key": "The one before, which signs too until `previous_until`.",
    "previous_until": "Until then what signed before signs as well.",
    "failing_since": "Since when the address has accepted nothing.",
    "disabled_at": "Since when nothing is sent.",
    "disabled_reason": "`gone`: it answered 410. `failing`: it accepted nothing for five days.",
    "enabled_at": "When calls were switched on again.",
    "secret": "Verify HMAC with it: whsec_…. Shown when it is set, and never again.",
    "changes": "What has happened, in order.",
    "next": "Where to go on from; null where there is no more.",
    "more": "There is more: ask again at once.",
    "timestamp": "When it happened.",
    "data": "Ids only: ask for the rest.",
    "number": "Its place in the order of all changes.",
    "failures": "What was given up, the oldest first.",
    "attempts": "How often it was tried.",
    "fault": "What went wrong the last time; null where nothing did.",
    "failed_at": "When it was given up.",
    "created_at": "When it was asked for.",
    "finished_at": "When it was done; null until then.",
    "started_at": "When it was begun; null until then.",
    "received_at": "When it was received.",
    "received": "How many rows came.",
    "accepted": "How many rows were accepted.",
    "refused": "How many rows were refused.",
    "dry_run": "It was checked as if it were sent, and nothing is.",
    "recipients": "A row for each.",
    "sms": "A notice by SMS is wanted.",
    "email": "A notice by e-mail is wanted.",
    "body": "The letter's text, and how it is marked up.",
    "contact": "Where the resident turns with questions.",
    "confirmation": "Whether the resident is asked to confirm, and until when.",
    "type": "Leads to a page about the code.",
    "title": "The status in words.",
}
# Where the same name is something else.
ELSEWHERE: dict[tuple[str, str], str] = {
    ("RowProblem", "status"): "The status that the same would have had by itself.",
    ("Problem", "status"): "The HTTP status.",
    ("CallbackTested", "status"): "The HTTP status that your address answered; null where none came.",
    ("SlotChanged", "id"): "The slot's id, as it was sent.",
    ("SlotWithdrawn", "id"): "The slot's id, as it was sent.",
    ("SlotChanged", "slot_id"): "The id of the slot in its place; null where it was refused.",
    ("TimeTypeShown", "code"): "The clinic's own code.",
    ("ChangesReplayed", "changes"): "How many you are called about again.",
    ("AttachmentStatus", "code"): "Why the file was refused; null where it was not.",
    ("AttachmentStatus", "warnings"): "What makes the file hard to read for some: the guide explains each.",
    ("Reach", "code"): "Why a letter would be refused; null where it would not.",
    ("ListedChange", "id"): "The change's id: `webhook-id` when you are called about it.",
    ("Failure", "id"): "The change's id: `webhook-id` when you are called about it.",
}


def told(schemas: dict[str, Any]) -> dict[str, Any]:
    """The same, every field with its description, and what is one of several words as text."""
    return {
        name: schema | {"properties": _told(name, schema["properties"])} for name, schema in schemas.items()
    }


def _told(schema: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: _field(schema, name, field) for name, field in fields.items()}


def _field(schema: str, name: str, field: dict[str, Any]) -> dict[str, Any]:
    if "enum" in field and "type" not in field:
        field = field | {"type": ["string", "null"] if None in field["enum"] else "string"}
    if "description" in field:
        return field
    return field | {"description": ELSEWHERE.get((schema, name)) or FIELDS[name]}
