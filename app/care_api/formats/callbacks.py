"""Where a care system is told, and what has happened."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

from app.callbacks.formats import ListedChange


class Callback(Struct, frozen=True, kw_only=True):
    """`secret` is in the answer to PUT only. `disabled_at`: the address answered 410, and is told nothing."""

    url: str
    changed_at: datetime
    disabled_at: datetime | None
    secret: str | UnsetType = UNSET


class Changes(Struct, frozen=True):
    """Ask again with `since` = `next`; at once if there is `more`."""

    changes: list[ListedChange]
    next: int
    more: bool
