"""What the layout knows about a visit. What is the same for all visits, `Pages` folds into the templates."""

from datetime import datetime
from math import ceil
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from litestar import Request

from app.language import Language, clock_time
from app.sessions import Signed
from app.sessions.principals import CLINICIAN
from app.web import csrf
from app.web.asked import header
from app.web.service import Service
from app.web.visitor import language_of, session_of

# In seconds before the end (WCAG 2.2.1).
WARNED = 120


class Frame:
    """One per rendering. `csrf` is made only when a template prints it; then a visit cookie may be needed."""

    __slots__ = (
        "_csrf",
        "_request",
        "_session",
        "is_late",
        "is_staff",
        "language",
        "new_visit",
        "path",
        "person",
        "service",
    )

    def __init__(self, request: Request[Any, Any, Any], service: Service) -> None:
        session = session_of(request)
        self._request, self._session, self._csrf = request, session, ""
        self.language: Language = language_of(request)
        self.path: str = request.scope["path"]
        self.person = session.name if session else ""
        self.is_staff = session is not None and session.kind == CLINICIAN
        self.service = service
        self.new_visit = ""
        # Whether this page's form is filled in with what was typed before its session ended.
        self.is_late = False

    @property
    def ending(self) -> "Ending | None":
        """When the session ends; None when there is none."""
        session = self._session
        return _ending(session, self.language, self._request.app.state.clock()) if session else None

    @property
    def sign_in_url(self) -> str:
        """For who was signed in until now, back to the page that asks."""
        scope = self._request.scope
        there = urlsplit(header(scope, b"hx-current-url") or "").path
        door = "/personal/logga-in" if scope["state"].get("door") == CLINICIAN else "/logga-in"
        return f"{door}?till={quote(there, safe='/')}"

    @property
    def switch_url(self) -> str:
        """To this page in the other language, or to the one that a handler put in `request.state.here`."""
        query = self._request.scope["query_string"].decode("latin-1")
        asked = f"{self.path}?{query}" if query else self.path
        here: str = self._request.scope["state"].get("here", asked)
        return f"/sprak/{other_than(self.language)}?till={quote(here, safe='/')}"

    @property
    def feedback_url(self) -> str:
        """Says which part of the service one comes from, and no more: what follows may be an id."""
        part = self.path.split("/", 2)[1]
        return f"/synpunkter?fran=/{part}" if part.isascii() and part.isalnum() else "/synpunkter"

    @property
    def csrf(self) -> str:
        """Masked anew for each page, so that compression tells nothing about it (BREACH)."""
        if not self._csrf:
            secret = csrf.secret_of(self._request)
            if not secret:
                secret = self.new_visit = csrf.new_visit()
            self._csrf = csrf.masked(self._request.app.state.web_key, secret)
        return self._csrf


class Ending(NamedTuple):
    """`ask`: after how many seconds to ask again. `near`: within two minutes. `final`: nothing delays it."""

    clock: str
    minutes: int
    ask: int
    near: bool
    final: bool


def other_than(language: Language) -> Language:
    return "sv" if language == "en" else "en"


def _ending(session: Signed, language: Language, now: datetime) -> Ending:
    at = min(session.expires_at, session.idle_at)
    left = max((at - now).total_seconds(), 0)
    near = left <= WARNED
    return Ending(
        clock=clock_time(at, language),
        minutes=max(ceil(left / 60), 1),
        ask=ceil(left) + 1 if near else ceil(left - WARNED),
        near=near,
        final=session.expires_at <= session.idle_at,
    )
