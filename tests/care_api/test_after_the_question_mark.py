"""What stands after the question mark is in the contract and there once, or it is refused by name."""

from typing import Any
from uuid import uuid4

import pytest

from tests.care_api.conftest import NOTHING, Sender, stored
from tests.care_api.test_contract import OPERATIONS
from tests.care_api.test_sending import assert_problem

TOKEN = "/api/v1/oauth/token"
EACH = [(method, path, operation) for method, path, operation in OPERATIONS if path != TOKEN]


def query_of(operation: dict[str, Any]) -> list[str]:
    return [known["name"] for known in operation.get("parameters", []) if known["in"] == "query"]


async def ask(sender: Sender, method: str, path: str) -> Any:
    headers = {
        "authorization": f"Bearer {sender.token}",
        "idempotency-key": f'"{uuid4()}"',
        "content-type": "application/json",
    }
    return await sender.client.request(method.upper(), path.replace("{id}", str(uuid4())), headers=headers)


@pytest.mark.parametrize(
    ("method", "path"), [(method, path) for method, path, _ in EACH], ids=[f"{m} {p}" for m, p, _ in EACH]
)
async def test_an_unknown_parameter_is_refused_by_name(vardit: Sender, method: str, path: str) -> None:
    assert_problem(await ask(vardit, method, f"{path}?dryrun=true"), 400, "request.unknown-field", "/dryrun")
    assert await stored() == NOTHING


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [(method, path, name) for method, path, operation in EACH for name in query_of(operation)],
)
async def test_a_parameter_that_stands_twice_is_refused_by_name(
    vardit: Sender, method: str, path: str, name: str
) -> None:
    asked = await ask(vardit, method, f"{path}?{name}=1&{name}=2")

    assert_problem(asked, 400, "request.duplicate-field", f"/{name}")


async def test_a_misspelt_dry_run_sends_nothing(vardit: Sender) -> None:
    letter = await vardit.post("messages?dry_run=true", {})

    assert_problem(letter, 400, "request.unknown-field", "/dry_run")
    assert await stored() == NOTHING
