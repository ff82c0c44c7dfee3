"""Client secrets: 256 random bits, kept as argon2id. The only place that knows argon2."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Refused
from app.language import lazy as _l

# Each verification takes 64 MiB and some tens of milliseconds: two at a time, and a short queue.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="argon2")
_QUEUE = 32

# The hash of a secret that nobody has, with PasswordHasher's own parameters (RFC 9106, low memory).
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$P1qUzwDs2G/9szsVsVkJzQ$gRJYQ6Y3D9lB656Ma9GMaW+VAYFgMUcc6635IjjwEMU"


class Busy(Refused):
    """More clients ask for a token at once than can be checked."""

    code = "token.busy"
    sentence = _l("Många vårdsystem hämtar token just nu. Vänta några sekunder och försök igen.")


class Hasher(Protocol):
    def hash(self, password: str, /) -> str: ...

    def verify(self, hashed: str, password: str, /) -> bool: ...


class Secrets:
    """Slow on purpose, so never run per request to the API: a token stands for it."""

    def __init__(self, hasher: Hasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._waiting = 0

    async def hash(self, secret: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(_THREADS, self._hasher.hash, secret)

    async def matches(self, secret: str, *, current: str | None, previous: str | None) -> bool:
        """Every wrong secret costs two verifications, also when there is no such client: time tells nothing.

        Raises `Busy`.
        """
        if self._waiting >= _QUEUE:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                _THREADS, self._either, secret, current or _NOBODYS, previous or _NOBODYS
            )
        finally:
            self._waiting -= 1

    def _either(self, secret: str, current: str, previous: str) -> bool:
        return self._verified(current, secret) or self._verified(previous, secret)

    def _verified(self, hashed: str, secret: str) -> bool:
        try:
            return self._hasher.verify(hashed, secret)
        except (VerificationError, InvalidHashError):
            return False


def new_client_id() -> str:
    return f"care-{secrets.token_hex(8)}"


def new_secret() -> str:
    return secrets.token_urlsafe(32)
