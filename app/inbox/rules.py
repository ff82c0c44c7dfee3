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
}


class UnknownThread(Refused):
    code = "thread.unknown"
    sentence = _l(
        "Mottagningen har ingen sådan tråd med den här personen. Utelämna thread_id för en ny tråd."
    )
