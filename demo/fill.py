"""Fills an empty installation with the story: through the API and the actions, as if the weeks had passed."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

import httpx2
from litestar.types import ASGIApp

from app.care import actions as care
from app.care.queries import provider_by_number
from app.care_api.actions import credentials
from app.care_api.actions.credentials import Credentials
from app.errors import Unconfigured
from app.inbox import actions as inbox
from app.inbox.rules import REGION_WIDE
from app.language.dates import STOCKHOLM
from app.main import create_app
from app.residents import actions as residents
from app.residents.rules import read_number
from app.sessions.principals import Resident
from app.settings import Settings
from app.vault.keys import KeyRing
from demo import story, writing
from demo.answering import answer
from demo.care_system import ANY_TYPE, CareSystem
from demo.connecting import connect
from demo.days import is_open, open_day_before
from demo.in_process import InProcess
from demo.papers import PAPERS
from demo.story import Clinic, Person, Provider, Thread, TimeType

CONNECTED = timedelta(days=90)
DELETED_AFTER = timedelta(days=5)
OFFERED_DAYS = 30


class Step(NamedTuple):
    """One thing that happens: a letter is sent, its thread is opened, its summons answered, or it is deleted.

    `number` is the answer's place among the thread's.
    """

    at: datetime
    what: Literal["send", "open", "answer", "delete"]
    thread: int
    letter: str
    number: int = 0


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Filling:
    """What is known so far. Threads and messages are known by their places in the story."""

    app: ASGIApp
    clock: Clock
    base_url: str
    care_systems: dict[str, Credentials] = field(default_factory=dict)
    residents: dict[str, Resident] = field(default_factory=dict)
    threads: dict[int, UUID] = field(default_factory=dict)
    messages: dict[tuple[int, str], UUID] = field(default_factory=dict)
    summonses: dict[int, UUID] = field(default_factory=dict)


async def fill(
    settings: Settings, keys: KeyRing, *, now: datetime, tell: Callable[[int, int], None] = lambda *_: None
) -> dict[str, Credentials]:
    """The credentials of each care system, by its id. `tell` hears how many steps are done, of how many."""
    clock = Clock(now - CONNECTED)
    filling = Filling(create_app(settings, keys=keys, clock=clock), clock, settings.base_url)
    for provider in story.providers():
        filling.care_systems[provider.care_system.id] = await connect(provider, now=clock())
    for time_type in story.time_types():
        await _offer(time_type, filling, today=now.astimezone(STOCKHOLM).date())
    for person in story.people():
        if person.account:
            filling.residents[person.id] = await _open_account(person, now=clock())
    steps = sorted(_steps(now))
    for done, step in enumerate(steps, start=1):
        clock.now = step.at
        await _take(step, filling)
        tell(done, len(steps))
    return {id: await credentials.rotate(made.client_id, now) for id, made in filling.care_systems.items()}


async def _open_account(person: Person, *, now: datetime) -> Resident:
    number = read_number(person.number, today=now.date())
    id = await residents.open_account(number, person.name, now=now)
    resident = Resident(id=id, session_id=UUID(int=0), name=person.name, level="loa3")
    await residents.choose_paper(person.paper, resident=resident, now=now)
    await residents.choose_notices(id, sms=person.sms, email=False, by=resident.actor, now=now)
    if person.child:
        await residents.open_childs_account(resident, person.child.number, person.child.name, now=now)
    return resident


def _steps(now: datetime) -> Iterator[Step]:
    today = now.astimezone(STOCKHOLM).date()
    for place, thread in enumerate(story.threads()):
        for sending in thread.letters:
            sent = _office_hour(today, sending.days_ago, sending.at)
            yield Step(sent, "send", place, sending.letter)
            if thread.read or sending is not thread.letters[-1]:
                yield Step(_later(sent, place), "open", place, sending.letter)
            if thread.deletes == sending.letter:
                yield Step(sent + DELETED_AFTER, "delete", place, sending.letter)
        for number, given in enumerate(thread.answers):
            at = datetime.combine(
                today - timedelta(days=given.days_ago), time.fromisoformat(given.at), STOCKHOLM
            )
            yield Step(at.astimezone(UTC), "answer", place, "", number)


def _office_hour(today: date, days_ago: int, at: str) -> datetime:
    day = open_day_before(today, days=days_ago)
    return datetime.combine(day, time.fromisoformat(at), STOCKHOLM).astimezone(UTC)


def _later(sent: datetime, place: int) -> datetime:
    """Some open a letter the same evening, some two days after."""
    return sent + timedelta(hours=5 + place * 7 % 40, minutes=place * 11 % 60)


async def _take(step: Step, filling: Filling) -> None:
    thread = story.threads()[step.thread]
    resident = filling.residents[thread.to]
    if step.what == "send":
        await _send(step, thread, filling)
    elif step.what == "open":
        await inbox.open_thread(filling.threads[step.thread], resident=resident, now=step.at)
    elif step.what == "answer":
        given = thread.answers[step.number]
        await answer(given, filling.summonses[step.thread], resident=resident, now=step.at)
    else:
        await inbox.delete(filling.messages[step.thread, step.letter], resident=resident, now=step.at)


async def _send(step: Step, thread: Thread, filling: Filling) -> None:
    provider, clinic = _sender(thread.clinic)
    sent = step.at.astimezone(STOCKHOLM)
    letter = writing.write(
        step.letter,
        clinic=clinic,
        person=next(person for person in story.people() if person.id == thread.to),
        sent=sent,
        thread_id=str(filling.threads.get(step.thread, "")),
    )
    if letter["type"] == REGION_WIDE:
        letter["approval"] = str(await _approval(provider, clinic, now=step.at))
    # A client of its own for each letter: its token is for ten minutes, and days pass between letters.
    sender = _client(provider, filling)
    papers = [await _enclosed(name, sender) for name in story.letters()[step.letter].encloses]
    letter |= {"attachments": papers} if papers else {}
    if step.letter in story.summonses():
        summons = writing.summon(step.letter, letter, clinic=clinic, sent=sent)
        reply = await asyncio.to_thread(sender.summon, summons)
        filling.summonses[step.thread] = UUID(reply["id"])
    else:
        reply = await asyncio.to_thread(sender.send, letter)
    filling.threads[step.thread] = UUID(reply["thread_id"])
    filling.messages[step.thread, step.letter] = UUID(reply.get("message_id", reply["id"]))


async def _enclosed(name: str, sender: CareSystem) -> str:
    """Sent in again where the machine is so busy that there was no time to inspect it: no worker runs yet."""
    for _ in range(5):
        reply = await asyncio.to_thread(sender.attach, name, PAPERS[name](), ANY_TYPE)
        if reply["state"] == "clean":
            return str(reply["id"])
    raise Unconfigured("This machine is too busy to make the demo. Try again when it does less.")


async def _approval(provider: Provider, clinic: Clinic, *, now: datetime) -> UUID:
    """What goes to a whole region is approved before it is sent."""
    registered = await provider_by_number(provider.organisation_number)
    return await care.approve_broadcast(
        registered.id,
        region_code=clinic.region_code,
        approved_by="Smittskyddsläkaren",
        scope="Vaccin mot influensa till alla som har fyllt 65 år",
        ends_at=now + timedelta(days=60),
        now=now,
    )


async def _offer(time_type: TimeType, filling: Filling, *, today: date) -> None:
    """Its times for a month ahead of the day that the demo is made."""
    provider, clinic = _sender(time_type.clinic)
    sender = _client(provider, filling)
    described = {
        "clinic": clinic.hsa_id, "code": time_type.code, "name": time_type.name, "hidden": time_type.hidden,
    }  # fmt: skip
    await asyncio.to_thread(sender.describe, described)
    days = [today + timedelta(days=number) for number in range(1, OFFERED_DAYS)]
    slots = writing.offer(time_type, clinic=clinic, days=[day for day in days if is_open(day)])
    await asyncio.to_thread(sender.publish, slots)


def _sender(clinic_id: str) -> tuple[Provider, Clinic]:
    return next(
        (provider, clinic)
        for provider in story.providers()
        for clinic in provider.clinic
        if clinic.id == clinic_id
    )


def _client(provider: Provider, filling: Filling) -> CareSystem:
    mine = filling.care_systems[provider.care_system.id]
    transport = InProcess(filling.app, asyncio.get_running_loop())
    # An answer in process comes unpacked.
    http = httpx2.Client(
        transport=transport, base_url=filling.base_url, headers={"Accept-Encoding": "identity"}
    )
    return CareSystem(filling.base_url, mine.client_id, mine.client_secret, http)
