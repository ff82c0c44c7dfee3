"""What is written for care systems is true: every code, every field, every example."""

import importlib
import json
import pkgutil
import re
import shlex
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

import app
from app.body import links
from app.body.blocks import Link, Text
from app.callbacks.formats import Called, CalledTest
from app.callbacks.rules.faults import FAULTS
from app.callbacks.rules.kinds import KINDS
from app.callbacks.rules.signing import (
    WAITS,
    Signers,
    new_secret,
    public_of,
    shown,
    shown_public,
    signed_headers,
)
from app.callbacks.worker import works
from app.care import actions as care
from app.care.rules import PublicKey
from app.care_api import actions
from app.care_api.formats import example, reachability_example, recipients_contract, visits_example
from app.care_api.formats.callbacks import Callback, CallbackTested, Changes, Failures
from app.care_api.formats.contract import contract
from app.care_api.formats.followed import STATES_SHOWN, Appointments, AppointmentStatus, SummonsStatus
from app.care_api.formats.offers import Slots
from app.care_api.formats.recipients import TestRecipients
from app.care_api.formats.status import Status, ThreadStatus
from app.care_api.formats.told import ELSEWHERE, FIELDS
from app.care_api.gateways import public_keys, wire
from app.care_api.gateways.public_keys import KeyPrivate
from app.care_api.rules.payload import Body, Contact, Payload
from app.care_api.rules.refusals import WrongType
from app.care_api.rules.replies import (
    ChangesReplayed,
    SlotsChanged,
    SlotsPublished,
    SlotsWithdrawn,
    SummonsChanged,
    SummonsSent,
)
from app.care_api.rules.scopes import SCOPES
from app.care_api.rules.slots_payload import (
    SlotsChangePayload,
    SlotsPayload,
    SlotsWithdrawalPayload,
    TimeTypePayload,
)
from app.care_api.rules.summons_payload import (
    BookingPayload,
    CancellationPayload,
    Confirmation,
    RebookingPayload,
    ReportPayload,
    SummonsPayload,
    TermPayload,
    VisitCancellationPayload,
    VisitRebookingPayload,
)
from app.errors import CODES
from app.outbox.worker import Worker
from app.rehearsal.rules import RESERVE_NUMBER, ROLES
from app.settings import read
from app.summons.rules import FOLLOWS
from demo import care_system
from tests.care_api.conftest import Sender, stored
from tests.care_api.signing import ask
from tests.care_api.test_made_up_recipients import plays
from tests.conftest import BASE_URL
from tests.make import Clock
from tests.test_architecture import ADDRESSES

ADDRESSED = {
    "LARKPOST_BASE_URL": BASE_URL,
    "LARKPOST_KEYS": "/nowhere",
    "LARKPOST_SERVICE": "demo/service.toml",
    "LARKPOST_PROVIDERS": "demo/providers.toml",
}
OPEN = {"name": "Knäkliniken", "region_code": "01", "address": "", "phone": "", "hours": ""}
ROOT = Path(__file__).resolve().parents[2]
PROBLEMS = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "care-systems.md").read_text(encoding="utf-8")


