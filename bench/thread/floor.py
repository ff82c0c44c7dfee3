"""The thread's template from constants, its letters' text among them as HTML."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.body import html
from app.inbox.formats import Heading, letter_view
from app.inbox.queries import Letter
from app.inbox.sealed import Opened
from bench.people import CLINICS, PROVIDER
from bench.thread import LETTERS, SUBJECT, letters

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
TEMPLATE = "inbox/thread.html"
PATH = "/inkorg/0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"


def context() -> dict[str, Any]:
    return {
        "heading": Heading(SUBJECT, "sv", SUBJECT),
        "letters": [letter_view(_letter(number), "sv", now=NOW, under=SUBJECT) for number in range(LETTERS)],
        "marking": f"{PATH}/olast",
        "deleted": False,
    }


def _letter(number: int) -> Letter:
    content = Opened(
        subject=SUBJECT,
        clinic_name=CLINICS[0],
        provider_name=PROVIDER[0],
        tree=b"",
        encoded=html.wordless(letters.letter(number)).encode(),
        edition=html.EDITION,
        language="sv",
        purpose="Du har en tid hos oss.",
        use_of_answers="Du behöver inte svara.",
        contact_name="Receptionen",
        contact_phone="08-465 004 20",
        contact_hours="vardagar 8–16",
        written_at=None,
        sender_reference="",
    )
    return Letter(UUID(int=number), "information", NOW, content, None, None)
