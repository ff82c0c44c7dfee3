"""Fills a database by the actions people cause:  python -m bench.ingest.filling REQUESTS

Residents with a full first page of threads, as the inbox is measured with, and lines that say which care
system sends and which threads its letters may continue.
"""

from datetime import datetime, timedelta

from app.body import plain
from app.database import in_transaction
from bench.inbox import SUBJECTS, THREADS
from bench.ingest import RESIDENTS
from bench.people import CLINICS, Care, a_letter, a_resident, fill, signed_in

BODY = plain.read("Välkommen till oss. Ta med legitimation och kom tio minuter före.")
CONTINUED = 2


@in_transaction
async def _resident(number: int, care: Care, now: datetime) -> list[str]:
    resident = await a_resident(number, now=now)
    places = [(place, place % len(CLINICS)) for place in range(THREADS)]
    letters = [
        a_letter(resident, care.clinics[clinic], SUBJECTS[place % len(SUBJECTS)], BODY)
        for place, clinic in places
    ]
    sent = await care.sends_all(letters, now=now - timedelta(days=1, minutes=number))
    continued = [
        f"thread {each.thread_id} {number} {clinic}"
        for each, (place, clinic) in zip(sent, places, strict=True)
        if place < CONTINUED
    ]
    system = [f"system {care.system.id}"] if number == 0 else []
    return [*system, *continued, f"/inkorg {await signed_in(resident, now=now)}"]


if __name__ == "__main__":
    fill(RESIDENTS, _resident)