def example_in_guide(name: str) -> Any:
    found = re.search(rf"<!-- {name} -->\n```json\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_every_code_is_explained_once_and_none_that_is_gone() -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    general = re.findall(r'"((?:request|server)\.[a-z-]+)"', (ROOT / "app/web/errors.py").read_text())

    explained = re.findall(r"^\| `([a-z-]+\.[a-z0-9-]+)` \|", PROBLEMS, re.MULTILINE)

    # Tests have refusals of their own.
    ours = {code for code, refusal in CODES.items() if refusal.__module__.startswith("app.")}
    assert len(explained) == len(set(explained))
    assert set(explained) == ours | set(general)


def test_codes_have_one_shape() -> None:
    for code in CODES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*", code)


def test_the_guide_shows_the_examples_of_the_contract() -> None:
    assert example_in_guide("letter") == example.LETTER
    assert example_in_guide("delivered") == example.DELIVERED
    assert example_in_guide("read") == example.READ
    assert example_in_guide("withdrawal") == example.WITHDRAWAL
    assert example_in_guide("correction") == example.CORRECTION
    assert example_in_guide("attached") == example.ATTACHED
    assert example_in_guide("reachability") == reachability_example.ASKED
    assert example_in_guide("reached") == reachability_example.ANSWERED
    assert example_in_guide("scheduled") == example.SCHEDULED
    assert example_in_guide("answered") == example.ANSWERED
    assert example_in_guide("replies") == example.REPLIES
    assert example_in_guide("batch received") == example.BATCH_RECEIVED
    assert example_in_guide("batch done") == example.BATCH_DONE
    assert example_in_guide("batch result") == example.BATCH_RESULT
    assert example_in_guide("changes") == example.CHANGES
    assert example_in_guide("callback") == example.CALLBACK_SET
    assert example_in_guide("called") == example.CALLED
    assert example_in_guide("time-type") == visits_example.TIME_TYPE
    assert example_in_guide("slots") == visits_example.SLOTS
    assert example_in_guide("published") == visits_example.PUBLISHED
    assert example_in_guide("slots-change") == visits_example.CHANGES
    assert example_in_guide("slots-changed") == visits_example.CHANGED_SLOTS
    assert example_in_guide("slots-withdrawal") == visits_example.WITHDRAWAL
    assert example_in_guide("slots-withdrawn") == visits_example.WITHDRAWN_SLOTS
    assert example_in_guide("appointment") == visits_example.APPOINTMENT
    assert example_in_guide("booking") == visits_example.BOOKING
    assert example_in_guide("visit-rebooking") == visits_example.VISIT_REBOOKING
    assert example_in_guide("visit-cancellation") == visits_example.VISIT_CANCELLATION
    assert example_in_guide("external") == visits_example.EXTERNAL
    assert example_in_guide("report") == visits_example.REPORT
    assert example_in_guide("reported") == visits_example.REPORTED
    assert example_in_guide("summons") == visits_example.SUMMONS
    assert example_in_guide("sent") == visits_example.SENT
    assert example_in_guide("summons-scheduled") == visits_example.SCHEDULED
    assert example_in_guide("followed") == visits_example.FOLLOWED
    assert example_in_guide("rebooking") == visits_example.REBOOKING
    assert example_in_guide("moved") == visits_example.MOVED


async def test_the_guides_way_to_check_a_signature_works() -> None:
    code = re.search(r"<!-- verify -->\n```python\n(.*?)```", GUIDE, re.DOTALL)
    assert code
    said: dict[str, Any] = {}
    exec(code[1], said)  # noqa: S102 - our own guide
    secret, body, now = new_secret(), b'{"type":"message.read"}', int(time.time())
    headers = signed_headers("1", body, at=now, by=Signers([new_secret(), secret], [new_secret()]))

    assert said["is_ours"](headers, body, shown(secret))
    assert not said["is_ours"](headers, body + b" ", shown(secret))
    assert not said["is_ours"](headers, body, shown(new_secret()))
    old = signed_headers("1", body, at=now - 600, by=Signers([secret]))
    assert not said["is_ours"](old, body, shown(secret))


def test_the_guides_code_verifies_ed25519() -> None:
    code = re.search(r"<!-- verify-ed25519 -->\n```python\n(.*?)```", GUIDE, re.DOTALL)
    assert code
    said: dict[str, Any] = {}
    exec(code[1], said)  # noqa: S102 - our own guide
    key, body, now = new_secret(), b'{"type":"message.read"}', int(time.time())
    headers = signed_headers("1", body, at=now, by=Signers([new_secret()], [new_secret(), key]))
    public = shown_public(public_of(key))

    assert said["is_ours"](headers, body, public)
    assert not said["is_ours"](headers, body + b" ", public)
    assert not said["is_ours"](headers, body, shown_public(public_of(new_secret())))
    old = signed_headers("1", body, at=now - 600, by=Signers([], [key]))
    assert not said["is_ours"](old, body, public)


def test_the_guide_explains_every_fault_of_a_call() -> None:
    table = GUIDE.partition("| `fault` | What |")[2].partition("\n\n")[0]

    assert set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)))) == set(
        FAULTS.values()
    )


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("callback", Callback),
        ("failures", Failures),
        ("tested", CallbackTested),
        ("replayed", ChangesReplayed),
        ("called-test", CalledTest),
    ],
)
def test_the_guides_examples_of_callbacks_are_what_is_answered(name: str, shape: type[Any]) -> None:
    shown = example_in_guide(name)

    assert msgspec.to_builtins(msgspec.convert(shown, shape)) == shown


