"""The contract as OpenAPI 3.1, made from the very structs that letters are read into."""

from functools import cache
from typing import Any

import msgspec

from app.care_api.formats import (
    attachments_contract,
    batches_contract,
    callbacks_contract,
    example,
    limits_contract,
    reachability_contract,
    recipients_contract,
    visits_contract,
)
from app.care_api.formats.explained import explained
from app.care_api.formats.links import linked
from app.care_api.formats.openapi import ID, asking, json_of, posting
from app.care_api.formats.replied import LetterReplies
from app.care_api.formats.status import ThreadStatus
from app.care_api.formats.told import told
from app.care_api.rules.assertions import LONGEST, TYPE
from app.care_api.rules.payload import ORDER, AnswerPayload, CorrectionPayload, Payload, WithdrawalPayload
from app.care_api.rules.replies import LetterAnswered, LetterSent, MessageCorrected, MessageWithdrawn

SHAPES = (
    Payload,
    LetterSent,
    AnswerPayload,
    LetterAnswered,
    LetterReplies,
    ThreadStatus,
    WithdrawalPayload,
    MessageWithdrawn,
    CorrectionPayload,
    MessageCorrected,
    *visits_contract.SHAPES,
    *callbacks_contract.SHAPES,
    *attachments_contract.SHAPES,
    *reachability_contract.SHAPES,
    *batches_contract.SHAPES,
    *recipients_contract.SHAPES,
)
REQUIRED = {
    **visits_contract.REQUIRED,
    **callbacks_contract.REQUIRED,
    **reachability_contract.REQUIRED,
    "Payload": [
        "clinic",
        "recipient",
        "type",
        "relation",
        "subject",
        "body",
        "purpose",
        "use_of_answers",
        "contact",
    ],
    "CorrectionPayload": ["subject", "body", "purpose", "use_of_answers", "contact"],
    "WithdrawalPayload": ["reason"],
    "VersionPayload": ["language", "subject", "body"],
    "LinkPayload": ["label", "url"],
    "DocumentPayload": ["title", "url"],
    "Body": ["format", "text"],
    "Contact": ["phone"],
}
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
        "pointer": {"type": "string", "description": "JSON pointer to the place in what was sent."},
        "result_code": {
            "type": "string",
            "description": "Of a booking refused: what the national scheduling contracts call it.",
        },
        "violated-policies": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Of a 429: the limits, by their names in `RateLimit-Policy`.",
        },
    },
}


@cache
def contract(base_url: str) -> bytes:
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Lärkpost: the care systems' API", "version": "1"},
            "servers": [{"url": base_url}],
            "paths": explained(limits_contract.limited(linked(_paths(base_url))), base_url),
            "webhooks": callbacks_contract.webhooks(),
            "components": {
                "schemas": _schemas(),
                "headers": limits_contract.HEADERS,
                "securitySchemes": _security(base_url),
            },
        }
    )


def _paths(base_url: str) -> dict[str, Any]:
    return {
        "/api/v1/oauth/token": {"post": _token(base_url)},
        "/api/v1/messages": {"post": _send()},
        "/api/v1/messages/{id}": {"get": _status()},
        "/api/v1/messages/{id}/answer": {"post": _answer()},
        "/api/v1/messages/{id}/replies": {"get": _replies()},
        "/api/v1/messages/{id}/withdrawal": {"post": _withdrawal()},
        "/api/v1/messages/{id}/correction": {"post": _correction()},
        "/api/v1/threads/{id}": {"get": _thread()},
        **reachability_contract.paths(),
        **visits_contract.paths(),
        **callbacks_contract.paths(),
        **attachments_contract.paths(),
        **batches_contract.paths(),
        **recipients_contract.paths(),
    }


