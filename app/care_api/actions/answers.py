"""A letter is answered where its care system knows of it: in a survey, by phone, on paper."""

from datetime import UTC, datetime
from uuid import UUID

from app.care_api.actions import keys
from app.care_api.actions.keys import Reply
from app.care_api.rules.life import check_answer
from app.care_api.rules.payload import AnswerPayload
from app.care_api.rules.replies import LetterAnswered, encode
from app.inbox import actions as inbox
from app.inbox.rules import ANSWERED
from app.sessions.principals import CareSystem

OPERATION = "messages.answer"
DONE = 200


async def report_answer(
    message_id: UUID, payload: AnswerPayload, *, key: str, care_system: CareSystem, now: datetime
) -> Reply:
    """Raises what `once`, `check_answer` and `answer` raise."""

    async def prepare() -> datetime:
        return check_answer(payload, now=now)

    async def report(answered_at: datetime) -> Reply:
        first = await inbox.answer(message_id, answered_at=answered_at, care_system=care_system, now=now)
        return Reply(DONE, encode(LetterAnswered(message_id, ANSWERED, first.astimezone(UTC))))

    asked = keys.asked(OPERATION, (message_id, payload), key=key, care_system=care_system)
    return await keys.once(asked, prepare, report, now=now)