def test_every_operation_says_its_limits() -> None:
    document = json.loads(contract(BASE_URL))
    operations = [one for path in document["paths"].values() for one in path.values()]

    for operation in operations:
        headers = set(operation["responses"]["429"]["headers"])
        assert headers == {"RateLimit", "RateLimit-Policy", "Retry-After"}
        for status, response in operation["responses"].items():
            assert status == "401" or "RateLimit" in response["headers"]
    assert set(re.findall("#/components/headers/([A-Za-z-]+)", json.dumps(document))) == set(
        document["components"]["headers"]
    )


def test_the_guide_tells_when_a_callback_is_sent_again() -> None:
    waits = [wait.total_seconds() for wait in WAITS]
    told = re.search(r"again after (.*?), and then given up", GUIDE.replace("\n ", ""))
    assert told
    units = {"s": 1, "min": 60, "h": 3600}
    said = [int(n) * units[unit] for n, unit in re.findall(r"(\d+) (s|min|h)\b", told[1])]

    assert said == waits


async def test_the_guides_letter_is_accepted_and_answered_as_shown(prov: Sender, clock: Clock) -> None:
    """With test credentials, to the made-up recipient who reads whatever comes."""
    letter = example_in_guide("letter")
    raw = json.dumps(letter, ensure_ascii=False).encode()
    await care.open_clinic(prov.care_system.provider_id, hsa_id=letter["clinic"], now=clock(), **OPEN)

    sent = await prov.send(raw=raw)
    await plays(clock)
    status = await prov.status(sent.json()["id"])

    assert sent.status_code == 201
    assert set(sent.json()) == set(example_in_guide("delivered"))
    assert set(status.json()) == set(example_in_guide("read"))
    assert status.json()["status"] == "read"


async def test_the_guides_question_of_whom_one_reaches_is_answered_as_shown(
    prov: Sender, clock: Clock
) -> None:
    asked = example_in_guide("reachability")
    await care.open_clinic(prov.care_system.provider_id, hsa_id=asked["clinic"], now=clock(), **OPEN)

    assert (await prov.post("reachability", asked)).json() == example_in_guide("reached")


async def test_the_guides_problem_is_what_is_answered(vardit: Sender) -> None:
    refused = await vardit.send(purpose=None)

    assert refused.json() == example_in_guide("problem")


def test_the_guide_and_the_contract_name_every_kind_of_change() -> None:
    table = GUIDE.partition("| `type` | What has happened")[2].partition("\n\n")[0]
    schemas = json.loads(contract(BASE_URL))["components"]["schemas"]

    assert tuple(re.findall(r"^\| `([a-z.-]+)` \|", table, re.MULTILINE)) == KINDS
    for name in ("Called", "ListedChange"):
        kind = schemas[name]["properties"]["type"]
        assert all(each in kind["description"] for each in KINDS)
        assert kind["examples"] == list(KINDS)


