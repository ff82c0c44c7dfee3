"""Many visits moved and cancelled at once: rows of a batch, each as by itself, and its resident is told."""

from typing import Any
from uuid import uuid4

import pytest

from app.database import run
from tests.care_api.batches import Batches, Done
from tests.care_api.conftest import Sender, times
from tests.care_api.test_appointments import appointment
from tests.care_api.test_documents import example_in_guide
from tests.care_api.test_slots import NEVER
from tests.make import Clock

Row = dict[str, Any]


@pytest.fixture
def batches(vardit: Sender, clock: Clock) -> Batches:
    return Batches(vardit, clock)


def cancels(id: str, key: str | None = None, **field: Any) -> Row:
    row = {"kind": "cancellation", "appointment_id": id, "sequence": 0, "keep_slot": False, **field}
    return _with_key(row, key)


def moves(id: str, slot: str, key: str | None = None, **field: Any) -> Row:
    row = {"kind": "rebooking", "appointment_id": id, "sequence": 0, "slot_id": slot, "keep_old_slot": True}
    return _with_key(row | field, key)


def _with_key(row: Row, key: str | None) -> Row:
    named = row | {"idempotency_key": key or str(uuid4())}
    return {name: value for name, value in named.items() if value is not None}


async def booked(sender: Sender, slot: str) -> str:
    sent = await sender.summon(slot_id=slot, after_cancellation="closed")
    id: str = sent.json()["appointment_id"]
    return id


def results(done: Done) -> list[str]:
    return [row["result"] for row in done.rows]


async def test_a_day_is_moved_and_cancelled_in_one_batch(
    vardit: Sender, batches: Batches, slots: list[str]
) -> None:
    """The doctor is ill: one visit is moved, one is cancelled, and each resident has a message."""
    first, second = await booked(vardit, slots[0]), await booked(vardit, slots[1])
    before = (await times())["messages"]

    done = await batches.done([moves(first, slots[2]), cancels(second)])

    assert results(done) == ["accepted", "accepted"], done.rows
    moved, cancelled = (row["reply"] for row in done.rows)
    assert (moved["state"], moved["slot_id"], moved["sequence"]) == ("rebooked", slots[2], 1)
    assert (cancelled["state"], cancelled["appointment_id"]) == ("cancelled", second)
    assert (await appointment(vardit, first))["moved_by"] == "care-system"
    assert (await appointment(vardit, second))["cancelled_by"] == "care-system"
    assert (await times())["messages"] == before + 2


async def test_the_rows_of_the_guide_are_as_written_there(
    vardit: Sender, batches: Batches, slots: list[str]
) -> None:
    first, second = await booked(vardit, slots[0]), await booked(vardit, slots[1])
    move, cancel = example_in_guide("visit-rows")

    done = await batches.done(
        [
            move | {"appointment_id": first, "slot_id": slots[2]},
            cancel | {"appointment_id": second, "sequence": 0},
        ]
    )

    assert results(done) == ["accepted", "accepted"], done.rows


async def test_a_row_is_done_once_alone_or_in_a_batch(
    vardit: Sender, batches: Batches, slots: list[str]
) -> None:
    """The key of a row is the header's of the same thing done alone."""
    first, second = await booked(vardit, slots[0]), await booked(vardit, slots[1])
    rows = [moves(first, slots[2], "flytta"), cancels(second, "avboka")]

    done = await batches.done(rows)
    again = await batches.done(rows)
    move = {"sequence": 0, "slot_id": slots[2], "keep_old_slot": True}
    alone = await vardit.post(f"appointments/{first}/rebooking", move, key='"flytta"')
    cancel = {"sequence": 0, "keep_slot": True}
    other = await vardit.post(f"appointments/{second}/cancellation", cancel, key='"avboka"')

    assert again.rows == done.rows
    assert alone.json() == done.rows[0]["reply"]
    assert other.json()["code"] == "idempotency.reused"


async def test_each_row_is_refused_by_itself_and_says_where(
    vardit: Sender, batches: Batches, slots: list[str]
) -> None:
    id = await booked(vardit, slots[0])

    done = await batches.done(
        [
            cancels(NEVER),
            cancels(id, sequence=7),
            moves(id, slots[0]),
            moves(id, NEVER),
            cancels(id, appointment_id=None),
            cancels(id, keep_slot=None),
            moves(id, slots[1], keep_old_slot=None),
            cancels(id, slot_id=slots[1]),
            cancels("nej"),
            cancels(id),
        ]
    )

    assert done.refusals() == [
        (1, "appointment.unknown", "/appointment_id"),
        (2, "booking.already-changed", None),
        (3, "booking.time-taken", None),
        (4, "slot.unknown", "/slot_id"),
        (5, "request.field-missing", "/appointment_id"),
        (6, "request.field-missing", "/keep_slot"),
        (7, "request.field-missing", "/keep_old_slot"),
        (8, "request.unknown-field", "/slot_id"),
        (9, "request.wrong-type", "/appointment_id"),
    ]
    assert results(done)[-1] == "accepted"


async def test_another_providers_visits_are_not_there_and_the_attempt_is_audited(
    vardit: Sender, grannen: Sender, slots: list[str], clock: Clock
) -> None:
    id = await booked(vardit, slots[0])

    done = await Batches(grannen, clock).done([cancels(id), moves(id, slots[1])])
    tried = await Batches(grannen, clock).done([cancels(id)], query="?dry_run=true")

    assert [code for _, code, _ in done.refusals() + tried.refusals()] == ["appointment.unknown"] * 3
    asked = await run(
        "SELECT id FROM audit WHERE outcome = {} AND object_kind = {} AND object_id = {}",
        "denied", "appointment", id,
    )  # fmt: skip
    assert asked == 3
    assert (await appointment(vardit, id))["state"] == "booked"


async def test_a_dry_run_says_what_would_be_refused_and_leaves_nothing(
    vardit: Sender, batches: Batches, slots: list[str]
) -> None:
    id = await booked(vardit, slots[0])
    before, events = await times(), await run("SELECT id FROM events")
    rows = [cancels(id), moves(id, slots[1]), moves(id, NEVER), cancels(id, sequence=3)]

    tried = await batches.done(rows, query="?dry_run=true")

    assert results(tried) == ["valid", "valid", "refused", "refused"]
    assert [code for _, code, _ in tried.refusals()] == ["slot.unknown", "booking.already-changed"]
    after = await times()
    assert after == before | {"idempotency_keys": after["idempotency_keys"]}
    assert after["idempotency_keys"] == before["idempotency_keys"] + 1, "that of the batch"
    assert await run("SELECT id FROM events") == events
    assert (await appointment(vardit, id))["sequence"] == 0
    assert results(await batches.done(rows)) == ["accepted", "refused", "refused", "refused"]
