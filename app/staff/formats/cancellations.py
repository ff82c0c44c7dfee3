"""Asking whether to cancel: which time, and what follows."""

from typing import NamedTuple

from app.language import Language, day_and_time, machine_time
from app.staff.formats.lines import SUMMONSES
from app.staff.formats.words import AFTER_CANCELLATION, CANCEL
from app.summons.queries import Case


class CancellationView(NamedTuple):
    """`opens`: others may book the time. `refusal` is why it is asked again."""

    url: str
    back_url: str
    about: str
    at: str
    machine: str
    follows: str
    seen: str
    opens: bool
    refusal: str


def cancellation_view(case: Case, language: Language, *, opens: bool, refusal: str) -> CancellationView:
    """Of a case whose visit can be cancelled."""
    url, visit = f"{SUMMONSES}/{case.summons.id}", case.visit
    if visit is None:
        raise ValueError("Without a visit there is nothing to cancel.")
    return CancellationView(
        url=f"{url}/{CANCEL}",
        back_url=url,
        about=case.summons.time_type_name,
        at=day_and_time(visit.starts_at, language),
        machine=machine_time(visit.starts_at),
        follows=AFTER_CANCELLATION[case.summons.after_cancellation].said(language),
        seen=case.seen,
        opens=opens,
        refusal=refusal,
    )
