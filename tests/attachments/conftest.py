"""A ward that sends files in, and the desk that takes them."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from tests import make
from tests.attachments.scanner import Scanner, scanning
from tests.make import Ward


@pytest.fixture
async def ward(db: None, now: datetime) -> Ward:
    return await make.a_ward(now=now)


@pytest.fixture(params=["unix", "tcp"])
async def scanner(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scanner]:
    async with scanning(tmp_path if request.param == "unix" else None) as scanner:
        yield scanner
