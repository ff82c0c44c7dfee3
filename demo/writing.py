"""From a letter of the story to what goes over the API on the day it is sent."""

import re
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

from app.language.dates import NAMES, day
from app.language.phone import dial
from demo.days import open_day_after
from demo.story import LETTERS, Clinic, Person, letters

BLANK = re.compile(r"\{(day:([0-9]+)|clinic|address|phone|hours)\}")


def write(
    name: str, *, clinic: Clinic, person: Person, sent: datetime, thread_id: str = ""
) -> dict[str, Any]:
    """The payload of POST /api/v1/messages; without `thread_id` it opens a thread. `sent` is Swedish time."""
    letter = letters()[name]
    continued = {"thread_id": thread_id} if thread_id else {}
    return continued | {
        "clinic": clinic.hsa_id,
        "recipient": person.number,
        "type": letter.type,
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
