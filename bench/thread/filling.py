"""Fills a database by the actions people cause:  python -m bench.thread.filling REQUESTS

Every resident has some threads of ten letters, none of which is read.
"""

from datetime import datetime, timedelta

from app.database import in_transaction
from bench.people import Care, a_letter, a_resident, fill, signed_in
from bench.thread import LETTERS, SUBJECT, letters

RESIDENTS = 250
THREADS = 4


@in_transaction
async def _resident(number: int, care: Care, now: datetime) -> list[str]:
    resident = await a_resident(number, now=now)
    token = await signed_in(resident, now=now)
    opened = []
    for place in range(THREADS):
        thread_id = None
        for letter in range(LETTERS):
            body = letters.letter((number * THREADS + place) * LETTERS + letter)
            clinic = care.clinics[place % len(care.clinics)]
            sent = await care.sends(
                a_letter(resident, clinic, SUBJECT, body, thread_id=thread_id),
                now=now - timedelta(days=LETTERS - letter, minutes=place),
            )
            thread_id = sent.thread_id
        opened.append(f"/inkorg/{thread_id} {token}")
    return opened


if __name__ == "__main__":
    fill(RESIDENTS, _resident)
