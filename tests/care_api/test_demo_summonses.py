"""The example client at work with times and summonses, against the product itself."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from litestar.types import ASGIApp

from app.care.rules import Contact
from app.care_api import actions as credentials
from app.care_api.actions import Credentials
from app.care_api.gateways import wire
from app.care_api.rules.summons_payload import SummonsPayload
from app.sessions.principals import Resident
from demo import care_system as demo
from demo.in_process import InProcess
from tests import make
from tests.care_api.test_demo_client import Wire, replies
from tests.conftest import BASE_URL

TYPE = ["--clinic", make.HSA_ID, "--type", "besok"]
AT_NINE = "2026-12-01T09:00+01:00"
AT_TEN = "2026-12-01T10:00+01:00"


class Terminal:
    """Runs a command as from a terminal; the network is the product in this process."""

    def __init__(self, client: demo.CareSystem) -> None:
        self.client = client

    async def run(self, *arguments: str) -> Any:
        asked = demo.parser().parse_args(arguments)
        return await asyncio.to_thread(demo.COMMANDS[asked.command][1], self.client, asked)


@pytest.fixture
async def terminal(app: ASGIApp, anna_here: Resident, now: Any) -> Terminal:
    clinic = await make.a_clinic(now=now)
    made: Credentials = await credentials.add_care_system(
        clinic.provider_id,
        name="VårdIT",
        contacts=[Contact("Vera Vård", "vera@example.se", "08-765 43 21")],
        now=now,
    )
    await credentials.approve(made.client_id, now)
    http = httpx2.Client(
        transport=InProcess(app, asyncio.get_running_loop()),
        base_url=BASE_URL,
        headers={"Accept-Encoding": "identity"},
    )
    return Terminal(demo.CareSystem(BASE_URL, made.client_id, made.client_secret, http))


async def test_from_a_time_type_to_a_visit_that_care_moves_and_cancels(terminal: Terminal) -> None:
    described = await terminal.run(
        "time-type", "--clinic", make.HSA_ID, "--code", "besok", "--name", "Besök", "--hidden"
    )
    assert described == {"clinic": make.HSA_ID, "code": "besok", "name": "Besök", "hidden": True}
    nine, ten = await terminal.run("slots", *TYPE, AT_NINE, AT_TEN)

    sent = await terminal.run(
        "summon", *TYPE, "--to", make.ANNA.number, "--slot", nine, "--confirm-by", "2026-11-30T12:00+01:00"
    )
    assert (await terminal.run("summons", sent["id"]))["state"] == "to-confirm"
    moved = await terminal.run("move", sent["id"], ten, "--keep")
    assert (moved["state"], moved["slot_id"]) == ("rebooked", ten)
    assert await terminal.run("withdraw", nine) is None
    assert (await terminal.run("cancel", sent["id"]))["state"] == "cancelled"

    listed = await terminal.run("slots", "--clinic", make.HSA_ID)
    assert [slot["state"] for slot in listed] == ["withdrawn", "withdrawn"]
    assert await terminal.run("slots", *TYPE) == listed
    assert await terminal.run("slots", "--clinic", make.HSA_ID, "--type", "other") == []


async def test_an_open_summons_and_one_with_a_time_of_its_own(terminal: Terminal) -> None:
    await terminal.run("time-type", "--clinic", make.HSA_ID, "--code", "besok", "--name", "Besök")

    to_anna = [*TYPE, "--to", make.ANNA.number]
    opened = await terminal.run("summon", *to_anna, "--book-by", "2026-12-20T12:00+01:00")
    timed = await terminal.run("summon", *to_anna, "--at", AT_NINE, "--after", "clinic")

    assert (await terminal.run("summons", opened["id"]))["state"] == "to-book"
    visit = (await terminal.run("summons", timed["id"]))["appointment"]
    assert (visit["starts_at"], visit["ends_at"]) == ("2026-12-01T08:00:00Z", "2026-12-01T08:30:00Z")


async def test_many_times_are_changed_and_taken_back(terminal: Terminal) -> None:
    await terminal.run("time-type", "--clinic", make.HSA_ID, "--code", "besok", "--name", "Besök")
    nine, ten = await terminal.run("slots", *TYPE, AT_NINE, AT_TEN)

    changed = await terminal.run("change", nine, "--at", "2026-12-01T11:00+01:00", "--place", "Plan 9")
    eleven = changed["results"][0]["slot_id"]
    gone = await terminal.run("withdraw", ten, eleven)

    assert (changed["changed"], gone["withdrawn"]) == (1, 2)
    listed = {slot["id"]: slot for slot in await terminal.run("slots", *TYPE)}
    assert (listed[eleven]["starts_at"], listed[eleven]["place"]) == ("2026-12-01T10:00:00Z", "Plan 9")


async def test_a_time_that_is_agreed_is_booked_and_followed(terminal: Terminal) -> None:
    await terminal.run("time-type", "--clinic", make.HSA_ID, "--code", "besok", "--name", "Besök")
    booked = await terminal.run("book", *TYPE, "--to", make.ANNA.number, "--at", AT_NINE)

    [listed] = await terminal.run("appointments", "--clinic", make.HSA_ID, "--state", "booked")
    one = await terminal.run("appointments", booked["appointment_id"])
    assert (listed["id"], one["kind"]) == (booked["appointment_id"], "booking")
    assert await terminal.run("appointments", "--clinic", make.HSA_ID, "--state", "past") == []


async def test_what_was_booked_elsewhere_is_reported(terminal: Terminal) -> None:
    words = demo.summons(make.HSA_ID, make.ANNA.number, "besok")
    ours = ("time_type", "cut_off_hours", "cancel_allowed", "rebook_allowed", "reason_allowed", "terms")
    said = {name: value for name, value in words.items() if name not in ours}
    link = {"booking_link": "https://tider.example.se/"}
    sent = await asyncio.to_thread(terminal.client.summon, said | link)

    booked = await terminal.run("report", sent["id"], "--at", AT_NINE)
    moved = await terminal.run("report", sent["id"], "--at", AT_TEN, "--moved")

    assert (booked["state"], moved["state"]) == ("booked", "rebooked")


async def test_what_cannot_be_done_is_said_with_its_code(terminal: Terminal) -> None:
    await terminal.run("time-type", "--clinic", make.HSA_ID, "--code", "besok", "--name", "Besök")
    [slot] = await terminal.run("slots", *TYPE, AT_NINE)
    await terminal.run("summon", *TYPE, "--to", make.ANNA.number, "--slot", slot)
    opened = await terminal.run("summon", *TYPE, "--to", make.ANNA.number)

    with pytest.raises(demo.Refused, match=r"slot\.booked: The time is booked\."):
        await terminal.run("withdraw", slot)
    with pytest.raises(demo.Refused, match=r"booking\.nothing-booked: No time is booked yet"):
        await terminal.run("cancel", opened["id"])


def test_the_example_summons_says_all_that_a_summons_can() -> None:
    shown = demo.summons(make.HSA_ID, make.ANNA.number, "besok", slot_id=None)

    raw = httpx2.Request("POST", BASE_URL, json=shown).content
    assert wire.read_as(SummonsPayload, raw).terms[0].link == "https://larkholmen.example.se/avgifter"
    assert "slot_id" not in shown


async def test_what_a_summons_allows_can_be_asked_for(terminal: Terminal) -> None:
    given = ["--cut-off", "4", "--no-cancel", "--no-rebook", "--confirmation", "optional"]
    asked = demo.parser().parse_args(["summon", *TYPE, "--to", make.ANNA.number, "--at", AT_NINE, *given])
    said = demo._summons(asked)
    usual = demo._summons(demo.parser().parse_args(["summon", *TYPE, "--to", make.ANNA.number]))

    names = ("cut_off_hours", "cancel_allowed", "rebook_allowed", "confirmation")
    assert [said[name] for name in names] == [4, False, False, {"wanted": "optional", "by": None}]
    assert [usual.get(name) for name in names] == [24, True, True, None]
    await terminal.run("time-type", "--clinic", make.HSA_ID, "--code", "besok", "--name", "Besök")
    sent = await terminal.run("summon", *TYPE, "--to", make.ANNA.number, "--at", AT_NINE, *given)
    assert (await terminal.run("summons", sent["id"]))["state"] == "booked"


def test_slots_are_listed_page_by_page() -> None:
    a, b, c = ({"id": id, "time_type": kind} for id, kind in (("a", "x"), ("b", "y"), ("c", "x")))
    wires = Wire(replies(200, {"slots": [a, b], "next": "b"}), replies(200, {"slots": [c], "next": None}))

    assert list(wires.client().listed("k", "x")) == [a, c]
    assert [request.url.query for request in wires.sent] == [b"clinic=k", b"clinic=k&after=b"]


def test_changes_are_read_page_by_page() -> None:
    pages = [
        {"changes": [{"id": "a"}], "next": 7, "more": True},
        {"changes": [{"id": "b"}], "next": 9, "more": False},
    ]
    wires = Wire(*[replies(200, page) for page in pages])
    asked = demo.parser().parse_args(["changes", "--since", "5"])

    assert demo.COMMANDS["changes"][1](wires.client(), asked) == [{"id": "a"}, {"id": "b"}]
    assert [request.url.query for request in wires.sent] == [b"since=5", b"since=7"]


def test_a_callback_is_registered_with_its_address() -> None:
    wires = Wire(replies(200, {"url": "http://127.0.0.1:9/", "secret": "whsec_AAAA"}))

    assert wires.client().call_back("http://127.0.0.1:9/") == "whsec_AAAA"

    [asked] = wires.sent
    assert (asked.method, asked.url.path) == ("PUT", "/api/v1/callback")
    assert json.loads(asked.content) == {"url": "http://127.0.0.1:9/", "signatures": ["hmac"]}


def test_an_answer_is_printed_and_no_answer_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wires = Wire(replies(200, {"state": "booked"}), httpx2.Response(204))
    for name in ("URL", "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"LARKPOST_{name}", "set")
    client = wires.client()
    monkeypatch.setattr(demo, "CareSystem", lambda *_: client)

    demo.main(["summons", "1"])
    demo.main(["withdraw", "1"])

    assert json.loads(capsys.readouterr().out) == {"state": "booked"}
