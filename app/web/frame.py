"""What the layout knows about a visit."""

from typing import Any
from urllib.parse import quote

from litestar import Request

from app.language import Language
from app.sessions import Signed
from app.web import csrf
from app.web.assets import Assets
from app.web.service import Service
from app.web.visitor import language_of, session_of


class Frame:
    """One per rendering. `csrf` is made only when a template prints it; then a visit cookie may be needed."""

    __slots__ = ("_request", "assets", "demo", "language", "new_visit", "person", "service")

    def __init__(self, request: Request[Any, Any, Any]) -> None:
        state = request.app.state
        session: Signed | None = session_of(request)
        self._request = request
        self.language: Language = language_of(request)
        self.person = session.name if session else ""
        self.service: Service = state.pages.service
        self.assets: Assets = state.pages.assets
        self.demo: bool = state.settings.demo
        self.new_visit = ""

    @property
    def path(self) -> str:
        return self._request.scope["path"]

    @property
    def other_language(self) -> Language:
        return "sv" if self.language == "en" else "en"

    @property
    def switch_url(self) -> str:
        query = self._request.scope["query_string"].decode("latin-1")
        here = f"{self.path}?{query}" if query else self.path
        return f"/sprak/{self.other_language}?till={quote(here, safe='/')}"

    @property
    def csrf(self) -> str:
        """Masked anew each time it is printed, so that compression tells nothing about it (BREACH)."""
        secret = csrf.secret_of(self._request) or self.new_visit
        if not secret:
            secret = self.new_visit = csrf.new_visit()
        return csrf.masked(self._request.app.state.web_key, secret)
