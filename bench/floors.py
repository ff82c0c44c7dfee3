"""What a page is measured against:  python -m bench.floors constant|template NAME

`constant`: a Litestar handler that returns the same bytes. `template`: the same template, rendered from
constants. Neither has a session, a database, a check, a header of ours or compression.
"""

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, MediaType, get

from app import settings
from app.language import Language
from app.settings import Settings
from app.web import assets, service
from app.web.assets import Assets
from app.web.frame import Ending
from app.web.pages import Pages
from app.web.service import Service

ENDING = Ending(minutes=59, clock="kl. 9.30", near=False, final=False, ask=3480)


@dataclass(frozen=True, slots=True)
class ConstantFrame:
    """Says what `app.web.frame.Frame` says on a measured page, and works nothing out."""

    assets: Assets
    service: Service
    path: str
    csrf: str = "A" * 86
    demo: bool = False
    ending: Ending = ENDING
    is_late: bool = False
    is_staff: bool = False
    language: Language = "sv"
    new_visit: str = ""
    other_language: Language = "en"
    person: str = "Provperson 000"
    feedback_url: str = "/synpunkter?fran=/inkorg"

    @property
    def switch_url(self) -> str:
        return f"/sprak/en?till={self.path}"


def constant(page: bytes) -> Litestar:
    @get("/", media_type=MediaType.HTML, sync_to_thread=False)
    def show_constant() -> bytes:
        return page

    return Litestar([show_constant], openapi_config=None, logging_config=None)


def template(settings: Settings, floor: Any) -> Litestar:
    """`floor` is a module that names the template, its path, and the constants."""
    pages = Pages(service=service.read(settings.service), assets=assets.read(settings.browser_code))
    context = {"frame": ConstantFrame(pages.assets, pages.service, floor.PATH), **floor.context()}

    @get("/", media_type=MediaType.HTML, sync_to_thread=False)
    def show_template() -> bytes:
        return pages.render(floor.TEMPLATE, "sv", context)

    return Litestar([show_template], openapi_config=None, logging_config=None)


def main(kind: str, name: str) -> None:
    app = (
        constant(Path(os.environ["LARKPOST_BENCH_PAGE"]).read_bytes())
        if kind == "constant"
        else template(settings.read(os.environ), import_module(f"bench.{name}.floor"))
    )
    port = int(os.environ["LARKPOST_PORT"])
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, server_header=False, log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
