"""Instants as they come over the wire: never without an offset, always one that every calendar can show."""

from datetime import UTC, datetime, timedelta

from app.care_api.rules.refusals import FieldMissing, TimeInvalid, TimeWithoutOffset

FIRST_YEAR, LAST_YEAR = 1900, 9000
CLOCKS_DIFFER = timedelta(minutes=5)


def instant(when: datetime, pointer: str) -> datetime:
    """In UTC. Raises `TimeWithoutOffset`, or `TimeInvalid` at the two ends of the calendar."""
    if when.tzinfo is None:
        raise TimeWithoutOffset(pointer=pointer)
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise TimeInvalid(pointer=pointer)
    return when.astimezone(UTC)


def needed_instant(when: datetime | None, pointer: str) -> datetime:
    """Raises `FieldMissing` too."""
    if when is None:
        raise FieldMissing(pointer=pointer)
    return instant(when, pointer)


def maybe_instant(when: datetime | None, pointer: str) -> datetime | None:
    return None if when is None else instant(when, pointer)
