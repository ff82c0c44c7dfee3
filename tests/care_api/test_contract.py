"""The contract is whole: valid OpenAPI 3.1, every operation explained, every example what it says it is."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from app.care_api.formats.contract import contract
from app.care_api.formats.explained import NOT_HERE, SAID
from app.errors import CODES
from tests.conftest import BASE_URL

DOCUMENT: dict[str, Any] = json.loads(contract(BASE_URL))
OPERATIONS = [
    (method, path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
EACH = pytest.mark.parametrize(
    ("method", "path", "operation"),
    OPERATIONS,
    ids=[operation["operationId"] for *_, operation in OPERATIONS],
)


def test_the_contract_is_openapi_3_1() -> None:
    errors = [
        f"{list(error.instance_path)}: {error.message}"
        for error in OPENAPI_31_VALIDATOR.iter_errors(DOCUMENT)
    ]

    assert errors == []


def test_the_validator_finds_what_is_wrong() -> None:
    broken = json.loads(json.dumps(DOCUMENT))
    broken["paths"]["/api/v1/messages"]["post"]["responses"]["200"] = {"content": {}}

    assert list(OPENAPI_31_VALIDATOR.iter_errors(broken))


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for *_, operation in OPERATIONS]

    assert len(names) == len(set(names))
    assert set(SAID) <= set(names), "what is explained exists"


@EACH
def test_every_operation_says_what_it_is_for(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert len(operation["description"]) > 15
    for parameter in operation.get("parameters", []):
        assert parameter["description"], parameter["name"]


@EACH
def test_what_is_sent_and_answered_has_an_example(method: str, path: str, operation: dict[str, Any]) -> None:
    done = [response for status, response in operation["responses"].items() if status.startswith("2")]

    assert done
    for holder in (operation.get("requestBody"), *done):
        for content in (holder or {}).get("content", {}).values():
            assert (
                "example" in content or "examples" in content or content["schema"].get("format") == "binary"
            )


def _is_a_file(content: dict[str, Any]) -> bool:
    return content.get("schema", {}).get("format") == "binary" or "schema" not in content


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from holder.get("content", {}).values()


def shown(content: dict[str, Any]) -> list[Any]:
    return (
        [content["example"]]
        if "example" in content
        else [each["value"] for each in content.get("examples", {}).values()]
    )


def validator(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    whole = {**schema, "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


@EACH
def test_every_example_is_what_its_schema_says(method: str, path: str, operation: dict[str, Any]) -> None:
    for content in contents(operation):
        for example in shown(content):
            if "schema" in content and not isinstance(example, str):
                validator(content["schema"]).validate(example)
    for parameter in operation.get("parameters", []):
        if "example" in parameter:
            validator(parameter["schema"]).validate(parameter["example"])


def test_a_wrong_example_would_be_found() -> None:
    schema = DOCUMENT["paths"]["/api/v1/messages"]["post"]["requestBody"]["content"]["application/json"]

    with pytest.raises(jsonschema_rs.ValidationError):
        validator(schema["schema"]).validate(schema["example"] | {"clinic": 1})


@EACH
def test_every_operation_with_a_token_says_what_it_is_refused_with(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    if operation["operationId"] == "getToken":
        assert "429" in operation["responses"]
        return
    assert {"401", "403", "429"} <= set(operation["responses"])
    for status, response in operation["responses"].items():
        if status.startswith(("4", "5")):
            code = codes(response)
            assert code, (status, "no code")
            assert set(code) <= {*CODES, "request.too-large"}
            assert response["content"]["application/problem+json"]["example"]["status"] == int(status)


def codes(response: dict[str, Any]) -> list[str]:
    schema = response["content"]["application/problem+json"]["schema"]
    found: list[str] = schema["allOf"][1]["properties"]["code"]["examples"]
    return found


def test_every_code_that_a_care_system_can_meet_stands_at_some_operation() -> None:
    named = {
        code
        for *_, operation in OPERATIONS
        if operation["operationId"] != "getToken"
        for status, response in operation["responses"].items()
        if status.startswith(("4", "5"))
        for code in codes(response)
    }
    families = {code.partition(".")[0] for code in named}
    ours = {
        code
        for code, refusal in CODES.items()
        if code.partition(".")[0] in families and refusal.__module__.startswith("app.")
    }

    assert named - {"request.too-large"} == ours - NOT_HERE


def test_every_problem_type_leads_to_a_page_of_ours() -> None:
    for *_, operation in OPERATIONS:
        for content in contents(operation):
            for example in shown(content):
                if isinstance(example, dict) and "/utvecklare/problem/" in str(example.get("type", "")):
                    assert example["type"] == f"{BASE_URL}/utvecklare/problem/{example['code']}"
