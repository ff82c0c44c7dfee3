"""Taking in one file, once."""

from datetime import datetime

from app.attachments import actions as attachments
from app.attachments.actions import Received
from app.attachments.gateways.desk import Desk
from app.attachments.gateways.staging import Staged
from app.attachments.rules.kinds import INSPECTING
from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.rules.replies import attachment_status, encode
from app.care_api.rules.upload import Upload, ensure_whole
from app.sessions.principals import CareSystem

OPERATION = "attachments.send"
CREATED, ACCEPTED = 201, 202


async def receive(
    staged: Staged, upload: Upload, *, key: str, care_system: CareSystem, desk: Desk, now: datetime
) -> Reply:
    """Raises what `once`, `ensure_whole` and `attachments.receive` raise."""
    ensure_whole(upload, staged.digest)

    async def prepare() -> Received:
        return await attachments.receive(
            staged, name=upload.name, declared=upload.declared, care_system=care_system, desk=desk, now=now
        )

    async def add(received: Received) -> Reply:
        standing = await attachments.add(received, care_system=care_system, now=now)
        return Reply(
            ACCEPTED if standing.state == INSPECTING else CREATED, encode(attachment_status(standing))
        )

    sent = (upload.name, upload.declared, staged.digest.hex())
    asked = keys.asked(OPERATION, sent, key=key, care_system=care_system)
    return await keys.once(asked, prepare, add, now=now)