async def test_a_change_has_the_ids_that_the_guide_says(
    vardit: Sender, slots: list[str], clock: Clock
) -> None:
    sent = (await vardit.summon(slot_id=slots[0])).json()
    seen = {"appointment_id": sent["appointment_id"], "sequence": 0}
    move = {**seen, "slot_id": slots[1], "keep_old_slot": True}
    await vardit.post(f"summonses/{sent['id']}/rebooking", move)
    await vardit.post(f"summonses/{sent['id']}/cancellation", {**seen, "sequence": 1, "keep_slot": True})
    await Worker(works(loopback=True), clock).run_due()

    bearer = {"authorization": f"Bearer {vardit.token}"}
    told = (await vardit.client.get("/api/v1/changes", headers=bearer)).json()["changes"]

    rebooked, cancelled = ("summons.rebooked", "summons.cancelled")
    receipt = "message.delivered"
    booked = "summons.booked"
    assert sorted(change["type"] for change in told) == sorted([receipt] * 3 + [booked, rebooked, cancelled])
    for change in told:
        said = re.search(rf"^\| `{change['type']}` \|.*\|(.*)\|$", GUIDE, re.MULTILINE)
        assert said
        ids = set(re.findall("`([a-z_]+)`", said[1])) | {"summons_id", "number", "actor"}
        assert set(change["data"]) == ids
        assert change["data"]["summons_id"] == sent["id"]
        assert change["data"]["actor"] == "care-system"
    moved = next(change["data"] for change in told if change["type"] == rebooked)
    assert (moved["from_slot_id"], moved["slot_id"]) == (slots[0], slots[1])
    assert moved["message_id"] == sent["message_id"]


def fields_told(heading: str) -> set[str]:
    """The names in the first column of the first table under a heading."""
    table = GUIDE.partition(f"\n## {heading}\n")[2].partition("|---|")[2].partition("\n\n")[0]
    return set(re.findall(r"`([a-z_.]+)`", "".join(re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE))))


def test_the_guides_table_of_a_summons_has_every_field_and_no_other() -> None:
    own = set(SummonsPayload.__struct_fields__) - set(Payload.__struct_fields__) - {"confirmation"}
    own |= {f"confirmation.{name}" for name in Confirmation.__struct_fields__}
    own |= {f"terms.{name}" for name in TermPayload.__struct_fields__}

    assert fields_told("Summonses") == own


def test_the_guide_lists_what_a_letter_has_and_a_summons_has_not() -> None:
    listed = GUIDE.partition("but none of these:")[2].partition("And it has these:")[0]
    points = re.findall(r"^- (.*?)(?: belong|:)", listed, re.MULTILINE)
    named = {name for point in points for name in re.findall(r"`([a-z_]+)`", point)}

    assert named == set(Payload.__struct_fields__) - set(SummonsPayload.__struct_fields__)
    agreed = GUIDE.partition("\n## Appointments")[2].partition("\n## ")[0]
    no_more = set(SummonsPayload.__struct_fields__) & set(Payload.__struct_fields__)
    no_more -= set(BookingPayload.__struct_fields__)
    assert no_more == {"publish_at"}
    assert "`publish_at` is refused there" in agreed


def test_the_guide_explains_every_state_and_what_follows_a_cancellation() -> None:
    states = GUIDE.partition("### How it stands")[2].partition("### What follows")[0]

    assert tuple(re.findall(r"^\| `([a-z-]+)` \|", states, re.MULTILINE)) == STATES_SHOWN
    follows = GUIDE.partition("### What follows a cancellation")[2].partition("### When care")[0]
    assert tuple(re.findall(r"^- `([a-z]+)`:", follows, re.MULTILINE)) == FOLLOWS


