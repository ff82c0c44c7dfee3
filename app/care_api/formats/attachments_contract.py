"""The contract's part about files: sending one in, and how it stands."""

from typing import Any

from app.attachments.rules.kinds import ANY_TYPE, MEDIA_TYPES, MOST
from app.care_api.formats import example
from app.care_api.formats.openapi import BEARER, ID, KEY, asking, json_of, problems
from app.care_api.rules.replies import AttachmentStatus

SHAPES = (AttachmentStatus,)
NAME: dict[str, Any] = {
    "name": "Content-Disposition",
    "in": "header",
    "required": True,
    "description": "What the file is called (RFC 6266). The resident sees the name, cleaned.",
    "schema": {"type": "string", "maxLength": 1000},
    "example": "attachment; filename*=UTF-8''R%C3%A5d%20efter%20bes%C3%B6ket.pdf",
}
DIGEST: dict[str, Any] = {
    "name": "Content-Digest",
    "in": "header",
    "description": "SHA-256 of the file (RFC 9530), checked when it has come. Repr-Digest will do too.",
    "schema": {"type": "string", "maxLength": 1000},
    "example": "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:",
}


def paths() -> dict[str, Any]:
    return {
        "/api/v1/attachments": {"post": _send()},
        "/api/v1/attachments/{id}": {"get": _standing()},
    }


def _send() -> dict[str, Any]:
    file = {"schema": {"type": "string", "format": "binary", "maxLength": MOST}}
    return {
        "operationId": "sendAttachment",
        "summary": "Send a file in once, for any number of letters to enclose",
        "security": BEARER,
        "parameters": [KEY, NAME, DIGEST],
        "requestBody": {"required": True, "content": dict.fromkeys((*MEDIA_TYPES, ANY_TYPE), file)},
        "responses": {
            "201": {
                "description": "Inspected; letters may enclose it",
                "content": json_of("AttachmentStatus", example.ATTACHED),
            },
            "202": {
                "description": "Received; what inspects it does not answer now. Ask until it is done.",
                "content": json_of("AttachmentStatus", example.INSPECTING),
            },
            **problems(400, 401, 403, 408, 409, 413, 415, 422, 503),
        },
    }


def _standing() -> dict[str, Any]:
    return asking(
        "getAttachment",
        "How a file stands",
        gives=json_of("AttachmentStatus", example.ATTACHED),
        parameters=[ID],
    )
