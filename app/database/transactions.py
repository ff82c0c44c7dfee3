"""All or nothing, on both engines."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import asyncpg

from app.database.engine import DB, current
from app.database.sqlite import KeptSQLite, NeverOpened

P = ParamSpec("P")
T = TypeVar("T")
TRIES = 3


class Doomed(Exception):
    """Something inside the transaction failed and was swallowed; the whole was rolled back."""


class _Open:
    """The running transaction, in the one shape Piccolo's engines look for: `.connection`."""

    __slots__ = ("connection", "doomed")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.doomed = False


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Inside another it joins that one, and an error in it dooms the whole: raises `Doomed` at its end."""
    outer = current.get()
    if outer is None:
        async with _fresh():
            yield
        return
    try:
        yield
    except BaseException:
        outer.doomed = True
        raise


@asynccontextmanager
async def _fresh() -> AsyncIterator[None]:
    async with _begun() as connection:
        running = _Open(connection)
        token = current.set(running)
        try:
            yield
        finally:
            current.reset(token)
        if running.doomed:
            raise Doomed


def _begun() -> AbstractAsyncContextManager[Any]:
    if isinstance(DB, KeptSQLite):
        return DB.immediate()
    if DB.connections is None:
        raise NeverOpened
    return DB.connections.transaction()


def tried_again(action: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """One transaction or one statement, run again when PostgreSQL asks for it (40001, 40P01)."""

    @wraps(action)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        left = 0 if current.get() else TRIES - 1
        while True:
            try:
                return await action(*args, **kwargs)
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
                if not left:
                    raise
                left -= 1

    return run


def in_transaction(action: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """An action that is one transaction, run again when PostgreSQL asks for it."""

    @tried_again
    @wraps(action)
    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        async with transaction():
            return await action(*args, **kwargs)

    return run
