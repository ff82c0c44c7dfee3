"""Taking back and correcting a letter, once."""

from datetime import UTC, datetime
from uuid import UUID

from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.actions.letters import wording_of
from app.care_api.rules.payload import CorrectionPayload, WithdrawalPayload
from app.care_api.rules.replies import MessageCorrected, MessageWithdrawn, encode
from app.care_api.rules.wording import check_reason, check_wording
from app.inbox.actions import Wording
from app.sessions.principals import CareSystem
from app.summons import actions as summons

WITHDRAW, CORRECT = "messages.withdraw", "messages.correct"
DONE = 200


async def withdraw(
    message_id: UUID, payload: WithdrawalPayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """Raises what `once`, the check and `withdraw` raise."""

    async def prepare() -> str:
        return check_reason(payload)

    async def take_back(reason: str) -> Reply:
        done = await summons.withdraw(message_id, reason=reason, care_system=care_system, now=now)
        return Reply(DONE, encode(MessageWithdrawn(done.id, done.withdrawn_at.astimezone(UTC))))

    asked = keys.asked(WITHDRAW, (message_id, payload), key=key, care_system=care_system)
    return await keys.once(asked, prepare, take_back, now=now)


async def correct(
    message_id: UUID, payload: CorrectionPayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """Raises what `once`, the check, the body's readers and `correct` raise."""

    async def prepare() -> Wording:
        return wording_of(check_wording(payload))

    async def say(wording: Wording) -> Reply:
        done = await summons.correct(message_id, wording=wording, care_system=care_system, now=now)
        at = done.corrected_at.astimezone(UTC)
        return Reply(DONE, encode(MessageCorrected(done.id, at, done.deleted)))

    asked = keys.asked(CORRECT, (message_id, payload), key=key, care_system=care_system)
    return await keys.once(asked, prepare, say, now=now)