def python_in_guide(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```python\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
async def guides_times(prov: Sender, clock: Clock) -> list[str]:
    """The ids of the two times that the guide has test credentials publish."""
    told = example_in_guide("time-type")
    await care.open_clinic(prov.care_system.provider_id, hsa_id=told["clinic"], now=clock(), **OPEN)
    assert (await prov.describe(**told)).json() == told
    published = await prov.post("slots", example_in_guide("slots"))
    assert set(published.json()) == set(example_in_guide("published"))
    ids: list[str] = published.json()["ids"]
    return ids


async def test_the_guide_leads_from_zero_to_a_summons_that_its_recipient_rebooks(
    prov: Sender, guides_times: list[str], clock: Clock
) -> None:
    """Issue 5: with test credentials only."""
    first, second = guides_times
    sent = (await prov.post("summonses", example_in_guide("summons") | {"slot_id": first})).json()
    await plays(clock)
    await plays(clock, seconds=2)
    status = await prov.summons(sent["id"])

    assert set(sent) == set(example_in_guide("sent"))
    followed = example_in_guide("followed")
    assert set(status) == set(followed)
    assert status["state"] == followed["state"] == "rebooked"
    assert set(status["appointment"]) == set(followed["appointment"])
    assert status["appointment"]["slot_id"] == second
    assert [set(step) for step in status["history"]] == [set(step) for step in followed["history"]]
    assert [step["who"] for step in status["history"]] == [step["who"] for step in followed["history"]]
    assert status["history"][0]["to_starts_at"] == followed["history"][0]["to_starts_at"]


async def test_a_time_is_had_once_and_care_moves_a_visit_as_the_guide_shows(
    prov: Sender, guides_times: list[str]
) -> None:
    first, second = guides_times
    summons = example_in_guide("summons") | {"slot_id": first}
    sent = (await prov.post("summonses", summons)).json()
    taken = await prov.post("summonses", summons)
    seen = {"appointment_id": sent["appointment_id"], "slot_id": second}
    moved = await prov.post(f"summonses/{sent['id']}/rebooking", example_in_guide("rebooking") | seen)

    assert taken.json() == example_in_guide("not-booked")
    assert set(moved.json()) == set(example_in_guide("moved"))
    assert moved.json()["state"] == example_in_guide("moved")["state"]


def test_whoever_reads_the_guide_in_order_listens_before_the_summons_is_sent() -> None:
    """Or they would have to send another to see it told."""
    steps = GUIDE.partition("## The first summons in five minutes")[2].partition("\n## ")[0]
    places = [steps.index(f"**{number}. ") for number in range(1, 6)]

    assert places == sorted(places)
    assert steps.index("care_system.py listen") < steps.index('"$LARKPOST_URL/api/v1/summonses"')
    assert steps.count("care_system.py listen") == 1


def test_in_the_demo_the_guides_reader_is_the_operator() -> None:
    first = GUIDE.partition("## The first letter")[2].partition("## Fields")[0]

    assert "write `bin/demo …` in its place" in first
    assert first.index("`bin/demo …`") < first.index("python -m app care-system add")


@pytest.mark.parametrize(
    ("database", "said"),
    [("sqlite:///x.sqlite", "`sends` is {} in 10 s"), ("postgresql://x", "each is one. | {} in 10 s |")],
)
def test_the_guide_says_how_much_may_be_sent_on_each_engine(database: str, said: str) -> None:
    limits = read({"LARKPOST_ENVIRONMENT": "demo", "LARKPOST_DATABASE": database, **ADDRESSED}).limits

    assert said.format(limits.sends) in GUIDE


def keys_in(file: str) -> list[PublicKey]:
    return public_keys.read(Path(file).read_text("utf-8"))


async def test_the_guides_key_and_assertion_buy_a_token(
    vardit: Sender, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(python_in_guide("pair"), {})  # noqa: S102 - the guide's own
    await actions.add_keys(vardit.client_id, keys_in("public.json"), clock())
    guide: dict[str, Any] = {}
    exec(python_in_guide("assertion"), guide)  # noqa: S102
    monkeypatch.setattr(time, "time", lambda: clock().timestamp())

    signed = guide["assertion"](vardit.client_id, f"{BASE_URL}/api/v1/oauth/token")

    assert (await ask(vardit.client, signed)).status_code == 200
    with pytest.raises(KeyPrivate):
        keys_in("private.json")


def test_the_guide_lists_every_made_up_recipient_and_what_it_does() -> None:
    listed = re.findall(r"^\| `([0-9]+)` \| `([a-z-]+)` \| (.+) \|$", GUIDE, re.MULTILINE)

    assert listed == [(role.number, role.behaviour, role.does) for role in (*ROLES, RESERVE_NUMBER)]
    assert msgspec.convert(recipients_contract.LISTED, TestRecipients).recipients[0].reads_after == 0


def test_the_guide_tells_of_every_scope() -> None:
    token = re.search(r'^{"access_token": .*$', GUIDE, re.MULTILINE)
    assert token
    assert json.loads(token[0]) == example.TOKEN
    assert set(re.findall(r"`([a-z]+:[a-z]+|reachability)`", GUIDE)) == set(SCOPES)
    offered = json.loads(contract(BASE_URL))["components"]["securitySchemes"]["token"]
    assert set(offered["flows"]["clientCredentials"]["scopes"]) == set(SCOPES)


@pytest.mark.parametrize(
    ("shape", "field", "said"),
    [
        ("LinkPayload", "label", "`label` ({} characters)"),
        ("LinkPayload", "url", "`label` (80 characters), `url` ({} characters)"),
        ("DocumentPayload", "title", "`title` ({} characters)"),
        ("DocumentPayload", "url", "`title` (120 characters), `url` ({} characters)"),
        ("TimeTypePayload", "code", "`code` ({} characters)"),
        ("TimeTypePayload", "name", "`name` ({} characters)"),
        ("WithdrawalPayload", "reason", "`reason` ({} characters)"),
    ],
)
def test_the_guide_says_how_long_a_text_may_be(shape: str, field: str, said: str) -> None:
    schemas = json.loads(contract(BASE_URL))["components"]["schemas"]

    assert said.format(schemas[shape]["properties"][field]["maxLength"]) in GUIDE


@pytest.mark.parametrize("field", Payload.__struct_fields__)
def test_null_is_left_out_but_never_a_list_or_a_truth(field: str) -> None:
    """As the guide says, under "What happens to the words"."""
    left_out = getattr(wire.read(b"{}"), field)

    if isinstance(left_out, (list, bool)):
        with pytest.raises(WrongType):
            wire.read(json.dumps({field: None}).encode())
    else:
        assert wire.read(json.dumps({field: None}).encode()) == wire.read(b"{}")


def test_the_guide_says_which_lines_are_cleaned() -> None:
    words = GUIDE.partition("### What happens to the words")[2].partition("###")[0]

    for name in (
        "subject",
        "label",
        "title",
        "reason",
        "purpose",
        "contact",
        "practitioner",
        "bring",
        "terms",
    ):
        assert f"`{name}`" in words
    link = links.linked("https://a.example.se/", (Text("\u200bva\u202er"),))
    assert link == (Link("https://a.example.se/", (Text("var"),), "a.example.se"),)


def test_the_guides_table_has_every_field_and_no_other() -> None:
    fields = {*Payload.__struct_fields__, *(f"body.{name}" for name in Body.__struct_fields__)}
    fields |= {f"contact.{name}" for name in Contact.__struct_fields__}

    assert fields_told("Fields") == fields - {"body", "contact"}


async def test_the_contract_is_public_and_covers_this_api_only(client: httpx.AsyncClient, db: None) -> None:
    response = await client.get("/api/v1/openapi.json")

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    document = response.json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": BASE_URL}]


def test_the_contract_has_every_address_of_the_api_and_no_other() -> None:
    paths = json.loads(contract(BASE_URL))["paths"]
    described = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}

    ours = {re.sub(r"{\w+}", "{id}", address) for address in ADDRESSES if " /api/v1/" in address}
    assert described == ours - {"GET /api/v1/openapi.json"}


def test_everything_the_contract_refers_to_is_in_it() -> None:
    text = contract(BASE_URL).decode()
    schemas = json.loads(text)["components"]["schemas"]

    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))

    assert named == set(schemas)
    for schema in schemas.values():
        assert set(schema["required"]) <= set(schema["properties"])


def test_the_contracts_examples_are_what_it_describes() -> None:
    paths = json.loads(contract(BASE_URL))["paths"]
    sent = paths["/api/v1/messages"]["post"]["requestBody"]["content"]["application/json"]["example"]
    read = paths["/api/v1/messages/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["example"]

    assert wire.read(json.dumps(sent).encode()).clinic == sent["clinic"]
    assert msgspec.convert(read, Status).status == "read"
    assert msgspec.convert(example.CHANGES, Changes).next == example.CHANGES["next"]
    assert msgspec.convert(example.CALLED, Called).data.number == example.CHANGES["next"]
    assert msgspec.convert(example.CALLBACK_SET, Callback).url == example.CALLBACK["url"]
    assert msgspec.convert(example.THREAD, ThreadStatus).messages[0].status == "read"
    for shape, example_of in (
        (TimeTypePayload, visits_example.TIME_TYPE),
        (SlotsPayload, visits_example.SLOTS),
        (SlotsPublished, visits_example.PUBLISHED),
        (SlotsChangePayload, visits_example.CHANGES),
        (SlotsChanged, visits_example.CHANGED_SLOTS),
        (SlotsWithdrawalPayload, visits_example.WITHDRAWAL),
        (SlotsWithdrawn, visits_example.WITHDRAWN_SLOTS),
        (Appointments, visits_example.APPOINTMENTS),
        (AppointmentStatus, visits_example.APPOINTMENT),
        (BookingPayload, visits_example.BOOKING),
        (VisitRebookingPayload, visits_example.VISIT_REBOOKING),
        (VisitCancellationPayload, visits_example.VISIT_CANCELLATION),
        (SummonsPayload, visits_example.EXTERNAL),
        (ReportPayload, visits_example.REPORT),
        (SummonsChanged, visits_example.REPORTED),
        (Slots, visits_example.LISTED),
        (SummonsPayload, visits_example.SUMMONS),
        (SummonsSent, visits_example.SENT),
        (SummonsSent, visits_example.SCHEDULED),
        (SummonsPayload, visits_example.LATER),
        (SummonsStatus, visits_example.FOLLOWED),
        (CancellationPayload, visits_example.CANCELLATION),
        (RebookingPayload, visits_example.REBOOKING),
        (SummonsChanged, visits_example.CHANGED),
    ):
        assert msgspec.to_builtins(msgspec.convert(example_of, shape)).keys() <= example_of.keys()
        assert f"#/components/schemas/{shape.__name__}" in contract(BASE_URL).decode()


def test_every_field_of_the_contract_says_what_it_is() -> None:
    """What is sent and what is answered, with a type unless it is made of others."""
    schemas = json.loads(contract(BASE_URL))["components"]["schemas"]

    for name, schema in schemas.items():
        assert not name.endswith("Payload") or schema["additionalProperties"] is False
        for field, described in schema["properties"].items():
            assert described["description"], (name, field)
            assert described.keys() & {"type", "anyOf", "oneOf", "$ref", "const"}, (name, field)


def test_no_description_of_a_field_is_of_a_field_that_is_gone() -> None:
    schemas = json.loads(contract(BASE_URL))["components"]["schemas"]
    fields = {(name, field) for name, schema in schemas.items() for field in schema["properties"]}

    assert fields >= ELSEWHERE.keys()
    assert {field for _, field in fields} >= FIELDS.keys()


def test_a_letter_is_refused_for_its_attachments_and_not_for_how_a_file_is_sent_in() -> None:
    paths = json.loads(contract(BASE_URL))["paths"]

    def attachment_codes(path: str) -> set[str]:
        return set(re.findall(r"attachment\.[a-z-]+", json.dumps(paths[path]["post"]["responses"])))

    enclosed = {"attachment.unknown", "attachment.not-inspected", "attachment.refused"}
    for path in ("messages", "summonses", "appointments"):
        assert attachment_codes(f"/api/v1/{path}") == enclosed
    assert attachment_codes("/api/v1/attachments") > {"attachment.name-missing", "attachment.cut-off"}


@pytest.mark.parametrize("command", ["add", "approve", "rotate", "key"])
def test_the_guides_commands_exist(command: str) -> None:
    from app.commands import parser  # noqa: PLC0415

    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["care-system", command, "--help"])
    assert ended.value.code == 0
    assert f"care-system {command}" in GUIDE


def test_the_guides_commands_of_the_example_client_are_all_it_has() -> None:
    shown = re.findall(r"demo/care_system\.py (.+)$", GUIDE, re.MULTILINE)

    asked = [care_system.parser().parse_args(shlex.split(command, comments=True)) for command in shown]

    assert {each.command for each in asked} == set(care_system.COMMANDS)


async def test_nothing_is_stored_by_asking_for_the_contract(client: httpx.AsyncClient, db: None) -> None:
    await client.get("/api/v1/openapi.json")

    assert sum(await stored()) == 0
