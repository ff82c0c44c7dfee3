"""Whoever judges `bin/faults` finds nothing where nothing is wrong, and says what is."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from bench.faults.receiving import Received
from bench.faults.told import Result, Told
from bench.faults.verdict import faults

World: TypeAlias = tuple[Told, Received, dict[str, Any]]


def a_good_end() -> World:
    """One letter that was sent alone and again in a batch, where another one stands too; one was opened."""
    told, received = Told(), Received()
    told.acknowledge("alone", {"id": "m1"}, token="")
    told.acknowledge("alone", {"id": "m1"}, token="")
    told.acknowledge("together", {"id": "m2"}, token="")
    told.batches["b"] = ["together", "alone"]
    rows = [{"row": n, "result": "accepted", "reply": {"id": id}} for n, id in ((1, "m2"), (2, "m1"))]
    told.results["b"] = Result({"received": 2, "accepted": 2, "refused": 0}, rows)
    told.opened = {"m2"}
    told.changes = [{"id": "e1"}, {"id": "e2"}, {"id": "e3"}]
    events = [
        ("e1", 1, "message.delivered", "m1"),
        ("e2", 2, "message.delivered", "m2"),
        ("e3", 3, "message.read", "m2"),
    ]
    for id, *_ in events:
        received.accepted[id] += 1
        received.bodies[id] = {b"{}"}
    found = {
        "messages": [("m1", False), ("m2", True)],
        "events": events,
        "jobs": (0, 0, 3),
        "batches": {"received": 1, "not_ended": 0, "begun_again": 0},
    }
    return told, received, json.loads(json.dumps(found))


def test_where_nothing_is_wrong_nothing_is_found() -> None:
    assert faults(*a_good_end(), worker_kills=0) == []


def a_letter_too_many(world: World) -> None:
    world[2]["messages"].append(["m3", False])
    world[2]["events"].append(["e4", 4, "message.delivered", "m3"])


def a_row_of_another_letter(world: World) -> None:
    world[0].results["b"].rows[1]["reply"]["id"] = "m2"


def a_row_that_was_refused(world: World) -> None:
    world[0].results["b"].rows[1]["result"] = "refused"


def a_row_that_is_not_told_of(world: World) -> None:
    world[0].results["b"].rows.pop()


def a_row_that_is_not_counted(world: World) -> None:
    world[0].results["b"].standing["accepted"] = 1


def a_batch_taken_in_twice(world: World) -> None:
    world[2]["batches"]["received"] = 2


def a_batch_without_an_end(world: World) -> None:
    del world[0].results["b"]


def a_key_of_two_letters(world: World) -> None:
    world[0].acknowledge("alone", {"id": "m2"}, token="")


def a_call_too_many(world: World) -> None:
    world[1].accepted["e1"] += 1


def an_event_nobody_was_called_about(world: World) -> None:
    del world[1].accepted["e1"]


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (a_letter_too_many, "1 letters are there that nobody was told of: sent twice."),
        (a_row_of_another_letter, "A row's letter is another than the one that its key stands for."),
        (a_row_that_was_refused, "1 rows of a batch were not accepted"),
        (a_row_that_is_not_told_of, "A result has not one line for each row, in order."),
        (a_row_that_is_not_counted, "A batch of 2 letters counts (2, 1, 0) of them"),
        (a_batch_taken_in_twice, "1 batches were acknowledged, and 2 are there."),
        (a_batch_without_an_end, "0 batches have not ended, 1 have no result."),
        (a_key_of_two_letters, "One key was answered with two letters."),
        (a_call_too_many, "1 calls came twice, after 0 workers with 4 each."),
        (an_event_nobody_was_called_about, "1 events were never called about."),
    ],
)
def test_what_is_wrong_is_said(breaks: Callable[[World], None], said: str) -> None:
    world = a_good_end()
    breaks(world)

    found = faults(*world, worker_kills=0)

    assert any(sentence.startswith(said) for sentence in found), found
