"""The examples of the contract, with the demo's clinic and Anna; docs/care-systems.md shows the same ones."""

from typing import Any

from app.care_api.gateways.tokens import SCOPES

TOKEN: dict[str, Any] = {
    "access_token": "eyJhbGciOiJFUzI1NiIs…",
    "token_type": "Bearer",
    "expires_in": 600,
    "scope": " ".join(sorted(SCOPES)),
}
LETTER: dict[str, Any] = {
    "clinic": "SE2329990002-KN01",
    "recipient": "198501169885",
    "type": "information",
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
READ: dict[str, Any] = {**DELIVERED, "status": "read", "read_at": "2026-11-23T16:02:11Z"}
