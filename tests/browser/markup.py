"""html-validate over what is served: pages, and fragments in the smallest document that can hold them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Response

from tests.browser.product import NODE, ROOT

WRAPPED = (
    '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n<title>Del</title>\n</head>\n'
    "<body>\n<main>\n<h1>Del</h1>\n{fragment}\n</main>\n</body>\n</html>\n"
)


class Validator:
    """One process that stays, since starting it takes a second."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def served(self, responses: list[Response], language: str) -> list[str]:
        found = []
        for response in responses:
            html = await response.text()
            if "hx-request" in response.request.headers:
                html = WRAPPED.format(language=language, fragment=html)
            found += await self.findings(html)
        return found

    async def findings(self, html: str) -> list[str]:
        questions, answers = self._process.stdin, self._process.stdout
        assert questions
        assert answers
        questions.write(json.dumps(html).encode() + b"\n")
        await questions.drain()
        answer = await answers.readline()
        assert answer, "html-validate has ended"
        return [f"markup: {each}" for each in json.loads(answer)]


@asynccontextmanager
async def validator() -> AsyncIterator[Validator]:
    process = await asyncio.create_subprocess_exec(
        NODE,
        Path(__file__).with_name("validate.mjs"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    try:
        yield Validator(process)
    finally:
        process.stdin.close()
        await process.wait()
