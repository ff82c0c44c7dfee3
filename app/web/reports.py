"""Browsers report here what the content security policy stopped (ASVS 3.4.7)."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request, post
from litestar.status_codes import HTTP_204_NO_CONTENT

from app.web import log
from app.web.asked import request_id

_LONGEST, _MOST = 60, 5


@post("/csp-report", status_code=HTTP_204_NO_CONTENT, opt={"cookieless": True}, include_in_schema=False)
async def create_report(request: Request[Any, Any, Any]) -> None:
    """Anyone can send anything, so only short words are kept; addresses lose all but their host."""
    for report in _read(await request.body())[:_MOST]:
        log.write(log.report_line(request_id(request.scope), **report))


def _read(body: bytes) -> list[dict[str, str]]:
    try:
        reports = msgspec.json.decode(body, type=list[dict[str, Any]])
    except msgspec.DecodeError:
        return []
    return [_short(said) for report in reports if isinstance(said := report.get("body"), dict)]


def _short(said: dict[str, Any]) -> dict[str, str]:
    directive = str(said.get("effectiveDirective", ""))[:_LONGEST]
    return {"csp": directive, "blocked": _host(str(said.get("blockedURL", "")))[:_LONGEST]}


def _host(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.hostname or ("" if parts.scheme else address)
