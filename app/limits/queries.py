"""Whose limits are their own."""

from collections.abc import Mapping
from typing import NamedTuple

from app.database import places, rows
from app.limits.rules import OF_CARE_SYSTEMS


class _Own(NamedTuple):
    key: str
    quota: int


async def own_limits(subject: str) -> Mapping[str, int]:
    """By the policy's name; those that are the usual ones are not there."""
    keys = [f"{policy.name}:{subject}" for policy in OF_CARE_SYSTEMS]
    found = await rows(
        _Own,
        f"SELECT key, quota FROM rate_limits WHERE key IN ({places(keys)})",  # noqa: S608
        *keys,
    )
    return {own.key.partition(":")[0]: own.quota for own in found}
