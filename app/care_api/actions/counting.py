"""How many letters with one text a care system has sent lately, however they came."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from app.care_api.rules.broadcast import LONGEST, Alike
from app.database import POSTGRES, places, rows, run

# In the order of the keys, so that two who count the same texts wait for each other and never in a ring.
NEW = (
    "INSERT INTO same_texts (key, since, letters) SELECT key, CAST({} AS timestamptz), letters"
    " FROM unnest(CAST({} AS bigint[]), CAST({} AS integer[])) AS t (key, letters)"
    if POSTGRES
    else "INSERT INTO same_texts (key, since, letters) VALUES "
)
AGAIN = (
    " ON CONFLICT (key) DO UPDATE SET"
    " letters = CASE WHEN same_texts.since > {} THEN same_texts.letters ELSE 0 END + excluded.letters,"
    " since = CASE WHEN same_texts.since > {} THEN same_texts.since ELSE excluded.since END"
    " RETURNING key, letters"
)
MOST_AT_ONCE = 1000


class _Counted(NamedTuple):
    key: int
    letters: int


async def count(texts: Sequence[int], *, alike: Alike, now: datetime) -> list[int]:
    """For each text its number among its like, as counted in the caller's transaction.

    One statement for all of them, and none when there are none.
    """
    fresh = Counter(texts)
    total = {row.key: row.letters for row in await _count(sorted(fresh.items()), alike=alike, now=now)}
    seen = Counter[int]()
    numbers = []
    for text in texts:
        seen[text] += 1
        numbers.append(total[text] - fresh[text] + seen[text])
    return numbers


async def forget_old_texts(now: datetime) -> int:
    """What no window can reach any more; returns how many texts went."""
    return await run("DELETE FROM same_texts WHERE since <= {} RETURNING 1 AS gone", now - LONGEST)


async def _count(fresh: Sequence[tuple[int, int]], *, alike: Alike, now: datetime) -> list[_Counted]:
    ended = now - alike.window
    if POSTGRES and fresh:
        keys, letters = zip(*fresh, strict=True)
        return await rows(_Counted, NEW + AGAIN, now, list(keys), list(letters), ended, ended)
    counted: list[_Counted] = []
    for start in range(0, len(fresh), MOST_AT_ONCE):
        values = [(key, now, letters) for key, letters in fresh[start : start + MOST_AT_ONCE]]
        each = ", ".join([f"({places(row)})" for row in values])
        counted += await rows(_Counted, NEW + each + AGAIN, *sum(values, ()), ended, ended)
    return counted
