"""A file for a calendar (RFC 5545). Calendars are shared and synced: nothing in it tells what or where.

Times are in UTC, which every calendar shows as its reader's own. A Swedish clock time with a time zone cannot
say which of an autumn night's two 2.30 is meant: RFC 5545 §3.3.5 makes it the first.

The method is PUBLISH for a cancelled visit too. CANCEL is for messages between an organiser and those invited
(RFC 5546 §3.2.5); somebody who opens a file has neither, and calendars then refuse it or do nothing. The
same UID with a higher SEQUENCE and STATUS:CANCELLED updates the event, and the title says it where a calendar
shows no status. No ORGANIZER: calendars would write to it.
"""

from datetime import datetime
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from app.booking.queries import Visit
from app.language import Language, machine_time
from app.language import lazy as _l

VISIT = _l("Vårdbesök")
CANCELLED_VISIT = _l("Avbokat vårdbesök")
SIGN_IN = _l("Logga in på %(name)s för att se mer: %(address)s")


def calendar(visit: Visit, language: Language, *, name: str, base_url: str, now: datetime) -> bytes:
    """`name` is the service's."""
    event = Event()
    event.add("uid", f"{visit.id}@{urlsplit(base_url).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("sequence", visit.sequence)
    event.add("status", "CONFIRMED" if visit.live else "CANCELLED")
    event.add("transp", "OPAQUE" if visit.live else "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("summary", (VISIT if visit.live else CANCELLED_VISIT).said(language))
    event.add("description", SIGN_IN.said(language, name=name, address=f"{base_url}/tider"))
    file = Calendar()
    file.add("version", "2.0")
    file.add("prodid", "-//Larkpost//Larkpost//SV")
    file.add("method", "PUBLISH")
    file.add_component(event)
    written: bytes = file.to_ical()
    return written


def file_name(visit: Visit) -> str:
    """The day by the Swedish calendar."""
    return f"tid-{machine_time(visit.starts_at)[:10]}.ics"
