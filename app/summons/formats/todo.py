"""What awaits an answer, in words."""

from datetime import datetime
from typing import NamedTuple

from app.language import Language, Lazy, day_and_time, machine_time
from app.language import lazy as _l
from app.summons.formats.addresses import address
from app.summons.queries import Case
from app.summons.rules import TO_BOOK, TO_CONFIRM

WHAT_TO_DO: dict[str, Lazy] = {
    TO_BOOK: _l("Boka en tid hos %(clinic)s"),
    TO_CONFIRM: _l("Bekräfta din tid hos %(clinic)s"),
}


class ToDo(NamedTuple):
    """`deadline` and `visit` are empty where there is none; the machine's times go with them."""

    url: str
    what: str
    about: str
    deadline: str
    machine_deadline: str
    visit: str
    machine_visit: str


def to_do(case: Case, language: Language, *, now: datetime) -> ToDo:
    summons, state, deadline = case.summons, case.state(now), case.deadline(now)
    # Of a cancelled visit whose summons opens anew nothing is left to say here.
    starts_at = case.visit.starts_at if case.visit and state == TO_CONFIRM else None
    return ToDo(
        url=address(summons.place),
        what=WHAT_TO_DO[state].said(language, clinic=summons.clinic_name),
        about=summons.time_type_name,
        deadline=day_and_time(deadline, language) if deadline else "",
        machine_deadline=machine_time(deadline) if deadline else "",
        visit=day_and_time(starts_at, language) if starts_at else "",
        machine_visit=machine_time(starts_at) if starts_at else "",
    )
