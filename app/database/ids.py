"""Ids, made here so that they exist before what they name is sealed."""

import os
import time
from uuid import UUID

_last = 0


def uuid7() -> UUID:
    """RFC 9562 version 7: sorts by time of making, and strictly upwards within this process."""
    global _last
    _last = max((time.time_ns() // 1_000_000) << 12, _last + 1)
    milliseconds, counter = divmod(_last, 1 << 12)
    random = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(milliseconds << 80) | (7 << 76) | (counter << 64) | (2 << 62) | random)


def id_like(id: str) -> str:
    """SQL of PostgreSQL, which makes no such ids before version 18: another of the same time as `id`."""
    return f"CAST(left(CAST({id} AS text), 18) || right(CAST(gen_random_uuid() AS text), 18) AS uuid)"
