"""Whatever is done, in whatever order and from however old a page, it ends as a model says (ASVS 2.3.1)."""

import asyncio
from collections.abc import Awaitable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.booking import actions as booking
from app.booking.queries import TimeType, slots_of
from app.booking.rules import HOLD, NONE, OPTIONAL, REQUIRED, Policy
from app.database import rows
from app.errors import Missing, Refused
from app.sessions.principals import Actor, Resident
from app.summons.queries import cases_for
from app.summons.rules import FOLLOWS, REOPENED
from tests import make
from tests.booking.actions.answering import book, cancel, confirm, hold, rebook, take_back
from tests.make import Ward

T = TypeVar("T")
PEOPLE = (make.ANNA, make.BO)
# Some clash, some touch, some have begun before the others end.
STARTS = tuple(timedelta(minutes=minutes) for minutes in (90, 105, 120, 1500, 1510, 1530))
TICKS = tuple(timedelta(minutes=minutes) for minutes in (1 / 60_000_000, 5, 10, 30, 60))
POLICIES = (
    replace(make.ALLOWED, cut_off_hours=0),
    replace(make.ALLOWED, cut_off_hours=1, confirmation=NONE),
    replace(make.ALLOWED, cut_off_hours=24, confirmation=OPTIONAL),
    Policy(confirmation=REQUIRED),
    replace(make.ALLOWED, cut_off_hours=0),
)
# The last one's summons ends soon after it is sent.
ENDS = timedelta(minutes=45)
OWN, CARE = "own", "care"
MOSTLY = st.sampled_from((True, True, True, False))
PATIENCE = 60


class Row(NamedTuple):
    id: UUID


class Contradiction(NamedTuple):
    what: str


@dataclass
class Time:
    """A slot, as the model knows it."""

    id: UUID
    starts: datetime
    withdrawn: bool = False
    held: tuple["Call", datetime] | None = None

    @property
    def ends(self) -> datetime:
        return self.starts + make.HOUR / 2

    def held_by_another(self, call: "Call | None", now: datetime) -> bool:
        return self.held is not None and self.held[1] > now and self.held[0] is not call


@dataclass
class Booked:
    """An appointment, as the model knows it."""

    time: Time
    confirmation: str
    cancelled_by: str = ""
    moved: bool = False
    confirmed: bool = False


@dataclass
class Call:
    """A summons, as the model knows it, with every `seen` that a page of it has ever carried."""

    id: UUID
    who: Resident
    follows: str
    policy: Policy
    ends: datetime | None = None
    booked: list[Booked] = field(default_factory=list)
    pages: list[str] = field(default_factory=lambda: [""])

    @property
    def last(self) -> Booked | None:
        return self.booked[-1] if self.booked else None

    @property
    def live(self) -> Booked | None:
        return self.last if self.last and not self.last.cancelled_by else None

    def state(self, now: datetime) -> str:
        last = self.last
        if last is None:
            return "expired" if self.over(now) else "to-book"
        if last.cancelled_by and self.follows == REOPENED:
            return "expired" if self.over(now) else "to-book"
        if last.cancelled_by:
            return "cancelled"
        if last.time.ends <= now:
            return "past"
        if last.confirmed:
            return "confirmed"
        if last.confirmation == REQUIRED and last.time.starts > now and not self.over(now):
            return "to-confirm"
        return "rebooked" if last.moved else "booked"

    def over(self, now: datetime) -> bool:
        return self.ends is not None and self.ends <= now

    def may_change(self, allowed: bool, by: str, now: datetime) -> bool:
        live = self.live
        if live is None or live.time.starts <= now:
            return False
        last = live.time.starts - timedelta(hours=self.policy.cut_off_hours)
        return by == CARE or (allowed and now <= last and not self.over(now))


class Stage(NamedTuple):
    loop: asyncio.AbstractEventLoop
    ward: Ward
    visits: TimeType
    people: list[Resident]


