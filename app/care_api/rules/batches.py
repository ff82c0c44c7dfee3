"""How much a batch may be, what stands in a row besides the letter, and every no that is said of one."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from app.care_api.rules.idempotency import MOST
from app.care_api.rules.refusals import KeyInFlight, KeyMalformed, KeyMissing, KeyReused
from app.errors import Refused
from app.language import lazy as _l

ITEMS_MOST = 45_000
BYTES_MOST = 20_000_000
ITEM_BYTES_MOST = 1_000_000
KEPT = timedelta(days=30)
# What has not come in whole by then never will: its process is gone.
ABANDONED = timedelta(hours=1)

MESSAGE, SUMMONS, CANCELLATION, REBOOKING = "message", "summons", "cancellation", "rebooking"
KINDS = (MESSAGE, SUMMONS, CANCELLATION, REBOOKING)
RECEIVED, RUNNING, DONE = "received", "running", "done"
STATES = (RECEIVED, RUNNING, DONE)
State = Literal["received", "running", "done"]

_JSON = re.compile(r'application/json\s*(;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)
_LINES = re.compile(r'application/(?:x-ndjson|ndjson|jsonl)\s*(;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)
_KEY = re.compile(r"[ -~]+")


class BatchQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text: what it must be is said with a code of its own."""

    dry_run: str | None = None


class BatchNotJson(Refused):
    code = "batch.media-type-unknown"
    sentence = _l(
        "Skicka satsen som application/json eller application/x-ndjson, i UTF-8 och utan Content-Encoding."
    )


class BatchTooLarge(Refused):
    code = "batch.too-large"
    sentence = _l("Satsen är större än %(most)s byte. Dela upp den i flera.")


class BatchTooLong(Refused):
    code = "batch.too-many-items"
    sentence = _l("Satsen har fler än %(most)s rader. Dela upp den i flera.")


class BatchEmpty(Refused):
    code = "batch.empty"
    sentence = _l("Satsen har inga rader. Skicka minst en.")


class BatchMalformed(Refused):
    code = "batch.malformed"
    sentence = _l("Satsen är ingen JSON-lista: byte %(byte)s går inte att läsa. Rätta den där.")


class BatchCutOff(Refused):
    code = "batch.cut-off"
    sentence = _l("Satsen kom inte fram hel. Ingenting är mottaget; skicka den igen med samma nyckel.")


class BatchTooSlow(Refused):
    code = "batch.too-slow"
    sentence = _l("Satsen kom inte fram i tid. Skicka den igen, inom %(seconds)s sekunder.")


class BatchUnknown(Refused):
    code = "batch.unknown"
    sentence = _l("Satsen finns inte. Vi sparar satser i 30 dagar; kontrollera id:t.")


class BatchNotDone(Refused):
    code = "batch.not-done"
    sentence = _l("Satsen är inte klar än. Hämta resultatet när dess state är done.")


class DryRunUnknown(Refused):
    code = "batch.dry-run-unknown"
    sentence = _l("dry_run är varken true eller false. Ange en av dem, eller ingen.")


class ItemTooLarge(Refused):
    code = "batch.item-too-large"
    sentence = _l("Raden är större än %(most)s byte. Gör brevet kortare.")


class KindUnknown(Refused):
    code = "batch.kind-unknown"
    sentence = _l("Raden är av en sort som inte finns. Välj en av: %(known)s.")


class RowKeyMissing(KeyMissing):
    sentence = _l("Raden saknar fältet idempotency_key. Ge varje nytt ärende ett nytt UUID.")


class RowKeyMalformed(KeyMalformed):
    sentence = _l("Radens idempotency_key ska vara 1 till 255 tecken ASCII. Använd ett UUID.")


class RowKeyReused(KeyReused):
    sentence = _l("Radens idempotency_key hör till något annat som har skickats. Ge raden en ny.")


class RowKeyInFlight(KeyInFlight):
    sentence = _l("Samma ärende, med samma idempotency_key, tas emot just nu. Skicka raden igen.")


# What is said of the header when a letter is sent alone.
OF_ROWS: dict[type[Refused], type[Refused]] = {KeyReused: RowKeyReused, KeyInFlight: RowKeyInFlight}


def ensure_size_announced(headers: Mapping[str, str]) -> None:
    """Raises `BatchTooLarge` before anything is read."""
    length = headers.get("content-length", "")
    if length.isdigit() and int(length[:20]) > BYTES_MOST:
        raise BatchTooLarge(most=str(BYTES_MOST))


def is_lines(headers: Mapping[str, str]) -> bool:
    """Whether the rows come as lines, and not as one JSON array. Raises `BatchNotJson`."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    declared = headers.get("content-type", "").strip()
    lines = bool(_LINES.fullmatch(declared))
    if coding != "identity" or not (lines or _JSON.fullmatch(declared)):
        raise BatchNotJson
    return lines


def read_dry_run(said: str | None) -> bool:
    if said not in (None, "true", "false"):
        raise DryRunUnknown
    return said == "true"


def ensure_key(said: str | None) -> str:
    """A row's own key: the same, without quotes, as in the header of a letter that is sent alone."""
    if not said:
        raise RowKeyMissing(pointer="/idempotency_key")
    if len(said) > MOST or not _KEY.fullmatch(said):
        raise RowKeyMalformed(pointer="/idempotency_key")
    return said


def of_row(refusal: Refused) -> Refused:
    """What is said of a key, as it is said of a row's."""
    known = OF_ROWS.get(type(refusal))
    return known(pointer="/idempotency_key") if known else refusal


def ensure_kind(said: str | None) -> str:
    kind = MESSAGE if said is None else said
    if kind not in KINDS:
        raise KindUnknown(known=", ".join(KINDS), pointer="/kind")
    return kind


def state_of(*, started_at: datetime | None, finished_at: datetime | None) -> State:
    return "done" if finished_at else "running" if started_at else "received"
