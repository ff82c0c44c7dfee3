"""What a resident decides: whether summonses come on paper too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.status_codes import HTTP_200_OK

from app.language import lazy as _l
from app.residents import actions
from app.residents.queries import paper_opened_by
from app.residents.rules import NOT_SAID, PAPER_CHOICES
from app.sessions.principals import Resident
from app.web.forms import NOTHING_WRONG, Invalid, show_again
from app.web.hypermedia import done, show

Asked = Request[Any, Any, Any]

PAGE, FRAGMENT = "preferences/page.html", "preferences/_paper.html"


@dataclass(frozen=True)
class PaperForm:
    papper: str = ""

    def read(self) -> str | Invalid:
        if self.papper in PAPER_CHOICES:
            return self.papper
        return Invalid({"papper": _l("Välj hur du vill ha det.")}, {})


@get("/")
async def show_preferences(
    request: Asked,
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
    sparat: FromQuery[str] = "",
) -> Response[bytes]:
    chosen = await paper_opened_by(resident, now=now)
    return show(
        request, PAGE, fragment=FRAGMENT, chosen=chosen or NOT_SAID, saved=bool(sparat), **NOTHING_WRONG
    )


@post("/papper", status_code=HTTP_200_OK)
async def create_paper_choice(
    request: Asked,
    data: URLEncodedBody[PaperForm],
    resident: NamedDependency[Resident],
    now: NamedDependency[datetime],
) -> Response[Any]:
    choice = data.read()
    if isinstance(choice, Invalid):
        return show_again(request, PAGE, choice, fragment=FRAGMENT, chosen="", saved=False)
    await actions.choose_paper(choice, resident=resident, now=now)
    chosen = await paper_opened_by(resident, now=now)
    return done(
        request,
        fragment=FRAGMENT,
        back_to="/installningar?sparat=1",
        chosen=chosen or NOT_SAID,
        saved=True,
        **NOTHING_WRONG,
    )


router = Router("/installningar", route_handlers=[show_preferences, create_paper_choice])
