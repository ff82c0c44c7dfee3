"""The pages anyone can read, and the form anyone can write in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from app.care.queries import providers
from app.errors import Missing, Sentence
from app.language import LANGUAGES
from app.language import lazy as _l
from app.limits.actions import Limiter
from app.limits.rules import FEEDBACK as FEEDBACK_LIMIT
from app.portal import actions
from app.portal.rules import LONGEST, LONGEST_CONTACT, read_reference, readable, section
from app.settings import Settings
from app.web.errors import explained
from app.web.forms import NOTHING_WRONG, Invalid, show_again
from app.web.hypermedia import done, local_path, show
from app.web.service import FULLY, NOT, PARTLY
from app.web.visitor import LANGUAGE_COOKIE, set_cookie

Asked = Request[Any, Any, Any]

FEEDBACK, FEEDBACK_FORM = "portal/feedback.html", "portal/_feedback.html"
CROWDED = _l("Många skriver till oss just nu. Vänta en minut och skicka igen.")
BLANK = re.compile(r"%\(\w+\)s")
A_YEAR = 365 * 24 * 60 * 60

# The law knows three words (MDFFS 2019:2); a translation stands for exactly one of them.
STATUSES: dict[str, Sentence] = {
    FULLY: _l("helt förenlig"),
    PARTLY: _l("delvis förenlig"),
    NOT: _l("inte förenlig"),
}


@get("/")
async def show_start(request: Asked) -> Response[bytes]:
    return show(request, "portal/start.html")


@get("/om")
async def show_about(request: Asked) -> Response[bytes]:
    return show(request, "portal/about.html")


@get("/integritet")
async def show_privacy(request: Asked) -> Response[bytes]:
    settings: Settings = request.app.state.settings
    return show(
        request,
        "portal/privacy.html",
        providers=await providers(),
        minutes=int(settings.session_idle.total_seconds() // 60),
        hours=int(settings.session_absolute.total_seconds() // 3600),
    )


@get("/tillganglighet")
async def show_accessibility(request: Asked) -> Response[bytes]:
    stated = request.app.state.pages.service.accessibility
    return show(
        request,
        "portal/accessibility.html",
        status=STATUSES[stated.status].said(request.state.language),
    )


@get("/synpunkter")
async def show_feedback(request: Asked, fran: FromQuery[str] = "/") -> Response[bytes]:
    return show(request, FEEDBACK, page=section(fran), reference="", **NOTHING_WRONG)


@dataclass(frozen=True)
class Remark:
    text: str
    contact: str


@dataclass(frozen=True)
class FeedbackForm:
    text: str = ""
    contact: str = ""
    page: str = ""

    def read(self) -> Remark | Invalid:
        remark = Remark(readable(self.text), readable(self.contact))
        errors = dict(_errors(remark))
        return Invalid(errors, {"text": self.text, "contact": self.contact}) if errors else remark


def _errors(remark: Remark) -> Mapping[str, Sentence]:
    errors: dict[str, Sentence] = {}
    if not remark.text:
        errors["text"] = _l("Skriv vad du tycker.")
    if len(remark.text) > LONGEST:
        errors["text"] = _l("Korta texten till högst 4 000 tecken.")
    if len(remark.contact) > LONGEST_CONTACT:
        errors["contact"] = _l("Skriv bara en mejladress eller ett telefonnummer.")
    return errors


@post("/synpunkter", status_code=HTTP_200_OK)
async def create_feedback(
    request: Asked, data: URLEncodedBody[FeedbackForm], now: NamedDependency[datetime]
) -> Response[Any]:
    page, written = section(data.page), data.read()
    if isinstance(written, Remark) and not await _there_is_room(request, now):
        written = Invalid({"text": CROWDED}, {"text": data.text, "contact": data.contact})
    if isinstance(written, Invalid):
        return show_again(request, FEEDBACK, written, fragment=FEEDBACK_FORM, page=page, reference="")
    reference = await actions.leave(written.text, contact=written.contact, page=page, now=now)
    return done(
        request,
        fragment=FEEDBACK_FORM,
        back_to=f"/synpunkter/tack?nummer={reference}",
        page=page,
        reference=reference,
        **NOTHING_WRONG,
    )


async def _there_is_room(request: Asked, now: datetime) -> bool:
    """Anybody may write, so nobody may fill the database: there is one limit for all."""
    limiter: Limiter = request.app.state.limiter
    return (await limiter.take(FEEDBACK_LIMIT, "everybody", now=now)).granted


@get("/synpunkter/tack")
async def show_thanks(request: Asked, nummer: FromQuery[str] = "") -> Response[bytes]:
    reference = read_reference(nummer)
    if not reference:
        raise Missing("feedback")
    return show(request, FEEDBACK, page="/", reference=reference, **NOTHING_WRONG)


@get("/sprak/{language:str}", status_code=HTTP_303_SEE_OTHER)
async def choose_language(request: Asked, language: FromPath[str], till: FromQuery[str] = "/") -> Redirect:
    """A link, so that it works in a text browser; it changes nothing but the visitor's own page."""
    if language not in LANGUAGES:
        raise Missing("language")
    response = Redirect(local_path(till, "/"), status_code=HTTP_303_SEE_OTHER)
    settings: Settings = request.app.state.settings
    set_cookie(response, LANGUAGE_COOKIE, language, settings=settings, max_age=A_YEAR)
    return response


@get("/utvecklare/problem/{code:str}")
async def show_problem(request: Asked, code: FromPath[str]) -> Response[bytes]:
    """Where a problem document's `type` leads (RFC 9457 §3.1.1)."""
    said = explained(code)
    if said is None:
        raise Missing("problem")
    # Asked without values, the sentence keeps its blanks.
    sentence = BLANK.sub("…", said.said(request.state.language))
    return show(request, "portal/problem.html", code=code, sentence=sentence)


router = Router(
    "/",
    route_handlers=[
        show_start,
        show_about,
        show_privacy,
        show_accessibility,
        show_feedback,
        create_feedback,
        show_thanks,
        choose_language,
        show_problem,
    ],
)
