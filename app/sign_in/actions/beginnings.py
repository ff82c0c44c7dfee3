"""What a session begins with, whoever it is for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app import sessions
from app.sign_in.rules.people import Person
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.staff import Employee


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """`replaces` is the session the browser had."""

    provider: Provider
    replaces: UUID | None
    absolute: timedelta
    now: datetime

    async def start(self, who: Person | Employee, subject_id: UUID, *, id: UUID | None = None) -> str:
        """Returns the cookie's value."""
        return await sessions.start(
            kind=self.provider.audience.kind,
            subject_id=subject_id,
            level=who.level,
            name=who.name,
            now=self.now,
            absolute=self.absolute,
            provider=self.provider.key,
            replaces=self.replaces,
            id=id,
        )
