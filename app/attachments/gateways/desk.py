"""Where files are taken in: looked into, scanned, and put in the store. `main` and the worker have one."""

import asyncio
from dataclasses import dataclass, field
from typing import NamedTuple

from app.attachments.gateways import clamd, inspecting, storing
from app.attachments.gateways.inspecting import Seen
from app.attachments.gateways.storing import Store
from app.attachments.rules.kinds import CLEAN, INSPECTING, NOT_CONFIGURED, NOT_SCANNED, REFUSED, SCANNED
from app.attachments.sealed import Source
from app.settings import Settings

# Each inspection is a process of its own: a few at once, and a short wait for a turn.
AT_ONCE = 2
TURNS = 100
TURN_SECONDS = 0.05
MALWARE = "malware"


class Looked(NamedTuple):
    """How it went. `code` is a refusal's whole code."""

    state: str
    scan: str
    code: str | None = None
    warnings: tuple[str, ...] = ()


STILL_INSPECTING = Looked(INSPECTING, NOT_SCANNED)


@dataclass
class Desk:
    """`clamd` is the scanner's address; without one nothing is scanned, and it is said so."""

    store: Store
    clamd: str = ""
    _looking: int = field(default=0, repr=False)

    async def look(self, source: Source) -> Looked:
        """What does not answer now leaves the file as it is: nobody gets it before somebody has looked."""
        try:
            seen = await self._inspected(source)
            is_clean = seen.code is None and await self._scanned(source)
        except (inspecting.Busy, clamd.Away, storing.Away):
            return STILL_INSPECTING
        if seen.code is None and is_clean:
            return Looked(CLEAN, SCANNED if self.clamd else NOT_CONFIGURED, warnings=seen.warnings)
        return Looked(REFUSED, NOT_SCANNED if seen.code else SCANNED, f"attachment.{seen.code or MALWARE}")

    async def _inspected(self, source: Source) -> Seen:
        for _ in range(TURNS):
            if self._looking < AT_ONCE:
                return await self._inspect(source)
            await asyncio.sleep(TURN_SECONDS)
        raise inspecting.Busy

    async def _inspect(self, source: Source) -> Seen:
        self._looking += 1
        try:
            return await inspecting.inspect(source())
        finally:
            self._looking -= 1

    async def _scanned(self, source: Source) -> bool:
        return not self.clamd or await clamd.is_clean(source(), address=self.clamd)


def open_desk(settings: Settings) -> Desk:
    """Raises `Unconfigured`."""
    storing.ensure_usable(settings.attachments)
    if settings.clamd:
        clamd.ensure_address(settings.clamd)
    return Desk(Store(settings.attachments), settings.clamd)
