"""A file that a letter encloses. The way to it is in the letter's own content, and nowhere else."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.attachments.sealed import Enclosure, Lock
from app.audit.actions import record
from app.database import in_transaction
from app.errors import Missing
from app.inbox.queries.letters import one_opened
from app.inbox.queries.traces import by
from app.sessions.principals import Resident


class Enclosed(NamedTuple):
    """`lock` opens what lies in the store."""

    name: str
    kind: str
    size: int
    lock: Lock


@in_transaction
async def enclosed_for(
    resident: Resident, message_id: UUID, *, attachment_id: UUID, now: datetime
) -> Enclosed:
    """Of a message that its resident has opened; each time is in the audit. Raises `Missing`."""
    letter, provider_id = await one_opened(resident, message_id)
    content = letter.content
    files = {file.id: file for file in content.attachments} if content.withdrawn is None else {}
    if attachment_id not in files:
        raise Missing("attachment", attachment_id)
    await record(by(resident, "attachment.read", now, kind="attachment", id=attachment_id))
    return _enclosed(files[attachment_id], provider_id)


def _enclosed(file: Enclosure, provider_id: UUID) -> Enclosed:
    return Enclosed(file.name, file.kind, file.size, file.lock(provider_id))
