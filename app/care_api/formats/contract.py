"""The contract as OpenAPI 3.1, made from the very structs that letters are read into."""

from functools import cache
from typing import Any

import msgspec

from app.callbacks.formats import Called
from app.callbacks.rules.cursors import MOST, USUALLY
from app.care_api.formats import example
from app.care_api.formats.callbacks import Callback, Changes
from app.care_api.formats.status import ThreadStatus
from app.care_api.rules.payload import CallbackPayload, Payload

SHAPES = (Payload, ThreadStatus, CallbackPayload, Callback, Changes, Called)
REQUIRED = {
    "Payload": ["clinic", "recipient", "type", "subject", "body", "purpose", "use_of_answers", "contact"],
    "Body": ["format", "text"],
    "Contact": ["phone"],
    "CallbackPayload": ["url"],
}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
BEARER: list[dict[str, list[str]]] = [{"token": []}]
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; docs/problems.md explains each.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to change."},
        "code": {"type": "string"},
        "pointer": {"type": "string", "description": "JSON pointer to the place in the letter."},
    },
}


@cache
def contract(base_url: str) -> bytes:
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Lärkpost: the care systems' API", "version": "1"},
            "servers": [{"url": base_url}],
            "paths": {
                "/api/v1/oauth/token": {"post": _token(base_url)},
                "/api/v1/messages": {"post": _send()},
                "/api/v1/messages/{id}": {"get": _status()},
                "/api/v1/threads/{id}": {"get": _thread()},
                "/api/v1/changes": {"get": _changes()},
                "/api/v1/callback": {"put": _set_callback(), "get": _callback(), "delete": _no_callback()},
            },
            "webhooks": {"change": {"post": _called()}},
            "components": {"schemas": _schemas(), "securitySchemes": _security(base_url)},
        }
    )


def _token(base_url: str) -> dict[str, Any]:
    return {
        "operationId": "getToken",
        "summary": "A token for ten minutes (RFC 6749 §4.4)",
        "security": [{"client": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"const": "client_credentials"},
                            "scope": {"type": "string"},
                            "client_id": {"type": "string"},
                            "client_secret": {"type": "string"},
                        },
                    }
                }
            },
        },
        "responses": {
            "200": {"description": "The token", "content": {"application/json": {"example": example.TOKEN}}},
            "400": {"description": "RFC 6749 §5.2"},
            "401": {"description": "Wrong client id or secret"},
            "503": {"description": f"Too many ask {base_url} at once; Retry-After says when to ask again"},
        },
    }


def _send() -> dict[str, Any]:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "A new UUID for each new letter; the same one when the same letter is sent again.",
        "schema": {"type": "string", "maxLength": 257},
        "example": '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    }
    return {
        "operationId": "sendMessage",
        "summary": "Deliver a letter to a resident's inbox",
        "security": BEARER,
        "parameters": [key],
        "requestBody": {"required": True, "content": _json("Payload", example.LETTER)},
        "responses": {
            "201": {"description": "Delivered", "content": _json("Status", example.DELIVERED)},
            **_problems(400, 401, 403, 404, 409, 413, 415, 422),
        },
    }


def _status() -> dict[str, Any]:
    return {
        "operationId": "getMessage",
        "summary": "Delivered, or read and when",
        "security": BEARER,
        "parameters": [ID],
        "responses": {
            "200": {"description": "The status", "content": _json("Status", example.READ)},
            **_problems(401, 403, 404),
        },
    }


def _thread() -> dict[str, Any]:
    return {
        "operationId": "getThread",
        "summary": "The status of every letter that your provider has sent in the thread",
        "security": BEARER,
        "parameters": [ID],
        "responses": {
            "200": {"description": "The statuses", "content": _json("ThreadStatus", example.THREAD)},
            **_problems(401, 403, 404),
        },
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
    return {
        "operationId": "getChanges",
        "summary": "What has happened to what you have sent, in order",
        "security": BEARER,
        "parameters": [since, limit],
        "responses": {
            "200": {"description": "The changes", "content": _json("Changes", example.CHANGES)},
            **_problems(400, 401, 403, 422),
        },
    }


def _set_callback() -> dict[str, Any]:
    return {
        "operationId": "setCallback",
        "summary": "Be called when something happens; each call gives a new secret",
        "security": BEARER,
        "requestBody": {"required": True, "content": _json("CallbackPayload", example.CALLBACK)},
        "responses": {
            "200": {
                "description": "Set. The secret is shown this once.",
                "content": _json("Callback", example.CALLBACK_SET),
            },
            **_problems(400, 401, 403, 415, 422),
        },
    }


def _callback() -> dict[str, Any]:
    shown = {name: value for name, value in example.CALLBACK_SET.items() if name != "secret"}
    return {
        "operationId": "getCallback",
        "summary": "Where you are called, and whether that has been stopped",
        "security": BEARER,
        "responses": {
            "200": {"description": "The address", "content": _json("Callback", shown)},
            **_problems(401, 403, 404),
        },
    }


def _no_callback() -> dict[str, Any]:
    return {
        "operationId": "deleteCallback",
        "summary": "Be called no more",
        "security": BEARER,
        "responses": {"204": {"description": "Removed"}, **_problems(401, 403, 404)},
    }


def _called() -> dict[str, Any]:
    """What we post to the care system: OpenAPI 3.1 has a place of its own for it."""
    headers = [
        {"name": name, "in": "header", "required": True, "description": words, "schema": {"type": "string"}}
        for name, words in example.CALLBACK_HEADERS.items()
    ]
    return {
        "operationId": "change",
        "summary": "Something has happened (Standard Webhooks)",
        "security": [],
        "parameters": headers,
        "requestBody": {"required": True, "content": _json("Called", example.CALLED)},
        "responses": {
            "2XX": {"description": "You have it"},
            "410": {"description": "Nobody is here any more: the address is told nothing further"},
            "default": {"description": "It is sent again later"},
        },
    }


def _json(schema: str, shown: dict[str, Any]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"application/json": {"schema": reference, "example": shown}}


def _problems(*statuses: int) -> dict[str, Any]:
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    content = {"application/problem+json": reference}
    return {str(status): {"description": "A problem document", "content": content} for status in statuses}


def _schemas() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(SHAPES, ref_template="#/components/schemas/{name}")
    for name, required in REQUIRED.items():
        schemas[name]["required"] = required
    return {**schemas, "Problem": _PROBLEM}


def _security(base_url: str) -> dict[str, Any]:
    scopes = {
        "messages:send": "Send letters",
        "messages:status": "Ask for their status, and for changes",
        "callbacks:manage": "Say where you are called",
    }
    flow = {"tokenUrl": f"{base_url}/api/v1/oauth/token", "scopes": scopes}
    return {
        "client": {"type": "http", "scheme": "basic"},
        "token": {"type": "oauth2", "flows": {"clientCredentials": flow}},
    }
