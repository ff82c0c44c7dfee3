"""When a letter is delivered, until when it is answered, and when there is nothing more to do with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.booking.rules import FURTHEST
from app.care_api.rules import payload as wire
from app.care_api.rules.summons_payload import SummonsPayload
from app.care_api.rules.times import CLOCKS_DIFFER, maybe_instant
from app.errors import Refused
from app.language import lazy as _l

# A letter that waits longer is better written when its time has come.
PUBLISHED_WITHIN = timedelta(days=366)
TEST_RESULT = "test-result"


class PublishPassed(Refused):
    code = "message.publish-passed"
    sentence = _l("Tiden i publish_at har redan varit. Utelämna fältet, så levereras brevet nu.")


class PublishTooFarAhead(Refused):
    code = "message.publish-too-far-ahead"
    sentence = _l("Tiden i publish_at ligger mer än ett år framåt. Skicka brevet senare.")


class DueBeforeDelivery(Refused):
    code = "message.due-before-delivery"
    sentence = _l("Sista dag i due_at ligger innan brevet levereras. Rätta tiden eller utelämna fältet.")


class ExpiresBeforeDelivery(Refused):
    code = "message.expires-before-delivery"
    sentence = _l("Tiden i expires_at ligger innan brevet levereras. Rätta tiden eller utelämna fältet.")


class ExpiresBeforeDue(Refused):
    code = "message.expires-before-due"
    sentence = _l("Tiden i expires_at ligger före %(last)s. Ingen kan svara så sent: rätta det ena.")


class DeadlineTooFarAhead(Refused):
    code = "message.deadline-too-far-ahead"
    sentence = _l("Tiden i %(pointer)s ligger mer än tre år framåt. Rätta den.")


class ReleaseUnknown(Refused):
    code = "message.release-unknown"
    sentence = _l("Värdet i release finns inte. Välj ett av: %(known)s.")


class ReleaseOfAnotherType(Refused):
    code = "message.release-of-another-type"
    sentence = _l("Bara provsvar kan vänta på telefontiden. Utelämna release eller skriv at-once.")


class AnsweredLater(Refused):
    code = "message.answered-in-the-future"
    sentence = _l("Tiden i answered_at har inte varit än. Rätta den eller utelämna fältet.")


@dataclass(frozen=True, kw_only=True)
class Life:
    """`publish_at` None is at once, or as soon as the phone is answered where it must be."""

    publish_at: datetime | None = None
    while_phone_open: bool = False
    due_at: datetime | None = None
    expires_at: datetime | None = None
    confirm_receipt: bool = False


PLAIN = Life()


def check_life(letter: wire.Written, *, now: datetime) -> Life:
    """Raises the first refusal, in the order of the fields in the contract."""
    waits, release = _waiting(letter)
    asked = (waits, release, letter.due_at, letter.expires_at)
    if asked == (None, None, None, None) and not letter.confirm_receipt:
        return PLAIN
    life = Life(
        publish_at=_publish(waits, now=now),
        while_phone_open=isinstance(letter, wire.Payload) and _release(release, kind=letter.type),
        due_at=_deadline(letter.due_at, "/due_at", now=now),
        expires_at=_deadline(letter.expires_at, "/expires_at", now=now),
        confirm_receipt=letter.confirm_receipt,
    )
    ensure_in_order(life, delivered_at=life.publish_at or now)
    return life


def check_answer(asked: wire.AnswerPayload, *, now: datetime) -> datetime:
    """When the resident answered. Raises `AnsweredLater`."""
    answered_at = maybe_instant(asked.answered_at, "/answered_at") or now
    if answered_at > now + CLOCKS_DIFFER:
        raise AnsweredLater
    return min(answered_at, now)


def ensure_in_order(life: Life, *, delivered_at: datetime) -> None:
    """Nothing is due, and nothing is over, before the resident has it."""
    if life.due_at is not None and life.due_at <= delivered_at:
        raise DueBeforeDelivery
    if life.expires_at is not None and life.expires_at <= delivered_at:
        raise ExpiresBeforeDelivery
    ensure_answered_first(life.due_at, life.expires_at, "due_at")


def ensure_answered_first(last: datetime | None, expires_at: datetime | None, name: str) -> None:
    """What can be done ends with the last instant to do it, or later. `name` is the field of that."""
    if last is not None and expires_at is not None and expires_at < last:
        raise ExpiresBeforeDue(last=name)


def _waiting(letter: wire.Written) -> tuple[datetime | None, str | None]:
    """Until when, and what it is released by, of those that can wait."""
    if isinstance(letter, wire.Payload):
        return letter.publish_at, letter.release
    return (letter.publish_at if isinstance(letter, SummonsPayload) else None), None


def _publish(when: datetime | None, *, now: datetime) -> datetime | None:
    """A time that has just been is at once: clocks differ, and queues take a moment."""
    publish_at = maybe_instant(when, "/publish_at")
    if publish_at is None:
        return None
    if publish_at < now - CLOCKS_DIFFER:
        raise PublishPassed
    if publish_at > now + PUBLISHED_WITHIN:
        raise PublishTooFarAhead
    return publish_at if publish_at > now else None


def _release(text: str | None, *, kind: str | None) -> bool:
    if text is None or text == wire.AT_ONCE:
        return False
    if text not in wire.RELEASES:
        raise ReleaseUnknown(known=", ".join(wire.RELEASES))
    if kind != TEST_RESULT:
        raise ReleaseOfAnotherType
    return True


def _deadline(when: datetime | None, pointer: str, *, now: datetime) -> datetime | None:
    deadline = maybe_instant(when, pointer)
    if deadline is not None and deadline > now + FURTHEST:
        raise DeadlineTooFarAhead(pointer=pointer)
    return deadline
