"""What a session begins with, whoever it is for."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app import sessions, vault
from app.database import uuid7
from app.sign_in.queries import hint_place
from app.sign_in.rules.logout import hint_key
from app.sign_in.rules.people import Person
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.staff import Employee
from app.sign_in.tables import ProviderSession


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """`replaces` is the session the browser had; `sid` and `hint` are for signing out with the provider."""

    provider: Provider
    replaces: UUID | None
    absolute: timedelta
    now: datetime
    sid: str = ""
    hint: str = field(default="", repr=False)

    async def start(self, who: Person | Employee, subject_id: UUID, *, id: UUID | None = None) -> str:
        """Returns the cookie's value."""
        session_id = id or uuid7()
        token = await sessions.start(
            kind=self.provider.audience.kind,
            subject_id=subject_id,
            level=who.level,
            name=who.name,
            now=self.now,
            absolute=self.absolute,
            provider=self.provider.key,
            replaces=self.replaces,
            id=session_id,
        )
        await self._remember(who, session_id, token)
        return token

    async def _remember(self, who: Person | Employee, session_id: UUID, token: str) -> None:
        place = hint_place(session_id)
        await ProviderSession.insert(
            ProviderSession(
                id=uuid7(),
                session=session_id,
                provider=self.provider.key,
                issuer=who.issuer,
                subject=who.subject,
                sid=self.sid,
                id_token_sealed=vault.seal(self.hint.encode(), hint_key(token), place) if self.hint else b"",
            )
        )
