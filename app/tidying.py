"""Forgetting what has ended: sessions, drafts, sign-ins, replies, counts, unused files, done jobs."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from app import sessions
from app.attachments.actions import sweep as sweep_attachments
from app.callbacks.actions import forget_tests
from app.care_api.actions import forget_old_assertions, forget_old_keys, forget_old_texts
from app.care_api.actions.batches import forget_old_batches
from app.limits.actions import sweep as forget_windows
from app.outbox.actions import sweep as sweep_jobs
from app.sessions import Idle, drafts
from app.sign_in.actions import forget_logout_tokens, forget_unfinished
from app.web import log

HOUR = 60 * 60
# What a care system may ask for again, as long as the reply to it.
KEPT = timedelta(days=30)


async def tidy_every_hour(clock: Callable[[], datetime], *, idle: Idle) -> None:
    """Runs until it is cancelled. A database that is away is logged, and tried again the next hour."""
    while True:
        try:
            await tidy(clock(), idle=idle)
        except Exception as fault:  # noqa: BLE001 - a background task that dies would die unseen
            log.write(log.fault_line("tidying", fault))
        await asyncio.sleep(HOUR)


async def tidy(now: datetime, *, idle: Idle) -> None:
    await sessions.sweep(now, idle)
    await sessions.forget_old_sign_ins(now)
    await drafts.forget_old(now)
    await forget_unfinished(now=now)
    await forget_logout_tokens(now=now)
    await forget_old_keys(now)
    await forget_old_assertions(now)
    await forget_old_texts(now)
    await forget_old_batches(now)
    await sweep_attachments(now)
    await sweep_jobs(now)
    await forget_windows(now)
    await forget_tests(now - KEPT)
