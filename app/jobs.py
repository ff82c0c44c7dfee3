"""Every kind of job, and who does it. What the worker knows."""

from app.callbacks import worker as callbacks
from app.outbox.worker import Work
from app.settings import Settings


def works(settings: Settings) -> dict[str, Work]:
    return {**callbacks.works(loopback=settings.calls_loopback)}
