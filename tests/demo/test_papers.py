"""What the demo's letters enclose is what we ask of others: inspected without a word."""

import pytest

from app.attachments.gateways import inspecting
from app.attachments.gateways.inspecting import Seen, inspect
from demo.papers import PAPERS
from demo.story import letters
from tests.make import in_parts


@pytest.mark.parametrize("name", PAPERS)
async def test_a_paper_is_harmless_and_everybody_can_read_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspecting, "SECONDS", 60)

    assert await inspect(in_parts(PAPERS[name]())) == Seen(name.rpartition(".")[2], None, ())


def test_every_paper_is_enclosed_and_there_are_no_others() -> None:
    assert {name for letter in letters().values() for name in letter.encloses} == set(PAPERS)
