"""The contract's part about being told: changes since a number, and callbacks."""

from typing import Any

import msgspec

from app.callbacks.formats import Called, CalledTest
from app.callbacks.rules.cursors import MOST, USUALLY
from app.care_api.formats import callbacks_example, example
from app.care_api.formats.callbacks import Callback, CallbackTested, Changes, Failures
from app.care_api.formats.openapi import BEARER, ID, asking, json_of, parameters, posting, problems
from app.care_api.rules.callbacks_payload import (
    CallbackPayload,
    FailuresQuery,
    NothingPayload,
    ReplayPayload,
)
from app.care_api.rules.replies import CallbackEnabled, CallbackTestAsked, ChangesReplayed

SHAPES = (
    CallbackPayload,
    Callback,
    Changes,
    Called,
    CalledTest,
    Failures,
    NothingPayload,
    ReplayPayload,
    ChangesReplayed,
    CallbackTestAsked,
    CallbackTested,
    CallbackEnabled,
)
REQUIRED = {"CallbackPayload": ["url"]}


def paths() -> dict[str, Any]:
    return {
        "/api/v1/changes": {"get": _changes()},
        "/api/v1/callback": {"put": _set_callback(), "get": _callback(), "delete": _no_callback()},
        "/api/v1/callback/failures": {"get": _failures()},
        "/api/v1/callback/replay": {"post": _replay()},
        "/api/v1/callback/test": {"post": _test()},
        "/api/v1/callback/test/{id}": {"get": _tested()},
        "/api/v1/callback/activation": {"post": _activation()},
    }


def webhooks() -> dict[str, Any]:
    """What we post to the care system: OpenAPI 3.1 has a place of its own for it."""
    test = json_of("CalledTest", callbacks_example.CALLED_TEST)
    return {
        "change": {"post": _called("change", "Something has happened", json_of("Called", example.CALLED))},
        "test": {"post": _called("test", "You have asked for a test", test)},
    }


def _changes() -> dict[str, Any]:
    since = {
        "name": "since",
        "in": "query",
        "description": "`next` of the answer before; 0 or nothing is the beginning.",
        "schema": {"type": "integer", "minimum": 0, "default": 0},
    }
    limit = {
        "name": "limit",
        "in": "query",
        "description": "How many at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUALLY},
    }
    asked = asking(
        "getChanges",
        "What has happened to what you have sent, in order",
        gives=json_of("Changes", example.CHANGES),
        parameters=[since, limit],
    )
    return {**asked, "responses": {**asked["responses"], **problems(409)}}


def _set_callback() -> dict[str, Any]:
    return {
        "operationId": "setCallback",
        "summary": "Be called when something happens; each call gives a new secret",
        "security": BEARER,
        "requestBody": {"required": True, "content": json_of("CallbackPayload", callbacks_example.BOTH)},
        "responses": {
            "200": {
                "description": "Set. The secret is shown this once.",
                "content": json_of("Callback", example.CALLBACK_SET),
            },
            **problems(400, 401, 403, 415, 422),
        },
    }


def _callback() -> dict[str, Any]:
    return asking(
        "getCallback",
        "Where you are called, and whether that has been stopped",
        gives=json_of("Callback", callbacks_example.SHOWN),
        parameters=[],
    )


def _no_callback() -> dict[str, Any]:
    return {
        "operationId": "deleteCallback",
        "summary": "Be called no more",
        "security": BEARER,
        "responses": {"204": {"description": "Removed"}, **problems(401, 403, 404)},
    }


def _failures() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components([FailuresQuery], ref_template="{name}")
    return asking(
        "listFailures",
        "What you could not be told, and will not be unless you replay it",
        gives=json_of("Failures", callbacks_example.FAILURES),
        parameters=parameters(schemas["FailuresQuery"]),
    )


def _replay() -> dict[str, Any]:
    return posting(
        "replayChanges",
        "Be called again about changes: those with these ids, or all after a number",
        sent=json_of("ReplayPayload", callbacks_example.REPLAY),
        gives=json_of("ChangesReplayed", callbacks_example.REPLAYED),
        status=202,
    )


def _test() -> dict[str, Any]:
    return posting(
        "testCallback",
        "Be called once with a made-up event, signed as all others",
        sent=json_of("NothingPayload", {}),
        gives=json_of("CallbackTestAsked", callbacks_example.TEST_ASKED),
        status=202,
    )


def _tested() -> dict[str, Any]:
    return asking(
        "getCallbackTest",
        "What came of a test",
        gives=json_of("CallbackTested", callbacks_example.TESTED),
        parameters=[ID],
    )


def _activation() -> dict[str, Any]:
    return posting(
        "activateCallback",
        "Be called again after it was disabled, with the same address and keys",
        sent=json_of("NothingPayload", {}),
        gives=json_of("CallbackEnabled", callbacks_example.ENABLED),
        status=200,
    )


def _called(id: str, summary: str, content: dict[str, Any]) -> dict[str, Any]:
    headers = [
        {"name": name, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
        for name, words in example.CALLBACK_HEADERS.items()
    ]
    return {
        "operationId": id,
        "summary": f"{summary} (Standard Webhooks)",
        "security": [],
        "parameters": headers,
        "requestBody": {"required": True, "content": content},
        "responses": {
            "2XX": {"description": "You have it"},
            "410": {"description": "Nobody is here any more: the address is told nothing further"},
            "default": {"description": "It is sent again later"},
        },
    }