def _token(base_url: str) -> dict[str, Any]:
    return {
        "operationId": "getToken",
        "summary": "A token for ten minutes (RFC 6749 §4.4)",
        "security": [{"client": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "example": example.ASKED_WITH_A_KEY,
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {
                                "type": "string",
                                "const": "client_credentials",
                                "description": "`client_credentials`.",
                            },
                            "scope": {
                                "type": "string",
                                "description": "Fewer scopes than you have, with spaces between.",
                            },
                            "client_assertion_type": {
                                "type": "string",
                                "const": TYPE,
                                "description": f"With `client_assertion`: `{TYPE}`.",
                            },
                            "client_assertion": {
                                "type": "string",
                                "maxLength": LONGEST,
                                "description": "private_key_jwt (RFC 7523): a JWT signed with ES256, PS256 or"
                                " EdDSA by a registered key: iss and sub are the client id, aud this address,"
                                " exp at most five minutes ahead, and a new jti.",
                            },
                            "client_id": {
                                "type": "string",
                                "description": "With `client_secret`, unless both stand in `Authorization`.",
                            },
                            "client_secret": {
                                "type": "string",
                                "description": "Instead of an assertion.",
                            },
                        },
                    },
                }
            },
        },
        "responses": {
            "200": {"description": "The token", "content": {"application/json": {"example": example.TOKEN}}},
            "400": {"description": "RFC 6749 §5.2"},
            "401": {"description": "The assertion or the secret is not accepted"},
            "503": {"description": f"Too many ask {base_url} at once; Retry-After says when to ask again"},
        },
    }


def _send() -> dict[str, Any]:
    return posting(
        "sendMessage",
        "Deliver a letter to a resident's inbox",
        sent=json_of("Payload", example.LETTER),
        gives=json_of("LetterSent", example.DELIVERED),
        status=201,
    )


def _status() -> dict[str, Any]:
    return asking(
        "getMessage",
        "How far a letter has come, and when",
        gives=json_of("Status", example.READ),
        parameters=[ID],
    )


def _answer() -> dict[str, Any]:
    return posting(
        "reportAnswer",
        "Say that the resident has answered, so that the letter awaits nothing more",
        sent=json_of("AnswerPayload", example.ANSWER),
        gives=json_of("LetterAnswered", example.ANSWERED),
        status=200,
        path=True,
    )


def _replies() -> dict[str, Any]:
    return asking(
        "getReplies",
        "What has been written back, where the letter allowed it",
        gives=json_of("LetterReplies", example.REPLIES),
        parameters=[ID],
    )


def _withdrawal() -> dict[str, Any]:
    return posting(
        "withdrawMessage",
        "Take a letter back: what it said is gone for the resident, who reads why",
        sent=json_of("WithdrawalPayload", example.WITHDRAWAL),
        gives=json_of("MessageWithdrawn", example.WITHDRAWN),
        status=200,
        path=True,
    )


def _correction() -> dict[str, Any]:
    return posting(
        "correctMessage",
        "Say a letter anew: the resident sees that, and what it said before",
        sent=json_of("CorrectionPayload", example.CORRECTION),
        gives=json_of("MessageCorrected", example.CORRECTED),
        status=200,
        path=True,
    )


def _thread() -> dict[str, Any]:
    return asking(
        "getThread",
        "The status of every letter that your provider has sent in the thread",
        gives=json_of("ThreadStatus", example.THREAD),
        parameters=[ID],
    )


def _schemas() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(SHAPES, ref_template="#/components/schemas/{name}")
    for name, required in REQUIRED.items():
        schemas[name]["required"] = required
    for schema in schemas.values():
        if "clinic" in schema["properties"] and "subject" in schema["properties"]:
            schema["properties"] = _in_order(schema["properties"])
    return told({**schemas, **batches_contract.schemas(), "Problem": _PROBLEM})


def _in_order(fields: dict[str, Any]) -> dict[str, Any]:
    """Those of letters in their order; what others have besides comes last, as it was."""
    return {name: fields[name] for name in ORDER if name in fields} | fields


def _security(base_url: str) -> dict[str, Any]:
    scopes = {
        "messages:send": "Send letters",
        "messages:status": "Ask how letters and summonses stand, and for changes",
        "slots:manage": "Describe time types; publish, list and withdraw slots",
        "summonses:send": "Send summonses; cancel and move their visits",
        "reachability": "Ask whom you reach, and how",
        "callbacks:manage": "Say where you are called, test it, and be told again",
    }
    flow = {"tokenUrl": f"{base_url}/api/v1/oauth/token", "scopes": scopes}
    return {
        "client": {"type": "http", "scheme": "basic"},
        "token": {"type": "oauth2", "flows": {"clientCredentials": flow}},
    }