class World(RuleBasedStateMachine):
    """Each example has a year of its own, so that what the one before left lies in the past."""

    stage: Stage
    year: datetime

    def __init__(self) -> None:
        super().__init__()
        World.year += timedelta(days=365)
        self.now = World.year
        self.times: list[Time] = []
        self.calls: list[Call] = []
        self.dead: set[UUID] = set()

    def run(self, what: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await what

        done: Future[T] = asyncio.run_coroutine_threadsafe(awaited(), self.stage.loop)
        return done.result(PATIENCE)

    def tries(self, what: Awaitable[object], *, expected: bool) -> bool:
        """The model and the product agree on whether it can be done; no fault ever comes of it."""
        try:
            self.run(what)
            done = True
        except (Refused, Missing):
            done = False
        assert done is expected
        return done

    @initialize()
    def publishes(self) -> None:
        starts = [self.now + start for start in STARTS]
        stage = self.stage
        ids = self.run(make.some_slots(stage.ward, stage.visits, *starts, now=self.now))
        self.times = [Time(id, start) for id, start in zip(ids, starts, strict=True)]

    @rule(ahead=st.sampled_from(TICKS))
    def time_passes(self, ahead: timedelta) -> None:
        self.now += ahead

    @precondition(lambda self: len(self.calls) < 6)
    @rule(who=st.integers(0, 1), follows=st.sampled_from(FOLLOWS), policy=st.sampled_from(POLICIES))
    def sends_open(self, who: int, follows: str, policy: Policy) -> None:
        resident = self.stage.people[who]
        call = Call(UUID(int=0), resident, follows, policy)
        self.run(self._sends(call, None))
        self.calls.append(call)

    @precondition(lambda self: len(self.calls) < 6)
    @rule(
        who=st.integers(0, 1),
        slot=st.integers(0, 5),
        follows=st.sampled_from(FOLLOWS),
        policy=st.sampled_from(POLICIES),
    )
    def sends_timed(self, who: int, slot: int, follows: str, policy: Policy) -> None:
        resident, time = self.stage.people[who], self.times[slot]
        call = Call(UUID(int=0), resident, follows, policy)
        expected = self._free(time, None) and not self._clashes(call, time)
        if not self.tries(self._sends(call, time), expected=expected):
            return
        call.booked.append(Booked(time, policy.confirmation))
        self.calls.append(call)
        time.held = None

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def holds(self, data: st.DataObject) -> None:
        call, time = self._errand(data)
        may = (
            call.may_change(call.policy.rebook_allowed, OWN, self.now)
            if call.live
            else call.state(self.now) == "to-book"
        )
        if self.tries(hold(call.id, call.who, time.id, self.now), expected=may and self._free(time, call)):
            self._let_go(call)
            time.held = (call, self.now + HOLD)

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def lets_go(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.calls))
        self.run(booking.let_go(resident_id=call.who.id, errand_id=call.id, now=self.now))
        self._let_go(call)

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def books(self, data: st.DataObject) -> None:
        call, time = self._errand(data)
        seen = self._page(data, call)
        expected = (
            call.state(self.now) == "to-book"
            and seen == call.pages[-1]
            and self._free(time, call)
            and not self._clashes(call, time)
        )
        if self.tries(book(call.id, call.who, time.id, self.now, seen=seen), expected=expected):
            self._has_booked(call, time)

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def confirms(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.calls))
        seen, live = self._page(data, call), call.live
        expected = (
            live is not None
            and seen == call.pages[-1]
            and live.confirmation != NONE
            and not live.confirmed
            and live.time.starts > self.now
            and not call.over(self.now)
        )
        if self.tries(confirm(call.id, call.who, self.now, seen=seen), expected=expected):
            assert live is not None
            live.confirmed = True

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), by=st.sampled_from((OWN, CARE)), keep=MOSTLY)
    def rebooks(self, data: st.DataObject, by: str, keep: bool) -> None:
        call, time = self._errand(data)
        seen, live = self._page(data, call), call.live
        expected = (
            call.may_change(call.policy.rebook_allowed, by, self.now)
            and seen == call.pages[-1]
            and self._free(time, call)
            and not self._clashes(call, time)
        )
        what = rebook(
            call.id, call.who, time.id, self.now, seen=seen, by=self._actor(call, by), keep_old=keep
        )
        if self.tries(what, expected=expected):
            assert live is not None
            live.time.withdrawn = not keep
            live.time, live.moved, live.confirmed, live.confirmation = time, True, False, NONE
            time.held = None
            self._let_go(call)

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), by=st.sampled_from((OWN, CARE)), keep=MOSTLY)
    def cancels(self, data: st.DataObject, by: str, keep: bool) -> None:
        call = data.draw(st.sampled_from(self.calls))
        seen, live = self._page(data, call), call.live
        expected = call.may_change(call.policy.cancel_allowed, by, self.now) and seen == call.pages[-1]
        what = cancel(call.id, call.who, self.now, seen=seen, by=self._actor(call, by), keep_slot=keep)
        if self.tries(what, expected=expected):
            assert live is not None
            live.cancelled_by = by
            live.time.withdrawn = not keep
            self._let_go(call)

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def takes_back(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from(self.calls))
        seen, last = self._page(data, call), call.last
        expected = (
            last is not None
            and last.cancelled_by == OWN
            and not call.over(self.now)
            and seen == call.pages[-1]
            and self._free(last.time, call)
            and not self._clashes(call, last.time)
        )
        if self.tries(take_back(call.id, call.who, self.now, seen=seen), expected=expected):
            assert last is not None
            self._has_booked(call, last.time)

    @rule(slot=st.integers(0, 5))
    def withdraws(self, slot: int) -> None:
        time = self.times[slot]
        what = booking.withdraw(time.id, care_system=self.stage.ward.care_system, now=self.now)
        if self.tries(what, expected=not self._booked(time) and not time.held_by_another(None, self.now)):
            time.withdrawn = True

    @invariant()
    def every_summons_stands_as_the_model_says(self) -> None:
        for who in self.stage.people:
            mine = [call for call in self.calls if call.who is who]
            cases = self.run(cases_for(who.id, [call.id for call in mine]))
            for call in mine:
                case = cases[call.id]
                assert case.state(self.now) == call.state(self.now)
                assert (case.visit and case.visit.slot_id) == (call.last and call.last.time.id)
                if case.seen != call.pages[-1]:
                    assert case.seen not in call.pages, "what was seen once never comes again"
                    call.pages.append(case.seen)
                if case.visit and not case.visit.live:
                    self.dead.add(case.visit.id)

    @invariant()
    def every_slot_stands_as_the_model_says(self) -> None:
        clinic = self.stage.ward.clinic
        found = slots_of(
            clinic.provider_id,
            clinic_id=clinic.id,
            since=World.year,
            until=World.year + timedelta(days=99),
            after=None,
            limit=len(STARTS),
        )
        states = {slot.id: slot.state(self.now) for slot in self.run(found)}
        assert states == {time.id: self._state(time) for time in self.times}

    @invariant()
    def nothing_contradicts_itself(self) -> None:
        assert self.run(rows(Contradiction, CONTRADICTIONS, *[World.year] * 5)) == []

    @invariant()
    def what_is_cancelled_stays_cancelled(self) -> None:
        living = self.run(rows(Row, "SELECT id FROM appointments WHERE cancelled_at IS NULL"))
        assert not self.dead & {row.id for row in living}

    def _errand(self, data: st.DataObject) -> tuple[Call, Time]:
        """Mostly a time that can be had."""
        call = data.draw(st.sampled_from(self.calls))
        free = [time for time in self.times if self._free(time, call)]
        from_free = data.draw(MOSTLY, label="free")
        return call, data.draw(st.sampled_from(free if free and from_free else self.times), label="time")

    def _page(self, data: st.DataObject, call: Call) -> str:
        """Mostly as it is, at times as it was."""
        if data.draw(MOSTLY, label="fresh"):
            return call.pages[-1]
        return data.draw(st.sampled_from(call.pages), label="page")

    def _state(self, time: Time) -> str:
        if time.withdrawn:
            return "withdrawn"
        if self._booked(time):
            return "booked"
        return "held" if time.held_by_another(None, self.now) else "free"

    def _booked(self, time: Time) -> bool:
        return any(call.live and call.live.time is time for call in self.calls)

    def _free(self, time: Time, call: Call | None) -> bool:
        return (
            not time.withdrawn
            and not self._booked(time)
            and time.starts > self.now
            and not time.held_by_another(call, self.now)
        )

    def _clashes(self, call: Call, time: Time) -> bool:
        """Two of one person's at once; what is moved does not clash with itself."""
        return any(
            other.live.time.starts < time.ends and other.live.time.ends > time.starts
            for other in self.calls
            if other.who is call.who and other is not call and other.live
        )

    def _let_go(self, call: Call) -> None:
        for time in self.times:
            if time.held and time.held[0] is call:
                time.held = None

    def _has_booked(self, call: Call, time: Time) -> None:
        call.booked.append(Booked(time, NONE))
        time.held = None
        self._let_go(call)

    def _actor(self, call: Call, by: str) -> Actor:
        return call.who.actor if by == OWN else self.stage.ward.care_system.actor

    async def _sends(self, call: Call, time: Time | None) -> None:
        stage = self.stage
        call.ends = self.now + ENDS if call.policy is POLICIES[-1] else None
        sent = await make.a_summons(
            stage.ward,
            call.who,
            stage.visits,
            now=self.now,
            slot_id=time.id if time else None,
            policy=call.policy,
            after_cancellation=call.follows,
            expires_at=call.ends,
        )
        call.id = sent.id


