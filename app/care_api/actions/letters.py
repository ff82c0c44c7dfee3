"""From what a letter says to a letter that can be delivered: its reader, its sender, its text."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from app.attachments.queries import enclosures
from app.body import docbook, markdown, plain
from app.care_api.queries import sending_clinic
from app.care_api.rules.letter import Checked
from app.care_api.rules.wording import CheckedWording, Text
from app.errors import Missing, Refused
from app.inbox.actions import Letter, Wording
from app.inbox.rules import UnknownThread
from app.inbox.sealed import ActionLink, InformationDocument, Version
from app.residents.queries import reachable
from app.residents.rules import read_number
from app.sessions.principals import CareSystem

READERS = {"docbook": docbook.read, "markdown": markdown.read, "plain": plain.read}


async def letter_of(checked: Checked, care_system: CareSystem, *, now: datetime) -> Letter:
    """Raises what the body's readers, `read_number`, `sending_clinic` and `reachable` raise."""
    number = read_number(checked.recipient, today=now.date())
    clinic = await sending_clinic(care_system, checked.hsa_id, now=now)
    said = wording_of(checked.wording)
    return Letter(
        resident_id=await reachable(number, test=care_system.test),
        clinic=clinic,
        kind=checked.kind,
        relation=checked.relation,
        subject=said.subject,
        body=said.body,
        language=said.language,
        versions=said.versions,
        purpose=said.purpose,
        use_of_answers=said.use_of_answers,
        contact_name=said.contact_name,
        contact_phone=said.contact_phone,
        contact_hours=said.contact_hours,
        links=said.links,
        documents=said.documents,
        thread_id=checked.thread_id,
        thread_reference=checked.thread_reference,
        written_at=checked.written_at,
        sender_reference=checked.sender_reference,
        reply_allowed=checked.reply_allowed,
        sensitive=checked.sensitive,
        hidden_from_guardians=checked.hidden_from_guardians,
        notify=checked.notify,
        replaces=checked.replaces,
        attachments=await enclosures(checked.attachments, provider_id=care_system.provider_id),
    )


def wording_of(checked: CheckedWording) -> Wording:
    """With every body read. Raises what the readers raise."""
    return Wording(
        subject=checked.text.subject,
        body=READERS[checked.text.format](checked.text.body),
        language=checked.text.language,
        versions=tuple(_version(text, place) for place, text in enumerate(checked.others)),
        purpose=checked.purpose,
        use_of_answers=checked.use_of_answers,
        contact_name=checked.contact_name,
        contact_phone=checked.contact_phone,
        contact_hours=checked.contact_hours,
        links=tuple(ActionLink(to.label, to.url, to.host, to.primary) for to in checked.links),
        documents=tuple(InformationDocument(to.label, to.url, to.host) for to in checked.documents),
    )


def _version(text: Text, place: int) -> Version:
    """The readers know of one body only, so the place of this one is told here."""
    try:
        return Version(text.language, text.subject, READERS[text.format](text.body))
    except Refused as refusal:
        raise type(refusal)(**refusal.values | {"pointer": f"/versions/{place}/body/text"}) from None


@contextmanager
def in_its_thread(letter: Letter) -> Iterator[None]:
    """A thread that is not there or not theirs: the same 404, and a row in the audit."""
    try:
        yield
    except UnknownThread:
        raise Missing("thread", letter.thread_id) from None
