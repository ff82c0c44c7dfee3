"""The pieces that every operation of the contract is made of."""

from typing import Any

BEARER: list[dict[str, list[str]]] = [{"token": []}]
ID: dict[str, Any] = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "As it was answered when it was sent or made.",
    "schema": {"type": "string", "format": "uuid"},
}
KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new UUID for each new errand; the same one when the same errand is sent again.",
    "schema": {"type": "string", "maxLength": 257},
    "example": '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
}


def posting(
    id: str, summary: str, *, sent: Any, gives: Any, status: int, path: bool = False
) -> dict[str, Any]:
    """An operation with a key. `sent` and `gives` are what `json_of` makes."""
    return {
        "operationId": id,
        "summary": summary,
        "security": BEARER,
        "parameters": [ID, KEY] if path else [KEY],
        "requestBody": {"required": True, "content": sent},
        "responses": {
            str(status): {"description": "Done", "content": gives},
            **problems(400, 401, 403, 404, 409, 413, 415, 422),
        },
    }


def asking(id: str, summary: str, *, gives: Any, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "operationId": id,
        "summary": summary,
        "security": BEARER,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer", "content": gives},
            **problems(400, 401, 403, 404, 422),
        },
    }


def parameters(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """What may stand after the question mark, from the struct that it is read into."""
    return [
        {
            "name": name,
            "in": "query",
            "description": described["description"],
            "schema": {word: value for word, value in described.items() if word != "description"},
        }
        for name, described in schema["properties"].items()
    ]


def json_of(schema: str, shown: dict[str, Any]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"application/json": {"schema": reference, "example": shown}}


def either(schema: str, **shown: dict[str, Any]) -> dict[str, Any]:
    """As `json_of`, with an example for each way it can be."""
    reference = {"$ref": f"#/components/schemas/{schema}"}
    examples = {name: {"value": value} for name, value in shown.items()}
    return {"application/json": {"schema": reference, "examples": examples}}


def problems(*statuses: int) -> dict[str, Any]:
    reference = {"schema": {"$ref": "#/components/schemas/Problem"}}
    content = {"application/problem+json": reference}
    return {str(status): {"description": "A problem document", "content": content} for status in statuses}
