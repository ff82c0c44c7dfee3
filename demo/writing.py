"""From a letter of the story to what goes over the API on the day it is sent."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

from app.language.dates import NAMES, STOCKHOLM, day
from app.language.phone import dial
from demo.days import open_day_after
from demo.story import LETTERS, Clinic, Letter, Person, Summons, TimeType, letters, summonses, time_types

BLANK = re.compile(r"\{(day:([0-9]+)|clinic|address|phone|hours)\}")


def write(
    name: str, *, clinic: Clinic, person: Person, sent: datetime, thread_id: str = ""
) -> dict[str, Any]:
    """The payload of POST /api/v1/messages; without `thread_id` it opens a thread. `sent` is Swedish time."""
    letter = letters()[name]
    continued = {"thread_id": thread_id} if thread_id else {}
    return (
        continued
        | _confirmed(letter, sent)
        | {
            "clinic": clinic.hsa_id,
            "recipient": person.number,
            "type": letter.type,
            "relation": letter.relation,
            "subject": letter.subject,
            "body": {"format": "docbook", "text": body(name, clinic=clinic, sent=sent.date())},
            "language": letter.language,
            "purpose": letter.purpose,
            "use_of_answers": letter.use_of_answers,
            "contact": {
                "name": letter.contact or clinic.contact[letter.language],
                "phone": clinic.phone,
                "hours": clinic.hours[letter.language],
            },
            "written_at": sent.isoformat(),
        }
    )


def _confirmed(letter: Letter, sent: datetime) -> dict[str, Any]:
    """That it is to be confirmed, and until when."""
    if not letter.confirm_within:
        return {}
    by = _at(sent.date() + timedelta(days=letter.confirm_within), "23:59")
    return {"confirm_receipt": True, "due_at": by.isoformat()}


def summon(name: str, letter: dict[str, Any], *, clinic: Clinic, sent: datetime) -> dict[str, Any]:
    """The payload of POST /api/v1/summonses, from that of the letter."""
    asked = summonses()[name]
    return (
        {field: value for field, value in letter.items() if field != "type"}
        | _visit(asked, clinic, sent)
        | {
            "time_type": asked.time_type,
            "cut_off_hours": asked.cut_off_hours,
            "cancel_allowed": asked.cancel,
            "rebook_allowed": asked.rebook,
            "reason_allowed": asked.reason,
            "after_cancellation": asked.after_cancellation,
            "bring": asked.bring,
            "cost_of_missing": asked.cost,
            "terms": [{"heading": term.heading, "text": term.text} for term in asked.terms],
        }
    )


def offer(time_type: TimeType, *, clinic: Clinic, days: list[date]) -> dict[str, Any]:
    """The payload of POST /api/v1/slots: every time of every day."""
    length = timedelta(minutes=time_type.minutes)
    starts = [_at(day, each) for day in days for each in time_type.times]
    return {
        "clinic": clinic.hsa_id,
        "time_type": time_type.code,
        "slots": [_slot(start, length, time_type) for start in starts],
    }


def _visit(asked: Summons, clinic: Clinic, sent: datetime) -> dict[str, Any]:
    """When it is, or until when one may choose."""
    if not asked.days:
        return {"book_by": _at(sent.date() + timedelta(days=asked.book_within), "23:59").isoformat()}
    of_type = next(each for each in time_types() if (each.clinic, each.code) == (clinic.id, asked.time_type))
    start = _at(open_day_after(sent.date(), days=asked.days), asked.at)
    timed = _slot(start, timedelta(minutes=of_type.minutes), of_type)
    if asked.confirm_within:
        by = _at(sent.date() + timedelta(days=asked.confirm_within), "23:59")
        timed["confirmation"] = {"wanted": "required", "by": by.isoformat()}
    return timed


def _slot(start: datetime, length: timedelta, time_type: TimeType) -> dict[str, Any]:
    # The length is counted on the clock that really passes.
    end = (start.astimezone(UTC) + length).astimezone(STOCKHOLM)
    return {
        "starts_at": start.isoformat(),
        "ends_at": end.isoformat(),
        "practitioner": time_type.practitioner,
        "place": time_type.place,
    }


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), STOCKHOLM)


def body(name: str, *, clinic: Clinic, sent: date) -> str:
    """The letter's DocBook with its blanks filled in: {day:12}, {clinic}, {address}, {phone}, {hours}."""
    language = letters()[name].language
    words = {
        "clinic": escape(clinic.name),
        "address": escape(clinic.address),
        "phone": f'<link url="tel:{dial(clinic.phone)}">{escape(clinic.phone)}</link>',
        "hours": escape(clinic.hours[language]),
    }

    def fill_in(blank: re.Match[str]) -> str:
        if blank[2]:
            return _named(open_day_after(sent, days=int(blank[2])), language)
        return words[blank[1]]

    return BLANK.sub(fill_in, (LETTERS / f"{name}.xml").read_text(encoding="utf-8"))


def _named(when: date, language: str) -> str:
    return f"{NAMES[language].weekdays[when.weekday()]} {day(when, language)}"
