"""How a file stands."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.attachments.rules.kinds import KEPT_UNUSED


class Standing(NamedTuple):
    """As its provider's care systems may know it. `code` says why it was refused."""

    id: UUID
    state: str
    kind: str
    size: int
    scan: str
    code: str | None
    warnings: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None

    @property
    def goes_at(self) -> datetime | None:
        """When it is removed, unless a letter has enclosed it by then."""
        return None if self.used_at else self.created_at + KEPT_UNUSED
