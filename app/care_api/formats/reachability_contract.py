"""The contract's part about whom one reaches."""

from typing import Any

from app.care_api.formats import reachability_example as example
from app.care_api.formats.openapi import KEY, json_of, posting
from app.care_api.rules.reachability import ReachabilityPayload, Reaches

SHAPES = (ReachabilityPayload, Reaches)
REQUIRED = {
    "ReachabilityPayload": ["clinic", "recipients"],
    "Reach": ["status", "code", "paper", "sms", "email"],
}


def paths() -> dict[str, Any]:
    asking = posting(
        "askReachability",
        "Whether, and how, up to 10,000 residents are reached",
        sent=json_of("ReachabilityPayload", example.ASKED),
        gives=json_of("Reaches", example.ANSWERED),
        status=200,
    )
    return {"/api/v1/reachability": {"post": {**asking, "parameters": [{**KEY, "required": False}]}}}
