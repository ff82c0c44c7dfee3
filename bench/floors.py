"""What the inbox page is measured against:  python -m bench.floors constant|template

`constant`: a Litestar handler that returns the same bytes. `template`: the same template, rendered from
constants. Neither has a session, a database, a check, a header of ours or compression.
"""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn
from litestar import Litestar, MediaType, get

from app import settings
from app.inbox.formats import thread_row
from app.inbox.queries import ThreadLine
from app.language import Language
from app.settings import Settings
from app.web import assets, service
from app.web.assets import Assets
from app.web.pages import Pages
from app.web.service import Service
from bench.data import CLINICS, SUBJECTS, THREADS, UNREAD


@dataclass(frozen=True, slots=True)
class ConstantFrame:
    """Says what `app.web.frame.Frame` says on the measured page, and works nothing out."""

    assets: Assets
    service: Service
    csrf: str = "A" * 86
    demo: bool = False
    is_staff: bool = False
    language: Language = "sv"
    new_visit: str = ""
    other_language: Language = "en"
    path: str = "/inkorg"
    person: str = "Provperson 000"
    switch_url: str = "/sprak/en?till=/inkorg"
    feedback_url: str = "/synpunkter?fran=/inkorg"


def constant(page: bytes) -> Litestar:
    @get("/inkorg", media_type=MediaType.HTML, sync_to_thread=False)
    def show_constant() -> bytes:
        return page

    return Litestar([show_constant], openapi_config=None, logging_config=None)


def template(settings: Settings) -> Litestar:
    pages = Pages(service=service.read(settings.service), assets=assets.read(settings.browser_code))
    context = {"frame": ConstantFrame(pages.assets, pages.service), **_inbox()}

    @get("/inkorg", media_type=MediaType.HTML, sync_to_thread=False)
    def show_template() -> bytes:
        return pages.render("inbox/page.html", "sv", context).encode()

    return Litestar([show_template], openapi_config=None, logging_config=None)


def _inbox() -> dict[str, Any]:
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


def main(kind: str) -> None:
    app = (
        constant(Path(os.environ["LARKPOST_BENCH_PAGE"]).read_bytes())
        if kind == "constant"
        else template(settings.read(os.environ))
    )
    port = int(os.environ["LARKPOST_PORT"])
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, server_header=False, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1])
