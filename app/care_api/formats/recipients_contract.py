"""The contract's part about made-up recipients."""

from typing import Any

import msgspec

from app.care_api.formats.openapi import asking, json_of
from app.care_api.formats.recipients import TestRecipients, read_roles
from app.rehearsal.rules import RESERVE_NUMBER, ROLES

SHAPES = (TestRecipients,)
PACE = 60
LISTED: dict[str, Any] = msgspec.to_builtins(read_roles([*ROLES, RESERVE_NUMBER], pace=PACE))


def paths() -> dict[str, Any]:
    listed = asking(
        "listTestRecipients",
        "Made-up recipients, for test credentials, and what each of them does",
        gives=json_of("TestRecipients", LISTED),
        parameters=[],
    )
    return {"/api/v1/test-recipients": {"get": listed}}
