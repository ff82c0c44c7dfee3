"""The contract's part about batches: what is sent in them, how far they have come, their result."""

from typing import Any

import msgspec

from app.care_api.formats import example
from app.care_api.formats.batches import Batch
from app.care_api.formats.openapi import BEARER, ID, KEY, asking, json_of, problems
from app.care_api.rules.batches import ITEM_BYTES_MOST, ITEMS_MOST, KINDS
from app.care_api.rules.replies import BatchReceived

SHAPES = (Batch, BatchReceived)
LINES = "application/x-ndjson"
DRY_RUN: dict[str, Any] = {
    "name": "dry_run",
    "in": "query",
    "description": "Check every row, and send none.",
    "schema": {"type": "boolean", "default": False},
}
_PLACE: dict[str, Any] = {"type": "integer", "minimum": 1, "description": "Which row, the first being 1."}


def paths() -> dict[str, Any]:
    return {
        "/api/v1/batches": {"post": _send()},
        "/api/v1/batches/{id}": {"get": _standing()},
        "/api/v1/batches/{id}/result": {"get": _result()},
    }


def schemas() -> dict[str, Any]:
    """A row is what is sent alone and two fields more; in the result each has a line."""
    return {"BatchRow": _row(), "BatchRowResult": _row_result()}


def _row() -> dict[str, Any]:
    return {
        "type": "object",
        "description": (
            "The fields of a letter (`Payload`), summons (`SummonsPayload`), cancellation"
            " (`CancellationPayload`) or rebooking (`RebookingPayload`) and these two; at most"
            f" {ITEM_BYTES_MOST} bytes. Rows are checked one by one, so a wrong one is refused in the result."
        ),
        "required": ["idempotency_key"],
        "properties": {
            "idempotency_key": {
                "type": "string",
                "maxLength": 255,
                "description": "As Idempotency-Key when it is sent alone, without quotes; the same keyspace.",
            },
            "kind": {"enum": list(KINDS), "default": KINDS[0], "description": "What the row is."},
        },
        "example": example.BATCH_ROW,
    }


def _row_result() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["row", "result"],
        "properties": {
            "row": _PLACE,
            "result": {"enum": ["accepted", "refused", "valid"], "description": "`valid`: in a dry run."},
            "reply": {"type": "object", "description": "Of one accepted: what it is answered with alone."},
            "problem": {"$ref": "#/components/schemas/RowProblem"},
        },
        "example": example.BATCH_RESULT[0],
    }


def _each_line(row: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema has `contentSchema` for what stands in a text; of lines it says what each is."""
    return {"type": "string", "contentMediaType": LINES, "contentSchema": row}


def _send() -> dict[str, Any]:
    row = {"$ref": "#/components/schemas/BatchRow"}
    rows = {"schema": {"type": "array", "maxItems": ITEMS_MOST, "items": row}, "example": [example.BATCH_ROW]}
    line = msgspec.json.encode(example.BATCH_ROW).decode() + "\n"
    lines = {"schema": _each_line(row), "example": line}
    return {
        "operationId": "sendBatch",
        "summary": f"Send up to {ITEMS_MOST} letters and summonses, or 20 MB, as one job",
        "security": BEARER,
        "parameters": [KEY, DRY_RUN],
        "requestBody": {"required": True, "content": {"application/json": rows, LINES: lines}},
        "responses": {
            "202": {
                "description": "Received whole; each row is accepted or refused by itself.",
                "headers": {
                    "Location": {"description": "How it stands", "schema": {"type": "string"}},
                },
                "content": json_of("BatchReceived", example.BATCH_RECEIVED),
            },
            **problems(400, 401, 403, 408, 409, 413, 415, 422, 429),
        },
    }


def _standing() -> dict[str, Any]:
    return asking(
        "getBatch",
        "How far a batch has come",
        gives=json_of("Batch", example.BATCH_DONE),
        parameters=[ID],
    )


def _result() -> dict[str, Any]:
    lines = "".join(msgspec.json.encode(line).decode() + "\n" for line in example.BATCH_RESULT)
    shape = _each_line({"$ref": "#/components/schemas/BatchRowResult"})
    asked = asking(
        "getBatchResult",
        "What became of each row, for 30 days",
        gives={LINES: {"schema": shape, "example": lines}},
        parameters=[ID],
    )
    return {**asked, "responses": {**asked["responses"], **problems(409)}}
