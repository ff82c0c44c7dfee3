"""Where one page of a list ends and the next begins, opaque to its reader: a time and an id."""

import base64
from datetime import UTC, datetime
from uuid import UUID

from app.errors import Missing


def cursor_text(at: datetime, id: UUID) -> str:
    micros = int(at.timestamp()) * 1_000_000 + at.microsecond
    return base64.urlsafe_b64encode(micros.to_bytes(8, "big") + id.bytes).decode()


def cursor_from(text: str, *, of: str) -> tuple[datetime, UUID]:
    """Raises `Missing`: a page that never was. `of` names the list."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii"))
        seconds, micros = divmod(int.from_bytes(raw[:8], "big"), 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros), UUID(bytes=raw[8:])
    except (ValueError, OverflowError, OSError):
        raise Missing(f"page of {of}") from None
