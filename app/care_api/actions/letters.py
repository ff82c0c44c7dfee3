"""From what a letter says to a letter that can be delivered: its reader, its sender, its text."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app.body import docbook, markdown, plain
from app.care_api.queries import sending_clinic
from app.care_api.rules.letter import Checked
from app.errors import Missing
from app.inbox.actions import Letter
from app.inbox.rules import UnknownThread
from app.residents.queries import reachable
from app.residents.rules import read_number
from app.sessions.principals import CareSystem

READERS = {"docbook": docbook.read, "markdown": markdown.read, "plain": plain.read}


async def letter_of(checked: Checked, care_system: CareSystem, *, now: datetime) -> Letter:
    """Raises what the body's readers, `read_number`, `sending_clinic` and `reachable` raise."""
    number = read_number(checked.recipient, today=now.date())
    clinic = await sending_clinic(care_system, checked.hsa_id, now=now)
    body = READERS[checked.format](checked.text)
    return Letter(
        resident_id=await reachable(number, test=care_system.test),
        clinic=clinic,
        kind=checked.kind,
        relation=checked.relation,
        subject=checked.subject,
        body=body,
        language=checked.language,
        purpose=checked.purpose,
        use_of_answers=checked.use_of_answers,
        contact_name=checked.contact_name,
        contact_phone=checked.contact_phone,
        contact_hours=checked.contact_hours,
        thread_id=checked.thread_id,
        written_at=checked.written_at,
        sender_reference=checked.sender_reference,
    )


@contextmanager
def in_its_thread(letter: Letter) -> Iterator[None]:
    """A thread that is not there or not theirs: the same 404, and a row in the audit."""
    try:
        yield
    except UnknownThread:
        raise Missing("thread", letter.thread_id) from None
