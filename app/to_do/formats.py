"""What awaits an answer, in words."""

from datetime import datetime
from typing import NamedTuple

from app.inbox.queries import AwaitedLetter
from app.inbox.rules import KINDS, SURVEY
from app.language import Language, Lazy, day_and_time_for_both
from app.language import lazy as _l
from app.summons.formats.addresses import address
from app.summons.queries import Case
from app.summons.rules import TO_BOOK, TO_CONFIRM

WHAT_TO_DO: dict[str, Lazy] = {
    TO_BOOK: _l("Boka en tid hos %(clinic)s"),
    TO_CONFIRM: _l("Bekräfta din tid hos %(clinic)s"),
}
CONFIRM = _l("Bekräfta att du har läst meddelandet från %(clinic)s")
ANSWER = _l("Svara på meddelandet från %(clinic)s")
ANSWER_SURVEY = _l("Svara på hälsoenkäten från %(clinic)s")


class ToDo(NamedTuple):
    """`deadline` and `visit` are empty where there is none; the machine's times go with them.

    `late`: the deadline is past, and it can still be done. `about` is empty where it is not for lists, and
    `lang` where it is in the page's language.
    """

    url: str
    what: str
    about: str
    lang: str = ""
    deadline: str = ""
    machine_deadline: str = ""
    late: bool = False
    visit: str = ""
    machine_visit: str = ""


def to_do(waiting: Case | AwaitedLetter, language: Language, *, now: datetime) -> ToDo:
    if isinstance(waiting, Case):
        return _summons(waiting, language, now)
    return _letter(waiting, language, now)


def _summons(case: Case, language: Language, now: datetime) -> ToDo:
    summons, state = case.summons, case.state(now)
    # Of a cancelled visit whose summons opens anew nothing is left to say here.
    starts_at = case.visit.starts_at if case.visit and state == TO_CONFIRM else None
    deadline, machine_deadline = _both(case.deadline(now), language)
    visit, machine_visit = _both(starts_at, language)
    return ToDo(
        url=address(summons.place),
        what=WHAT_TO_DO[state].said(language, clinic=summons.clinic_name),
        # A name of what is done may say as much as the letter.
        about="" if summons.sensitive else summons.time_type_name,
        deadline=deadline,
        machine_deadline=machine_deadline,
        visit=visit,
        machine_visit=machine_visit,
    )


def _letter(letter: AwaitedLetter, language: Language, now: datetime) -> ToDo:
    what = CONFIRM if letter.to_confirm else ANSWER_SURVEY if letter.kind == SURVEY else ANSWER
    deadline, machine_deadline = _both(letter.due_at, language)
    return ToDo(
        url=f"/inkorg/{letter.thread_id}#letter-{letter.id}",
        what=what.said(language, clinic=letter.clinic_name),
        # A subject that is not for lists is not for this one either.
        about=letter.subject or KINDS[letter.kind].said(language),
        lang=letter.language if letter.subject and letter.language != language else "",
        deadline=deadline,
        machine_deadline=machine_deadline,
        late=letter.due_at is not None and letter.due_at <= now,
    )


def _both(when: datetime | None, language: Language) -> tuple[str, str]:
    return day_and_time_for_both(when, language) if when else ("", "")
