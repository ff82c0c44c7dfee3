"""The contract's part about limits: the same for every operation, so it is put round them all."""

from typing import Any

from app.care_api.formats.openapi import problems

HEADERS: dict[str, Any] = {
    "RateLimit-Policy": {
        "description": "What you may do in each window (draft-ietf-httpapi-ratelimit-headers-11).",
        "schema": {"type": "string"},
        "example": '"sends";q=500;w=10, "at-once";q=32;qu="concurrent-requests"',
    },
    "RateLimit": {
        "description": "What is left, and for how many seconds.",
        "schema": {"type": "string"},
        "example": '"sends";r=499;t=7',
    },
    "Retry-After": {
        "description": "Wait so many seconds.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
}
ALWAYS = ("RateLimit-Policy", "RateLimit")
# These come before it is known whose limit it would be.
UNLIMITED = ("401",)


def limited(paths: dict[str, Any]) -> dict[str, Any]:
    """Every operation with a token, or for one: its answers have the headers, and 429 is one of them."""
    return {
        path: {method: _limited(operation) for method, operation in operations.items()}
        for path, operations in paths.items()
    }


def _limited(operation: dict[str, Any]) -> dict[str, Any]:
    if not operation["security"]:
        return operation
    too_many = problems(429)["429"] | {"description": "More than you may; wait as Retry-After says"}
    responses = {**operation["responses"], "429": too_many}
    return {**operation, "responses": {status: _told(status, one) for status, one in responses.items()}}


def _told(status: str, response: dict[str, Any]) -> dict[str, Any]:
    names = () if status in UNLIMITED else ALWAYS
    also = ("Retry-After",) if status == "429" else ()
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *also)}
    return {**response, "headers": {**response.get("headers", {}), **headers}} if headers else response
