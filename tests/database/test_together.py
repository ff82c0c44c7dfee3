"""Many who ask the same at once are one question, and nobody is given an answer older than their question."""

import asyncio

import pytest

from app.database.together import Together


class Asked:
    def __init__(self) -> None:
        self.times = 0
        self.now = "first"

    async def __call__(self, key: str) -> str:
        self.times += 1
        read = f"{key} {self.now}"
        await asyncio.sleep(0.001)
        if key == "nobody":
            raise LookupError
        return read


async def test_who_asks_while_one_is_answered_shares_the_next() -> None:
    asked = Asked()
    together = Together(asked)

    answers = await asyncio.gather(*(together("a") for _ in range(10)))
    assert (asked.times, answers) == (1, ["a first"] * 10)

    first = asyncio.create_task(together("a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asked.now = "second"
    later = [asyncio.create_task(together("a")) for _ in range(10)]

    assert await first == "a first"
    assert await asyncio.gather(*later) == ["a second"] * 10, "what was read before they asked is too old"
    assert asked.times == 3


async def test_each_question_has_its_own_answer() -> None:
    asked = Asked()
    together = Together(asked)

    assert list(await asyncio.gather(together("a"), together("b"))) == ["a first", "b first"]


async def test_what_fails_fails_for_all_who_asked_and_for_nobody_later() -> None:
    asked = Asked()
    together = Together(asked)

    faults = await asyncio.gather(*(together("nobody") for _ in range(3)), return_exceptions=True)
    assert [type(fault) for fault in faults] == [LookupError] * 3
    with pytest.raises(LookupError):
        await together("nobody")
    assert asked.times == 2
    assert await together("a") == "a first"


async def test_who_gives_up_takes_nothing_from_the_others() -> None:
    together = Together(Asked())
    first = asyncio.create_task(together("a"))
    second = asyncio.create_task(together("a"))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == "a first"
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await together("a") == "a first"
