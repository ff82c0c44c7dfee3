"""Batches as a care system sends them, and a worker that does them."""

import json
from typing import Any, NamedTuple
from uuid import uuid4

import httpx

from app.care_api.formats.example import LETTER
from app.care_api.rules.broadcast import USUAL, Alike
from app.care_api.worker import works
from app.denials import denied
from app.outbox.worker import Worker
from tests import make
from tests.care_api.conftest import API, Sender
from tests.make import Clock

JSON, LINES = "application/json", "application/x-ndjson"


def a_row(key: str | None = None, **field: Any) -> dict[str, Any]:
    usual = {**LETTER, "clinic": make.HSA_ID, "recipient": make.ANNA.number}
    row = usual | {"idempotency_key": key or str(uuid4())} | field
    return {name: value for name, value in row.items() if value is not None}


def in_lines(rows: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


class Done(NamedTuple):
    """A batch that has been done: how it stands, and its result."""

    standing: dict[str, Any]
    rows: list[dict[str, Any]]

    def refusals(self) -> list[tuple[int, str, str | None]]:
        return [
            (row["row"], row["problem"]["code"], row["problem"].get("pointer"))
            for row in self.rows
            if row["result"] == "refused"
        ]


class Batches(NamedTuple):
    sender: Sender
    clock: Clock

    async def post(
        self,
        raw: Any,
        *,
        media_type: str = LINES,
        key: str | None = None,
        query: str = "",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        usual = {
            "authorization": f"Bearer {self.sender.token}",
            "idempotency-key": key or f'"{uuid4()}"',
            "content-type": media_type,
        }
        return await self.sender.client.post(
            f"{API}batches{query}", content=raw, headers=usual | (headers or {})
        )

    async def done(self, rows: list[dict[str, Any]] | bytes, **how: Any) -> Done:
        answer = await self.post(rows if isinstance(rows, bytes) else in_lines(rows), **how)
        assert answer.status_code == 202, answer.text
        await self.work()
        return await self.of(answer.json()["id"])

    async def of(self, id: str) -> Done:
        standing = (await self.sender.get(f"batches/{id}")).json()
        result = await self.sender.get(f"batches/{id}/result")
        assert result.status_code == 200, result.text
        assert result.headers["content-type"].startswith(LINES)
        return Done(standing, [json.loads(line) for line in result.text.splitlines()])

    async def work(self, *, alike: Alike = USUAL) -> None:
        worker = Worker(works(denied=denied, alike=alike), self.clock)
        while await worker.run_due():
            pass
