"""Letters in: one by one, and in batches, with the worker that does what follows them.

Each letter is another text of 2 kB, half of them for threads that are there already.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from bench.people import CLINICS, hsa_id, personal_number
from bench.thread import letters

# Threads of residents who are there already, as `filling` leaves them.
RESIDENTS = 300
# So that a batch's letters are 20 MB at most.
IN_A_BATCH = 6_000


class Known(NamedTuple):
    """A thread that letters continue, and whose it is: the numbers of the resident and the clinic."""

    thread_id: str
    resident: int
    clinic: int


def letter(number: int, known: Known | None) -> dict[str, object]:
    """As a care system sends it; no two numbers give the same text."""
    text = letters.text(number).replace("</article>", f"<para>Ärende {number}.</para></article>")
    resident, clinic = (
        (known.resident, known.clinic) if known else (number % RESIDENTS, number % len(CLINICS))
    )
    sent: dict[str, object] = {
        "clinic": hsa_id(clinic),
        "recipient": personal_number(resident),
        "type": "information",
        "relation": "ongoing-care",
        "subject": "Inför ditt besök hos oss",
        "body": {"format": "docbook", "text": text},
        "purpose": "Du har en tid hos oss.",
        "use_of_answers": "Du behöver inte svara.",
        "contact": {"name": "Receptionen", "phone": "08-465 004 20", "hours": "vardagar 8–16"},
        "sender_reference": f"bench-{number}",
    }
    return sent | ({"thread_id": known.thread_id} if known else {})


def all_letters(threads: list[Known], *, first: int) -> Iterator[bytes]:
    """Every second one continues a thread."""
    for number in range(first, first + 10**9):
        known = threads[number // 2 % len(threads)] if number % 2 else None
        yield _written(letter(number, known))


def rows(threads: list[Known], *, first: int, count: int, run: str) -> bytes:
    """Lines of a batch; each has a key of its own."""
    made = islice(all_letters(threads, first=first), count)
    return b"".join(
        line[:-1] + f',"idempotency_key":"{run}-{first + place}"}}\n'.encode()
        for place, line in enumerate(made)
    )


def short_rows(count: int, *, run: str) -> bytes:
    """As many rows as a batch may have, none longer than it must be."""
    return b"".join(
        _written(
            {
                "clinic": hsa_id(number % len(CLINICS)),
                "recipient": personal_number(number % RESIDENTS),
                "type": "information",
                "relation": "screening",
                "subject": "Kom till oss",
                "body": {"format": "plain", "text": f"Ring oss om ärende {number}."},
                "purpose": "Du är kallad.",
                "use_of_answers": "Svara inte.",
                "contact": {"phone": "08-465 004 20"},
                "idempotency_key": f"{run}-{number}",
            }
        )
        + b"\n"
        for number in range(count)
    )


def _written(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read_known(line: str) -> Known:
    """A line of `filling`: thread ID RESIDENT CLINIC."""
    thread_id, resident, clinic = line.split()[1:]
    return Known(str(UUID(thread_id)), int(resident), int(clinic))
