"""Where sealed files lie: a folder, or a bucket that speaks S3. The only place that knows obstore."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from app.attachments.sealed import BOX
from app.errors import Unconfigured

BUCKET = "s3://"
RETRIES = 3
RETRY_FOR = timedelta(seconds=10)
ANSWER = timedelta(seconds=20)
CONNECT = timedelta(seconds=5)


class Away(Exception):
    """The store does not answer, or not with what it was given."""


class Store:
    """`where` is a folder, made when it is needed, or the address of a bucket: s3://bucket/folder."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._opened: ObjectStore | None = None

    async def put(self, id: UUID, boxes: IO[bytes]) -> None:
        """All of it, to survive a power cut, or nothing. Raises `Away`."""
        try:
            store = await self._store()
            await obstore.put_async(store, _path(id), boxes, use_multipart=False)
            if isinstance(store, LocalStore):
                await asyncio.to_thread(_settle, Path(self._where) / _path(id))
        except (BaseError, OSError) as fault:
            raise Away from fault

    async def get(self, id: UUID) -> AsyncIterator[bytes]:
        """What was put, in parts. Raises `Away`."""
        try:
            found = await obstore.get_async(await self._store(), _path(id))
            async for part in found.stream(min_chunk_size=BOX):
                yield bytes(part)
        except (BaseError, OSError) as fault:
            raise Away from fault

    async def erase(self, id: UUID) -> None:
        """One that is gone already is no fault. Raises `Away`."""
        try:
            await obstore.delete_async(await self._store(), _path(id))
        except FileNotFoundError:
            return
        except (BaseError, OSError) as fault:
            raise Away from fault

    async def _store(self) -> ObjectStore:
        if self._opened is None:
            self._opened = await asyncio.to_thread(_open, self._where)
        return self._opened


def ensure_usable(where: str) -> None:
    """Before the start: raises `Unconfigured`. Whether a bucket answers is seen when it is needed."""
    try:
        _open(where)
        if not where.startswith(BUCKET) and not os.access(where, os.W_OK | os.X_OK):
            raise PermissionError
    except (BaseError, OSError) as fault:
        raise Unconfigured(
            f"LARKPOST_ATTACHMENTS is {where!r}, which cannot be used ({type(fault).__name__}). Set it to a "
            "folder that may be written to, or to s3://bucket/folder. docs/operating.md says how."
        ) from None


def _open(where: str) -> ObjectStore:
    if where.startswith(BUCKET):
        # Its address, region and keys are in the variables that everything reads them from (AWS_…).
        return from_url(
            where,
            client_options={"timeout": ANSWER, "connect_timeout": CONNECT, "allow_http": _may_be_http()},
            retry_config={"max_retries": RETRIES, "retry_timeout": RETRY_FOR},
        )
    Path(where).mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(where)


def _may_be_http() -> bool:
    """What obstore would read itself, were it given no other options of its client."""
    return os.environ.get("AWS_ALLOW_HTTP", "").lower() == "true"


def _path(id: UUID) -> str:
    """The end of an id is random: so many folders that none gets full."""
    return f"{id.hex[-2:]}/{id}"


def _settle(file: Path) -> None:
    """What is answered for must be on the disk, and so must the way to it."""
    for place in (file, file.parent, file.parent.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
