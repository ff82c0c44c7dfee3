"""The contract as OpenAPI 3.1, made from the very structs that letters are read into."""

from functools import cache
from typing import Any

import msgspec

from app.care_api.formats import example
from app.care_api.formats.status import Status
from app.care_api.rules.payload import Payload

REQUIRED = {
    "Payload": ["clinic", "recipient", "type", "subject", "body", "purpose", "use_of_answers", "contact"],
    "Body": ["format", "text"],
    "Contact": ["phone"],
}
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
            },
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
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    return {
        "operationId": "getMessage",
        "summary": "Delivered, or read and when",
        "security": BEARER,
        "parameters": [id],
        "responses": {
            "200": {"description": "The status", "content": _json("Status", example.READ)},
            **_problems(401, 403, 404),
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
    _, schemas = msgspec.json.schema_components([Payload, Status], ref_template="#/components/schemas/{name}")
    for name, required in REQUIRED.items():
        schemas[name]["required"] = required
    return {**schemas, "Problem": _PROBLEM}


def _security(base_url: str) -> dict[str, Any]:
    scopes = {"messages:send": "Send letters", "messages:status": "Ask for their status"}
    flow = {"tokenUrl": f"{base_url}/api/v1/oauth/token", "scopes": scopes}
    return {
        "client": {"type": "http", "scheme": "basic"},
        "token": {"type": "oauth2", "flows": {"clientCredentials": flow}},
    }
