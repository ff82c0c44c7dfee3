"""The inbox's template from constants."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.inbox.formats import thread_row
from app.inbox.queries import ThreadLine
from bench.inbox import SUBJECTS, THREADS, UNREAD
from bench.people import CLINICS

TEMPLATE = "inbox/page.html"
PATH = "/inkorg"


def context() -> dict[str, Any]:
    lines = [
        ThreadLine(
            id=UUID("0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"),
            subject=SUBJECTS[place % len(SUBJECTS)],
            clinic_name=CLINICS[place % len(CLINICS)],
            language="sv",
            last_at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
            unread=int(place < UNREAD),
        )
        for place in range(THREADS)
    ]
    return {
        "threads": [thread_row(line, "sv") for line in lines],
        "unread": UNREAD,
        "older": "",
        "newest": True,
        "deleted": False,
    }
