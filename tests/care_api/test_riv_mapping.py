"""Our side of docs/riv-mapping.md is true: every operation and field that it names exists."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.care_api.formats.contract import contract
from app.developers.formats.reference import operation
from tests.care_api.test_documents import ROOT
from tests.conftest import BASE_URL

TEXT = (ROOT / "docs" / "riv-mapping.md").read_text(encoding="utf-8")
NAMES = {
    found["operationId"]
    for methods in json.loads(contract(BASE_URL))["paths"].values()
    for found in methods.values()
}
WORD = re.compile(r"`([A-Za-z_.\[\]]+)`")


def sections() -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """The heading, our operations, and the table's rows."""
    for part in re.split(r"^#{2,3} ", TEXT, flags=re.MULTILINE)[1:]:
        heading, _, rest = part.partition("\n")
        ours = re.search(r"^Ours: (.*?)\n\n", rest, re.MULTILINE | re.DOTALL)
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in re.findall(r"^\|.*\|$", rest, re.MULTILINE)[2:]
        ]
        yield heading, WORD.findall(ours[1]) if ours else [], rows


def fields_of(names: list[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        shown = operation(BASE_URL, name)
        assert shown, name
        found |= {field.name.partition(" (")[0] for field in shown.parameters}
        found |= {field.name for said in (*shown.sent, *shown.answers) for field in said.fields}
    return found


MAPPED = [each for each in sections() if each[1]]


@pytest.mark.parametrize(("heading", "ours", "rows"), MAPPED, ids=[each[0] for each in MAPPED])
def test_every_operation_and_field_of_ours_exists(
    heading: str, ours: list[str], rows: list[list[str]]
) -> None:
    assert set(ours) <= NAMES
    fields = fields_of(ours)
    assert rows
    for national, our, _note in rows:
        named = WORD.findall(our)
        assert named or our == "none", national
        assert {word for word in named if word not in NAMES} <= fields, f"{heading}: {national}"


def test_the_notes_name_operations_that_exist() -> None:
    camel = set(re.findall(r"`([a-z]+[A-Z][A-Za-z]+)`", TEXT))
    theirs = {
        "resultCode", "resultText", "timeTypeId", "timeTypeName", "startTimeInclusive", "endTimeExclusive",
        "timeslotId", "performerName", "resourceName", "resourceID", "careTypeName", "careTypeId",
        "healthcareServiceCode", "withinCareGuarantee", "alternativeAddress", "bookingId", "appointmentId",
        "isInvitation", "reasonText", "reasonCode", "conditionToConfirm", "originalAppointementId",
    }  # fmt: skip

    assert camel - theirs <= NAMES
    assert theirs <= camel


def test_every_national_contract_of_the_issue_is_there_and_none_is_claimed() -> None:
    for name in ("AddMessage 2.0", "IsActiveUser 2.0", "GetMessageThreadStatus 2.0", "crm:scheduling 1.1"):
        assert any(heading.startswith(name) for heading, *_ in sections())
    assert "claim no conformance" in TEXT
    assert TEXT.lower().count("unknown") > 15
    kinds: Any = set(re.findall(r"`(summons\.[a-z]+)`", TEXT))
    assert kinds == {"summons.booked", "summons.rebooked", "summons.cancelled", "summons.confirmed"}
