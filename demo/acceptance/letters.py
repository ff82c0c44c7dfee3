"""The morning: a token, whom one reaches, and letters, one by one, many at once, and with a file."""

import time
from typing import Any
from uuid import uuid4

from demo.acceptance.day import Day, NotSo, NotTried, ensure, refused_with, soon
from demo.acceptance.pages import pdf
from demo.care_system import CareSystem, Refused


def token(day: Day) -> str:
    """The credentials are for tests, and wrong ones buy nothing."""
    found = day.care.get("/api/v1/test-recipients")["recipients"]
    day.recipients = {each["behaviour"]: each["recipient"] for each in found}
    day.cursor = _now(day.care)
    wrong = CareSystem(str(day.http.base_url), "care-nobody", "x" * 43, client=day.http)
    code = refused_with("invalid_client", lambda: wrong.get("/api/v1/changes"))
    return f"{len(found)} made-up recipients; a wrong secret: {code}"


def reach(day: Day) -> str:
    """Digital, through a guardian, or not digital with the reason."""
    wanted = {
        "reads-at-once": "digital",
        "child": "guardian",
        "no-account": "not-digital",
        "reserve-number": "not-digital",
    }
    numbers = [day.recipient(behaviour) for behaviour in wanted] + ["190001010000"]
    answers = day.care.post("/api/v1/reachability", {"clinic": day.clinic, "recipients": numbers})[
        "recipients"
    ]
    found = [answer["status"] for answer in answers]
    ensure(found == [*wanted.values(), "invalid"], f"They were answered as {', '.join(found)}.")
    reasons = [answer["code"] for answer in answers if answer.get("code")]
    ensure(len(reasons) == 3, "Who is not reached should come with a code.")
    return ", ".join(f"{status}" for status in found) + f" ({', '.join(reasons)})"


def once(day: Day) -> str:
    """The same key is the same letter; the same key with another letter is refused."""
    letter, key = day.letter("reads-at-once"), str(uuid4())
    first, again = day.send(letter, key=key), day.care.send(letter, key=key)
    ensure(first == again, "The same key and letter were answered otherwise the second time.")
    other = letter | {"subject": "Ett annat brev"}
    code = refused_with("idempotency.reused", lambda: day.care.send(other, key=key))
    return f"one letter, {first['id']}; another under its key: {code}"


def read(day: Day) -> str:
    """Delivered means available in the inbox; read means opened, and when."""
    sent, unread = day.send(day.letter("reads-at-once")), day.send(day.letter("never-reads"))
    status = day.until(lambda: day.care.status(sent["id"]), lambda found: found["read_at"] is not None)
    day.expected |= {"message.delivered", "message.read"}
    still = day.care.status(unread["id"])
    ensure(still["read_at"] is None, "A letter to somebody who never reads is said to be read.")
    return f"read {status['read_at']}; the other one is {still['status']}"


def refusals(day: Day) -> str:
    """What is wrong is refused with a code and a sentence, and nothing is sent."""
    said = [
        refused_with("message.purpose-missing", lambda: day.care.send(_without(day, "purpose"))),
        refused_with("message.contact-missing", lambda: day.care.send(_without(day, "contact"))),
        refused_with("message.relation-missing", lambda: day.care.send(_without(day, "relation"))),
        refused_with("recipient.no-account", lambda: day.care.send(day.letter("no-account"))),
        refused_with(
            "request.unknown-field", lambda: day.care.send(day.letter("reads-at-once", colour="blue"))
        ),
    ]
    return ", ".join(said)


def later(day: Day) -> str:
    """A letter waits for its time; another is taken back before anybody has seen it."""
    waiting = day.send(day.letter("reads-at-once", publish_at=soon(seconds=3)))
    ensure(waiting["status"] == "scheduled", f"It was answered as {waiting['status']}, not as scheduled.")
    called_off = day.send(day.letter("reads-at-once", publish_at=soon(hours=1)))
    day.care.take_back(called_off["id"], "Det blev fel.")
    done = day.until(lambda: day.care.status(waiting["id"]), lambda found: found["delivered_at"] is not None)
    taken = day.care.status(called_off["id"])
    ensure(
        taken["withdrawn_at"] is not None and taken["delivered_at"] is None,
        "What was taken back was delivered.",
    )
    return f"delivered {done['delivered_at']}; taken back {taken['withdrawn_at']}"