# Of this example's year, so that what one that failed has left does not fail the next.
CONTRADICTIONS = (
    "SELECT 'two live appointments of one slot' AS what FROM appointments"
    " WHERE cancelled_at IS NULL AND booked_at >= {} GROUP BY slot HAVING count(*) > 1"
    " UNION ALL SELECT 'two live appointments of one summons' FROM appointments"
    " WHERE cancelled_at IS NULL AND booked_at >= {} GROUP BY link_id HAVING count(*) > 1"
    " UNION ALL SELECT 'a slot and its appointment do not name each other' FROM slots s"
    " LEFT JOIN appointments a ON a.slot = s.id AND a.cancelled_at IS NULL WHERE s.published_at >= {}"
    " AND COALESCE(CAST(s.appointment AS TEXT), '') <> COALESCE(CAST(a.id AS TEXT), '')"
    " UNION ALL SELECT 'somebody has what is withdrawn' FROM slots s"
    " JOIN appointments a ON a.slot = s.id AND a.cancelled_at IS NULL"
    " WHERE s.withdrawn_at IS NOT NULL AND s.published_at >= {}"
    " UNION ALL SELECT 'somebody is in two places at once' FROM appointments a JOIN slots s ON s.id = a.slot"
    " JOIN appointments b ON b.resident = a.resident AND b.id <> a.id AND b.cancelled_at IS NULL"
    " JOIN slots t ON t.id = b.slot WHERE a.cancelled_at IS NULL AND a.booked_at >= {}"
    " AND s.starts_at < t.ends_at AND s.ends_at > t.starts_at"
)


async def test_whatever_is_done_in_whatever_order(db: None, now: datetime) -> None:
    ward = await make.a_ward(now=now)
    people = [await make.a_resident(person, now=now) for person in PEOPLE]
    World.stage = Stage(asyncio.get_running_loop(), ward, await make.a_time_type(ward, now=now), people)
    World.year = now

    await asyncio.to_thread(
        run_state_machine_as_test,
        World,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
