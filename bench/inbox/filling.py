"""Fills a database by the actions people cause:  python -m bench.inbox.filling REQUESTS

Every resident has a full first page of threads, a quarter of them unread.
"""

from datetime import datetime, timedelta

from app.body import plain
from app.database import in_transaction
from app.inbox import actions as inbox
from bench.inbox import SUBJECTS, THREADS, UNREAD
from bench.people import Care, a_letter, a_resident, fill, signed_in

RESIDENTS = 300
BODY = plain.read("Välkommen till oss. Ta med legitimation och kom tio minuter före.")


@in_transaction
async def _resident(number: int, care: Care, now: datetime) -> list[str]:
    resident = await a_resident(number, now=now)
    for place in range(THREADS):
        sent = now - timedelta(days=THREADS - place, minutes=number)
        clinic, subject = care.clinics[place % len(care.clinics)], SUBJECTS[place % len(SUBJECTS)]
        delivered = await care.sends(a_letter(resident, clinic, subject, BODY), now=sent)
        if place < THREADS - UNREAD:
            await inbox.open_thread(delivered.thread_id, resident=resident, now=sent)
    return [f"/inkorg {await signed_in(resident, now=now)}"]


if __name__ == "__main__":
    fill(RESIDENTS, _resident)
