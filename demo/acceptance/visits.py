"""The afternoon: free times, summonses that made-up people answer, and callbacks that tell of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from demo.acceptance.day import Day, NotTried, ensure, refused_with
from demo.callback_receiver import Receiver, server
from demo.care_system import Refused, slots

TIMES = 8
MINUTES = 30
DAYS_AHEAD = 20
NOT_THERE = 404
HAS_ANOTHER = (
    "The care system has an address for callbacks, which is left as it is. With --replace-callback it is "
    "replaced: it and its keys end, and after the day there is none."
)


@contextmanager
def listening(day: Day, port: int, *, replace: bool) -> Iterator[None]:
    """A receiver on this machine, which keeps what comes when it is genuine.

    Whoever is called elsewhere already goes on being so, unless told to `replace` that.
    """
    receiver = Receiver(lambda id, event: day.told.update({id: event}))
    with server(receiver, port=port) as listens:
        thread = threading.Thread(target=listens.serve_forever, daemon=True)
        thread.start()
        url = day.callback_url or f"http://127.0.0.1:{listens.server_port}/"
        day.callback_url, receiver.secret = _called_at(day, url, replace=replace)
        try:
            yield
        finally:
            if day.callback_url is not None:
                with suppress(Refused, httpx2.HTTPError):
                    day.care.call_back_no_more()
            listens.shutdown()


def _called_at(day: Day, url: str, *, replace: bool) -> tuple[str | None, str]:
    """The address and its secret; none when `day.uncalled` says why not."""
    try:
        if not replace and _has_an_address(day):
            day.uncalled = HAS_ANOTHER
            return None, ""
        return url, day.care.call_back(url)
    except Refused as refusal:
        # Beyond a demo, only an address that everybody reaches is taken: --callback names one.
        day.uncalled = f"{url} was refused ({refusal}). Name an https address with --callback."
        return None, ""


def _has_an_address(day: Day) -> bool:
    try:
        return bool(day.care.get("/api/v1/callback"))
    except Refused as refusal:
        if refusal.problem.get("status") != NOT_THERE:
            raise
        return False


def called(day: Day) -> str:
    """A test event reaches us, and its signature is right."""
    if day.callback_url is None:
        raise NotTried(day.uncalled)
    sent = day.care.post("/api/v1/callback/test", {})
    day.until(
        lambda: {"came": [event for event in list(day.told.values()) if event["type"] == "callback.test"]},
        lambda found: bool(found["came"]),
    )
    return f"test {sent['id']} arrived, and its signature is right"


def times(day: Day) -> str:
    """A time type of our own, and free times of it."""
    day.care.describe(
        {"clinic": day.clinic, "code": day.time_type, "name": "Prov av anslutning", "hidden": True}
    )
    first = (datetime.now(UTC) + timedelta(days=DAYS_AHEAD)).replace(
        hour=8, minute=0, second=0, microsecond=0
    )
    starts = [(first + timedelta(minutes=MINUTES * n)).isoformat() for n in range(TIMES)]
    day.slots = day.care.publish(slots(day.clinic, day.time_type, starts, MINUTES))
    listed = [slot["id"] for slot in day.care.listed(day.clinic, day.time_type)]
    ensure(set(day.slots) <= set(listed), "Not every time that was published is listed.")
    return f"{len(day.slots)} times published"


def confirmed(day: Day) -> str:
    """A timed summons is confirmed in the message."""
    return _answered(
        day, "confirms", "confirmed", slot_id=_slot(day), confirmation={"wanted": "required", "by": _by()}
    )


def rebooked(day: Day) -> str:
    """A timed summons is moved, and both times are told."""
    return _answered(day, "rebooks", "rebooked", slot_id=_slot(day), cut_off_hours=24, rebook_allowed=True)


def cancelled(day: Day) -> str:
    """A timed summons is cancelled, and its time is free again at once."""
    slot = _slot(day)
    said = _answered(
        day,
        "cancels",
        "cancelled",
        slot_id=slot,
        cut_off_hours=24,
        cancel_allowed=True,
        after_cancellation="closed",
    )
    day.care.withdraw(slot)
    return f"{said}; its time could be withdrawn"


def booked(day: Day) -> str:
    """An open summons is booked, once; what is booked cannot be withdrawn."""
    sent = day.care.summon(day.summons("books", book_by=_by()), key=str(uuid4()))
    found = _until_state(day, sent["id"], "booked")
    slot = found["appointment"]["slot_id"]
    code = refused_with("slot.booked", lambda: day.care.withdraw(slot))
    return f"{sent['id']} booked {found['appointment']['starts_at']}; withdrawing its time: {code}"


def moved_by_the_clinic(day: Day) -> str:
    """The clinic moves a visit, and then cancels it; the resident gets a message of each."""
    sent = day.care.summon(day.summons("never-reads", slot_id=_slot(day)))
    day.care.move(sent["id"], _slot(day), keep_old_slot=False)
    moved = day.care.summons(sent["id"])["appointment"]
    day.care.cancel(sent["id"], keep_slot=False)
    after = day.care.summons(sent["id"])["appointment"]
    ensure(
        moved["moved_by"] == after["cancelled_by"] == "care-system", "It is not said that the clinic did it."
    )
    letters = day.care.get(f"/api/v1/threads/{sent['thread_id']}")["messages"]
    ensure(
        len(letters) == 3,
        f"The thread has {len(letters)} messages, not one of each: summons, move, cancellation.",
    )
    return f"{sent['id']}: moved {moved['moved_at']}, cancelled {after['cancelled_at']}; three messages"


def told(day: Day) -> str:
    """What people did today came as genuine callbacks, ids only."""
    if day.callback_url is None:
        raise NotTried(day.uncalled)
    if not day.expected:
        raise NotTried("Nothing happened today that callbacks could tell of.")

    def ask() -> dict[str, Any]:
        return {"missing": day.expected - {event["type"] for event in list(day.told.values())}}

    day.until(ask, lambda found: not found["missing"])
    numbers = set(day.recipients.values())
    ensure(not any(number in str(day.told) for number in numbers), "A callback named a recipient.")
    kinds = {event["type"] for event in day.told.values()}
    return f"{len(day.told)} callbacks of {len(kinds)} kinds, each signed"


def _answered(day: Day, behaviour: str, state: str, **summons: Any) -> str:
    sent = day.care.summon(day.summons(behaviour, **summons), key=str(uuid4()))
    _until_state(day, sent["id"], state)
    return f"{sent['id']} {state}"


def _until_state(day: Day, summons_id: str, state: str) -> dict[str, Any]:
    """Its history says it, whatever has happened since."""
    found = day.until(
        lambda: day.care.summons(summons_id),
        lambda found: any(line["what"] == state for line in found["history"]),
    )
    day.expected.add(f"summons.{state}")
    return found


def _slot(day: Day) -> str:
    if not day.slots:
        raise NotTried("There are no free times, since they could not be published.")
    # The last: made-up people who choose take the first.
    return day.slots.pop()


def _by() -> str:
    return (datetime.now(UTC) + timedelta(days=DAYS_AHEAD - 10)).isoformat(timespec="seconds")
