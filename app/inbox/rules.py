"""What a message may be and do. No clock, no database, no web."""

from datetime import datetime

from app.errors import Refused
from app.language import Lazy
from app.language import lazy as _l

KINDS: dict[str, Lazy] = {
    "information": _l("Information"),
    "summons": _l("Kallelse"),
    "booking-confirmation": _l("Bokningsbekräftelse"),
    "test-result": _l("Provsvar"),
    "ordination": _l("Läkarordination"),
    "health-survey": _l("Hälsoenkät"),
    "follow-up": _l("Uppföljning"),
    "region-wide-notice": _l("Information från regionen"),
}
# Each keeps the text before it, which is opened with the letter.
CORRECTIONS_MOST = 10
# To one message. Its text is in characters.
REPLIES_MOST, LONGEST_REPLY = 10, 2000
TEST_RESULT, ORDINATION, REGION_WIDE = "test-result", "ordination", "region-wide-notice"
# How a letter stands, as its sender is told.
SCHEDULED, NOT_DELIVERED, WITHDRAWN = "scheduled", "not-delivered", "withdrawn"
DELIVERED, READ, CONFIRMED, ANSWERED, EXPIRED = "delivered", "read", "confirmed", "answered", "expired"
SURVEY = "health-survey"


# By the kinds of attachments.rules.kinds.
FILE_WORDS: dict[str, Lazy] = {
    "pdf": _l("PDF"),
    "png": _l("bild, PNG"),
    "jpeg": _l("bild, JPEG"),
    "gif": _l("bild, GIF"),
}


def opens_here(kind: str) -> bool:
    """An image opens in the browser. A PDF is saved first: browsers show none in a sandbox."""
    return kind != "pdf"


class UnknownThread(Refused):
    code = "thread.unknown"
    sentence = _l(
        "Mottagningen har ingen sådan tråd med den här personen. Utelämna thread_id för en ny tråd."
    )


class UnknownOrdination(Refused):
    code = "message.ordination-unknown"
    sentence = _l(
        "Mottagningen har ingen sådan läkarordination till den här personen. Använd id från svaret på den."
    )


class AlreadyReplaced(Refused):
    code = "message.already-replaced"
    sentence = _l("Läkarordinationen i replaces är redan ersatt. Ange den som ersatte den.")


class AlreadyWithdrawn(Refused):
    code = "message.withdrawn"
    sentence = _l("Meddelandet är tillbakadraget. Skicka ett nytt.")


class NotDelivered(Refused):
    code = "message.not-delivered"
    sentence = _l("Meddelandet är inte levererat. Dra tillbaka det, om det väntar, och skicka ett nytt.")


class TooManyCorrections(Refused):
    code = "message.too-many-corrections"
    sentence = _l("Meddelandet är rättat %(most)s gånger. Dra tillbaka det och skicka ett nytt.")


def ensure_correctable(*, corrections: int) -> None:
    if corrections >= CORRECTIONS_MOST:
        raise TooManyCorrections(most=str(CORRECTIONS_MOST))


def shows_subject(kind: str, *, sensitive: bool) -> bool:
    """Whether the letter's subject may stand in lists and notices, where others may see it."""
    return kind != TEST_RESULT and not sensitive


class AlreadyExpired(Refused):
    code = "message.expired"
    sentence = _l("Tiden för att svara eller bekräfta har gått ut.")


class NotYetDelivered(Refused):
    code = "message.not-yet-delivered"
    sentence = _l("Brevet är inte levererat än. Vänta till publish_at.")


class AnsweredBeforeDelivery(Refused):
    code = "message.answered-before-delivery"
    sentence = _l("Tiden i answered_at ligger innan brevet levererades. Rätta den eller utelämna fältet.")


class NothingToConfirm(Refused):
    code = "message.nothing-to-confirm"
    sentence = _l("Det här meddelandet behöver du inte bekräfta.")


class RepliesClosed(Refused):
    code = "reply.closed"
    sentence = _l("Det går inte att svara på meddelandet här. Ring mottagningen.")


class TooManyReplies(Refused):
    code = "reply.too-many"
    sentence = _l("Du har svarat %(most)s gånger på meddelandet. Ring mottagningen om du har mer att säga.")


def ensure_replyable(
    *,
    allowed: bool,
    withdrawn_at: datetime | None,
    expires_at: datetime | None,
    replies: int,
    now: datetime,
) -> None:
    """Raises `RepliesClosed`, `AlreadyExpired` or `TooManyReplies`."""
    if not allowed or withdrawn_at is not None:
        raise RepliesClosed
    if is_over(expires_at=expires_at, now=now):
        raise AlreadyExpired
    if replies >= REPLIES_MOST:
        raise TooManyReplies(most=str(REPLIES_MOST))


def is_settled(*, kind: str, confirmed_at: datetime | None, answered_at: datetime | None) -> bool:
    """Whether what a letter asked for has been done: a survey is done when it is answered."""
    return answered_at is not None or (confirmed_at is not None and kind != SURVEY)


def is_over(*, expires_at: datetime | None, now: datetime) -> bool:
    """From that instant on it can be read, and nothing more."""
    return expires_at is not None and expires_at <= now


def state_of(
    *,
    kind: str,
    read_at: datetime | None,
    confirmed_at: datetime | None,
    answered_at: datetime | None,
    expires_at: datetime | None,
    withdrawn_at: datetime | None,
    now: datetime,
) -> str:
    """One word for how far a delivered letter has come: what its reader did last, or that it is too late.

    Whatever had been done, a letter that is withdrawn is that.
    """
    if withdrawn_at is not None:
        return WITHDRAWN
    if answered_at is not None:
        return ANSWERED
    if not is_settled(kind=kind, confirmed_at=confirmed_at, answered_at=None) and is_over(
        expires_at=expires_at, now=now
    ):
        return EXPIRED
    if confirmed_at is not None:
        return CONFIRMED
    return READ if read_at is not None else DELIVERED
