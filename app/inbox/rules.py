"""What a message may be and do. No clock, no database, no web."""

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
TEST_RESULT, ORDINATION, REGION_WIDE = "test-result", "ordination", "region-wide-notice"


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


def shows_subject(kind: str, *, sensitive: bool) -> bool:
    """Whether the letter's subject may stand in lists and notices, where others may see it."""
    return kind != TEST_RESULT and not sensitive
