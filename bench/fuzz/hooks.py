"""What Schemathesis is told beside our contract: how to get a token, and whom and what there is.

Read by the fuzzer's own process, by its name in SCHEMATHESIS_HOOKS.
"""

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import schemathesis

from app.rehearsal.rules import ROLES
from bench.fuzz import HSA_ID
from demo.care_system import CareSystem, from_environment

REFRESHED_AFTER = 300
KEY = "Idempotency-Key"
NUMBERS = [role.number for role in ROLES]


@schemathesis.auth(refresh_interval=REFRESHED_AFTER)
class Token:
    """One for five minutes: they last ten."""

    def __init__(self) -> None:
        self._care_system: CareSystem = from_environment(os.environ["LARKPOST_URL"])

    def get(self, case: schemathesis.Case[Any], context: schemathesis.AuthContext) -> str:
        return self._care_system.token()

    def set(self, case: schemathesis.Case[Any], data: str, context: schemathesis.AuthContext) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def map_headers(_context: schemathesis.HookContext, headers: Any) -> Any:
    """Of four keys three are well formed, and some of them have been used before."""
    if not isinstance(headers, dict) or KEY not in headers:
        return headers
    chance = sha256(str(headers[KEY]).encode()).digest()
    return headers if chance[0] % 4 == 0 else headers | {KEY: str(UUID(bytes=chance[:16]))}


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """Of four cases three are like the contract's example, for a clinic and a person that there are.

    So they come further in, where the one field that is odd is what is looked at.
    """
    if not isinstance(body, dict) or context.operation is None:
        return body
    chance = sha256(json.dumps(body, sort_keys=True, default=str).encode()).digest()
    if chance[0] % 4 == 0:
        return body
    usual = _example(context.operation.definition.raw)
    kept = {name: value for place, (name, value) in enumerate(usual.items()) if chance[1 + place % 30] % 8}
    return {name: _known(name, value, chance) for name, value in (body | kept).items()}


def _example(operation: Any) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    several = (each["value"] for each in content.get("examples", {}).values())
    shown = content.get("example") or next(several, None)
    return shown if isinstance(shown, dict) else {}


def _known(name: str, value: Any, chance: Sequence[int]) -> Any:
    if name == "clinic" and isinstance(value, str):
        return HSA_ID
    if name == "recipient" and isinstance(value, str):
        return NUMBERS[chance[31] % len(NUMBERS)]
    return value


@schemathesis.serializer("application/x-ndjson")
def lines(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A row of JSON on each line; what is no list stands alone."""
    rows = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(row, default=str).encode() + b"\n" for row in rows)
