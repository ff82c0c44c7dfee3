"""The contract's part about being told: changes since a number, and callbacks."""

from typing import Any

from app.callbacks.formats import Called
from app.callbacks.rules.cursors import MOST, USUALLY
from app.care_api.formats import example
from app.care_api.formats.callbacks import Callback, Changes
from app.care_api.formats.openapi import BEARER, asking, json_of, problems
from app.care_api.rules.payload import CallbackPayload

SHAPES = (CallbackPayload, Callback, Changes, Called)
REQUIRED = {"CallbackPayload": ["url"]}


def paths() -> dict[str, Any]:
    return {
        "/api/v1/changes": {"get": _changes()},
        "/api/v1/callback": {"put": _set_callback(), "get": _callback(), "delete": _no_callback()},
    }


def webhooks() -> dict[str, Any]:
    """What we post to the care system: OpenAPI 3.1 has a place of its own for it."""
    return {"change": {"post": _called()}}


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
    return asking(
        "getChanges",
        "What has happened to what you have sent, in order",
        gives=json_of("Changes", example.CHANGES),
        parameters=[since, limit],
    )


def _set_callback() -> dict[str, Any]:
    return {
        "operationId": "setCallback",
        "summary": "Be called when something happens; each call gives a new secret",
        "security": BEARER,
        "requestBody": {"required": True, "content": json_of("CallbackPayload", example.CALLBACK)},
        "responses": {
            "200": {
                "description": "Set. The secret is shown this once.",
                "content": json_of("Callback", example.CALLBACK_SET),
            },
            **problems(400, 401, 403, 415, 422),
        },
    }


def _callback() -> dict[str, Any]:
    shown = {name: value for name, value in example.CALLBACK_SET.items() if name != "secret"}
    return asking(
        "getCallback",
        "Where you are called, and whether that has been stopped",
        gives=json_of("Callback", shown),
        parameters=[],
    )


def _no_callback() -> dict[str, Any]:
    return {
        "operationId": "deleteCallback",
        "summary": "Be called no more",
        "security": BEARER,
        "responses": {"204": {"description": "Removed"}, **problems(401, 403, 404)},
    }


def _called() -> dict[str, Any]:
    headers = [
        {"name": name, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
        for name, words in example.CALLBACK_HEADERS.items()
    ]
    return {
        "operationId": "change",
        "summary": "Something has happened (Standard Webhooks)",
        "security": [],
        "parameters": headers,
        "requestBody": {"required": True, "content": json_of("Called", example.CALLED)},
        "responses": {
            "2XX": {"description": "You have it"},
            "410": {"description": "Nobody is here any more: the address is told nothing further"},
            "default": {"description": "It is sent again later"},
        },
    }
