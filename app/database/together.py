"""A question that many ask at once is asked once for all of them."""

import asyncio
from asyncio import Future, Task
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


class Together(Generic[Key, Answer]):
    """What comes while a question is being answered is answered by the next: never by what was read before.

    To be called outside transactions, since the others' would not be the first one's.
    """

    def __init__(self, ask: Callable[[Key], Awaitable[Answer]]) -> None:
        self._ask = ask
        self._waiting: dict[Key, list[Future[Answer]]] = {}
        self._asking: set[Task[None]] = set()

    async def __call__(self, key: Key) -> Answer:
        """Raises what asking raises."""
        answer: Future[Answer] = asyncio.get_running_loop().create_future()
        if key in self._waiting:
            self._waiting[key].append(answer)
        else:
            self._waiting[key] = [answer]
            task = asyncio.create_task(self._answer(key))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        return await answer

    async def _answer(self, key: Key) -> None:
        waiting = self._waiting[key]
        try:
            while waiting:
                asked = waiting[:]
                waiting.clear()
                await self._tell(asked, key)
        finally:
            # Nobody may wait for what will never come, when the process is told to stop.
            for each in waiting:
                each.cancel()
            del self._waiting[key]

    async def _tell(self, asked: list[Future[Answer]], key: Key) -> None:
        try:
            answer = await self._ask(key)
        except BaseException as fault:
            for each in asked:
                if not each.done():
                    each.set_exception(fault) if isinstance(fault, Exception) else each.cancel()
            if not isinstance(fault, Exception):
                raise
            return
        for each in asked:
            if not each.done():
                each.set_result(answer)