def mended(day: Day) -> str:
    """A delivered letter is corrected, and then taken back with a reason."""
    sent = day.send(day.letter("never-reads"))
    words = {
        name: value
        for name, value in day.letter("never-reads", subject="Rättat provbrev").items()
        if name in ("subject", "body", "purpose", "use_of_answers", "contact")
    }
    day.care.correct(sent["id"], words)
    corrected = day.care.status(sent["id"])["corrected_at"]
    day.care.take_back(sent["id"], "Brevet var ett prov.")
    withdrawn = day.care.status(sent["id"])["withdrawn_at"]
    ensure(bool(corrected and withdrawn), "The status does not say both times.")
    return f"corrected {corrected}, withdrawn {withdrawn}"


def many(day: Day) -> str:
    """A batch: each row by itself and once, also when it is sent again."""
    rows = [day.letter("reads-at-once", idempotency_key=str(uuid4()), subject=f"Rad {n}") for n in range(20)]
    del rows[7]["purpose"]
    rows[11]["recipient"] = day.recipient("no-account")
    tried, done = _batch(day, rows, dry_run=True), _batch(day, rows)
    ensure(
        (tried["accepted"], tried["refused"]) == (18, 2),
        f"A dry run found {tried['refused']} rows wrong, not 2.",
    )
    ensure((done["accepted"], done["refused"]) == (18, 2), f"{done['refused']} rows were refused, not 2.")
    result, again = day.care.result(done["id"]), day.care.result(_batch(day, rows)["id"])
    ids = [line["reply"]["id"] for line in result if line["result"] == "accepted"]
    ensure(
        ids == [line["reply"]["id"] for line in again if line["result"] == "accepted"],
        "Sent again, rows became new letters.",
    )
    wrong = [
        f"row {line['row']}: {line['problem']['code']}" for line in result if line["result"] == "refused"
    ]
    day.sent += ids
    return f"18 of 20 delivered, {', '.join(wrong)}; the same 18 when sent again"


def file(day: Day) -> str:
    """A file is sent in once, inspected, and enclosed; one with a script is refused."""
    clean, bad = _upload(day, pdf("Ett prov")), _upload(day, pdf("Ett prov", script="app.alert(1)"))
    ensure(clean["state"] == "clean", f"A plain PDF is {clean['state']}.")
    ensure(bad["state"] == "refused", f"A PDF with a script is {bad['state']}.")
    sent = day.send(day.letter("reads-at-once", attachments=[clean["id"]]))
    return f"enclosed by {sent['id']}; with a script: {bad['code']}; scan: {clean['scan']}"


def _without(day: Day, name: str) -> dict[str, Any]:
    return {field: value for field, value in day.letter("reads-at-once").items() if field != name}


def _batch(day: Day, rows: list[dict[str, Any]], *, dry_run: bool = False) -> dict[str, Any]:
    """When it is done."""
    received = day.care.send_many(rows, dry_run=dry_run)
    return day.until(lambda: day.care.batch(received["id"]), lambda found: found["state"] == "done")


def _upload(day: Day, content: bytes) -> dict[str, Any]:
    """As it is once it has been inspected."""
    try:
        sent = day.care.attach("prov.pdf", content, "application/pdf")
    except Refused as refusal:
        return {"state": "refused", "code": refusal.problem["code"]}
    path = f"/api/v1/attachments/{sent['id']}"
    return day.until(lambda: day.care.get(path), lambda found: found["state"] != "inspecting")


def limits(day: Day) -> str:
    """Every answer says how much is left, so that nobody need guess when to slow down."""
    answer = day.care.ask("/api/v1/changes")
    policy, left = answer.headers.get("ratelimit-policy"), answer.headers.get("ratelimit")
    if not policy or not left:
        raise NotSo("The answer lacks RateLimit or RateLimit-Policy.")
    return f"RateLimit-Policy: {policy}; RateLimit: {left}"


def changes(day: Day) -> str:
    """All that happened to what was sent today is in the list, in order, each once."""
    if not day.sent:
        raise NotTried("Nothing was sent today.")
    since, found = day.cursor, list[dict[str, Any]]()
    ends_at = time.monotonic() + day.patience
    missing = set(day.sent)
    while missing and time.monotonic() < ends_at:
        new = list(day.care.changes(since))
        since = new[-1]["data"]["number"] if new else since
        found += new
        missing -= {change["data"]["message_id"] for change in new if change["type"] == "message.delivered"}
        missing -= {change["data"]["message_id"] for change in new if change["type"] == "message.withdrawn"}
    ensure(not missing, f"{len(missing)} of {len(day.sent)} letters never came into the list.")
    numbers = [change["data"]["number"] for change in found]
    ensure(numbers == sorted(set(numbers)), "Numbers came twice, or not in order.")
    return f"{len(found)} changes, numbers {numbers[0]} to {numbers[-1]}"


def _now(care: CareSystem) -> int:
    """The number of the last change before the day."""
    number = 0
    for change in care.changes(0):
        number = change["data"]["number"]
    return number
