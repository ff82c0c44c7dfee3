"""What the layout knows about a visit. What is the same for all visits, `Pages` folds into the templates."""

from typing import Any
from urllib.parse import quote

from litestar import Request

from app.language import Language
from app.sessions.principals import CLINICIAN
from app.web import csrf
from app.web.service import Service
from app.web.visitor import language_of, session_of


class Frame:
    """One per rendering. `csrf` is made only when a template prints it; then a visit cookie may be needed."""

    __slots__ = ("_request", "is_staff", "language", "new_visit", "path", "person", "service")

    def __init__(self, request: Request[Any, Any, Any], service: Service) -> None:
        session = session_of(request)
        self._request = request
        self.language: Language = language_of(request)
        self.path: str = request.scope["path"]
        self.person = session.name if session else ""
        self.is_staff = session is not None and session.kind == CLINICIAN
        self.service = service
        self.new_visit = ""

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
        """Masked anew each time it is printed, so that compression tells nothing about it (BREACH)."""
        secret = csrf.secret_of(self._request) or self.new_visit
        if not secret:
            secret = self.new_visit = csrf.new_visit()
        return csrf.masked(self._request.app.state.web_key, secret)


def other_than(language: Language) -> Language:
    return "sv" if language == "en" else "en"
