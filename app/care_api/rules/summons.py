"""What a summons must say besides its letter, and what in it cannot go together."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.body.blocks import Link, Text
from app.body.links import linked, web_address
from app.booking.rules import CONFIRMATIONS, FURTHEST, NONE, NewSlot, Policy, ensure_publishable
from app.care_api.rules.life import ensure_answered_first
from app.care_api.rules.payload import LINE_MOST, TEXT_MOST
from app.care_api.rules.refusals import FieldMissing, TextTooLong
from app.care_api.rules.slots import check_code
from app.care_api.rules.slots_payload import PLACE_MOST
from app.care_api.rules.summons_payload import (
    CUT_OFF_MOST,
    LINK_MOST,
    TERMS_MOST,
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
from app.care_api.rules.text import line, needed
from app.care_api.rules.times import maybe_instant, needed_instant
from app.errors import Refused
from app.language import lazy as _l
from app.summons.rules import CLINICS_TURN, CLOSED, FOLLOWS, REOPENED


class SlotAndTimes(Refused):
    code = "summons.slot-and-times"
    sentence = _l("Ange antingen slot_id eller starts_at och ends_at, inte båda.")


class PlaceWithoutTimes(Refused):
    code = "summons.place-without-times"
    sentence = _l("%(pointer)s hör till en tid som anges med starts_at och ends_at. Utelämna fältet.")


class BookByWithoutChoice(Refused):
    code = "summons.book-by-without-choice"
    sentence = _l(
        "book_by gäller bara när invånaren ska välja tid: en öppen kallelse, eller after_cancellation open."
        " Utelämna fältet."
    )


class LinkAndTimes(Refused):
    code = "summons.link-and-times"
    sentence = _l("%(pointer)s hör till tider som bokas här. Utelämna fältet, eller booking_link.")


class BookingLinkInvalid(Refused):
    code = "summons.booking-link-invalid"
    sentence = _l("booking_link ska leda till en https-adress på ett namn som alla når. Rätta den.")


class OwnDeadlines(Refused):
    code = "summons.own-deadlines"
    sentence = _l("due_at och %(last)s är samma sista dag, men tiderna är olika. Ange en av dem.")


class ConfirmationOfOpen(Refused):
    code = "summons.confirmation-of-open"
    sentence = _l(
        "Den som själv väljer tid har inget att bekräfta. Utelämna confirmation i en öppen kallelse."
    )


class ConfirmationUnknown(Refused):
    code = "summons.confirmation-unknown"
    sentence = _l("Värdet i confirmation.wanted finns inte. Välj ett av: %(known)s.")


class DeadlineWithoutConfirmation(Refused):
    code = "summons.deadline-without-confirmation"
    sentence = _l("confirmation.by anger en sista dag, men ingen bekräftelse önskas. Rätta det ena.")


class DeadlinePassed(Refused):
    code = "summons.deadline-passed"
    sentence = _l("Tiden i %(pointer)s har redan varit. Rätta den eller utelämna fältet.")


class DeadlineAfterVisit(Refused):
    code = "summons.deadline-after-visit"
    sentence = _l("Tiden i %(pointer)s ligger efter besöket. Rätta den eller utelämna fältet.")


class DeadlineTooFarAhead(Refused):
    code = "summons.deadline-too-far-ahead"
    sentence = _l("Tiden i %(pointer)s ligger mer än tre år framåt. Rätta den.")


class DeadlineBeforeDelivery(Refused):
    code = "summons.deadline-before-delivery"
    sentence = _l("Tiden i %(pointer)s ligger innan kallelsen levereras. Rätta den eller publish_at.")


class VisitBeforeDelivery(Refused):
    code = "summons.visit-before-delivery"
    sentence = _l("Besöket börjar innan kallelsen levereras. Rätta tiden i %(pointer)s eller publish_at.")


class SlotOpenMeanwhile(Refused):
    """Nothing is held for a summons that waits."""

    code = "summons.slot-open-meanwhile"
    sentence = _l(
        "Tiden i slot_id kan någon annan boka innan kallelsen levereras. Ange en ny tid med starts_at och"
        " ends_at, eller en tid av en dold tidstyp."
    )


class CutOffOutOfRange(Refused):
    code = "summons.cut-off-out-of-range"
    sentence = _l("cut_off_hours anger antal timmar före besöket. Ange ett heltal från 0 till %(most)s.")


class AfterCancellationUnknown(Refused):
    code = "summons.after-cancellation-unknown"
    sentence = _l("Värdet i after_cancellation finns inte. Välj ett av: %(known)s.")


class TooManyTerms(Refused):
    code = "summons.too-many-terms"
    sentence = _l("Kallelsen har fler än %(most)s villkor. Slå ihop några.")


class TermHeadingMissing(Refused):
    code = "summons.term-heading-missing"
    sentence = _l("Villkoret saknar rubrik. Skriv en i %(pointer)s.")


class TermLinkInvalid(Refused):
    code = "summons.term-link-invalid"
    sentence = _l("Länken i %(pointer)s leder inte till en https-adress. Rätta den eller utelämna fältet.")


# What says something of times that are booked here.
OURS = (
    "time_type", "slot_id", "starts_at", "ends_at", "practitioner", "place", "confirmation", "cut_off_hours",
    "cancel_allowed", "rebook_allowed", "reason_allowed", "terms",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CheckedSummons:
    """Timed with `slot_id` or `new_slot`, open with neither. Its time type is not looked up yet.

    With `booking_link` it has no time type. `due_at` is its letter's: where it asks for something by a day,
    that day. `confirm_by_at` points to where the last day to confirm was said.
    """

    time_type: str
    slot_id: UUID | None
    new_slot: NewSlot | None
    book_by: datetime | None
    after_cancellation: str
    policy: Policy
    bring: str
    cost: str
    terms: tuple[tuple[str, str, str], ...]
    due_at: datetime | None
    confirm_by_at: str
    booking_link: str = ""


@dataclass(frozen=True)
class Report:
    """What is booked elsewhere, or moved to: then `seen` is how it was before."""

    slot: NewSlot
    seen: str | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What care does with a visit. `seen` is how the visit was when it decided; `keep` the time it leaves."""

    seen: str
    keep: bool


@dataclass(frozen=True, kw_only=True)
class Move(Change):
    slot_id: UUID


def check_summons(
    asked: SummonsPayload, *, now: datetime, publish_at: datetime | None = None
) -> CheckedSummons:
    """Raises the first refusal, in the order of the fields in the contract.

    With `publish_at` it waits until then, and what is over before that is refused. What `due_at` and
    `expires_at` must be by themselves, `check_life` has seen to.
    """
    link = _booking_link(asked)
    time_type = "" if link else check_code(asked.time_type)
    new_slot = _new_slot(asked, now=now)
    if new_slot:
        ensure_sent_before_visit(publish_at, new_slot.starts_at, "/starts_at")
    timed = new_slot is not None or asked.slot_id is not None
    due_at = maybe_instant(asked.due_at, "/due_at")
    book_by = _deadline(asked.book_by, "/book_by", now=now, publish_at=publish_at)
    if not timed:
        due_at = book_by = _one_deadline(due_at, book_by, "book_by", now=now)
    confirmation, by = _confirmation(
        asked.confirmation or Confirmation(), timed=timed, now=now, publish_at=publish_at
    )
    confirm_by_at = "/confirmation/by" if by else "/due_at"
    if confirmation != NONE:
        due_at = by = _one_deadline(due_at, by, "confirmation.by", now=now)
    if new_slot:
        ensure_before_visit(by, new_slot.starts_at, confirm_by_at)
    _ensure_expires_last(asked.expires_at, book_by, by, timed=timed, now=now)
    cut_off = _cut_off(asked.cut_off_hours)
    after = _after_cancellation(asked.after_cancellation)
    if book_by and timed and after != REOPENED:
        raise BookByWithoutChoice
    return CheckedSummons(
        time_type=time_type,
        slot_id=asked.slot_id,
        new_slot=new_slot,
        book_by=book_by,
        after_cancellation=after,
        policy=Policy(
            cut_off_hours=cut_off,
            cancel_allowed=asked.cancel_allowed,
            rebook_allowed=asked.rebook_allowed,
            reason_allowed=asked.reason_allowed,
            confirmation=confirmation,
            confirm_by=by,
        ),
        bring=line(asked.bring, "/bring", most=TEXT_MOST),
        cost=line(asked.cost_of_missing, "/cost_of_missing", most=TEXT_MOST),
        terms=_terms(asked.terms),
        due_at=due_at,
        confirm_by_at=confirm_by_at,
        booking_link=link,
    )


def check_booking(asked: BookingPayload, *, now: datetime) -> CheckedSummons:
    """As a timed summons that asks nothing. Raises the first refusal, in the order of the contract."""
    said = {name: getattr(asked, name) for name in asked.__struct_fields__}
    checked = check_summons(SummonsPayload(**said), now=now)
    if checked.slot_id is None and checked.new_slot is None:
        raise FieldMissing(pointer="/slot_id")
    if checked.after_cancellation == REOPENED:
        raise AfterCancellationUnknown(known=f"{CLOSED}, {CLINICS_TURN}")
    return checked


def check_report(asked: ReportPayload, *, now: datetime) -> Report:
    slot = NewSlot(
        starts_at=needed_instant(asked.starts_at, "/starts_at"),
        ends_at=needed_instant(asked.ends_at, "/ends_at"),
        practitioner=line(asked.practitioner, "/practitioner", most=LINE_MOST),
        place=line(asked.place, "/place", most=PLACE_MOST),
    )
    ensure_publishable(slot.starts_at, slot.ends_at, pointer="/starts_at", now=now)
    if asked.appointment_id is None and asked.sequence is None:
        return Report(slot, None)
    return Report(slot, _seen(asked))


def check_visit_cancellation(appointment_id: UUID, asked: VisitCancellationPayload) -> Change:
    return check_cancellation(
        CancellationPayload(appointment_id=appointment_id, sequence=asked.sequence, keep_slot=asked.keep_slot)
    )


def check_visit_rebooking(appointment_id: UUID, asked: VisitRebookingPayload) -> Move:
    return check_rebooking(
        RebookingPayload(
            appointment_id=appointment_id,
            sequence=asked.sequence,
            slot_id=asked.slot_id,
            keep_old_slot=asked.keep_old_slot,
        )
    )


def check_cancellation(asked: CancellationPayload) -> Change:
    if asked.keep_slot is None:
        raise FieldMissing(pointer="/keep_slot")
    return Change(seen=_seen(asked), keep=asked.keep_slot)


def check_rebooking(asked: RebookingPayload) -> Move:
    if asked.slot_id is None:
        raise FieldMissing(pointer="/slot_id")
    if asked.keep_old_slot is None:
        raise FieldMissing(pointer="/keep_old_slot")
    return Move(seen=_seen(asked), keep=asked.keep_old_slot, slot_id=asked.slot_id)


def ensure_before_visit(confirm_by: datetime | None, starts_at: datetime, pointer: str) -> None:
    if confirm_by is not None and confirm_by > starts_at:
        raise DeadlineAfterVisit(pointer=pointer)


def ensure_sent_before_visit(publish_at: datetime | None, starts_at: datetime, pointer: str) -> None:
    if publish_at is not None and starts_at <= publish_at:
        raise VisitBeforeDelivery(pointer=pointer)


def ensure_not_taken_meanwhile(*, hidden: bool) -> None:
    """A slot of a time type that is not hidden is there for everybody until the summons comes."""
    if not hidden:
        raise SlotOpenMeanwhile


def _seen(asked: CancellationPayload | RebookingPayload | ReportPayload) -> str:
    """The appointment and how it was: its `sequence` alone could be that of an earlier one."""
    if asked.appointment_id is None:
        raise FieldMissing(pointer="/appointment_id")
    if asked.sequence is None:
        raise FieldMissing(pointer="/sequence")
    return f"{asked.appointment_id}.{asked.sequence}"


def _booking_link(asked: SummonsPayload) -> str:
    """Empty where there is none. Nothing that belongs to times of ours goes with it."""
    if asked.booking_link is None:
        return ""
    found = web_address(asked.booking_link)
    if found is None:
        raise BookingLinkInvalid
    if len(asked.booking_link) > LINK_MOST:
        raise TextTooLong(pointer="/booking_link", most=str(LINK_MOST))
    for name in OURS:
        if getattr(asked, name) not in (None, False, 0, []):
            raise LinkAndTimes(pointer=f"/{name}")
    return found[0]


def _new_slot(asked: SummonsPayload, *, now: datetime) -> NewSlot | None:
    if asked.starts_at is None and asked.ends_at is None:
        for name in ("practitioner", "place"):
            if getattr(asked, name) is not None:
                raise PlaceWithoutTimes(pointer=f"/{name}")
        return None
    if asked.slot_id is not None:
        raise SlotAndTimes(pointer="/slot_id")
    slot = NewSlot(
        starts_at=needed_instant(asked.starts_at, "/starts_at"),
        ends_at=needed_instant(asked.ends_at, "/ends_at"),
        practitioner=line(asked.practitioner, "/practitioner", most=LINE_MOST),
        place=line(asked.place, "/place", most=PLACE_MOST),
    )
    ensure_publishable(slot.starts_at, slot.ends_at, pointer="/starts_at", now=now)
    return slot


def _after_cancellation(follows: str | None) -> str:
    if follows is None:
        return CLOSED
    if follows not in FOLLOWS:
        raise AfterCancellationUnknown(known=", ".join(FOLLOWS))
    return follows


def _confirmation(
    asked: Confirmation, *, timed: bool, now: datetime, publish_at: datetime | None
) -> tuple[str, datetime | None]:
    wanted = asked.wanted or NONE
    if wanted not in CONFIRMATIONS:
        raise ConfirmationUnknown(known=", ".join(CONFIRMATIONS))
    if wanted != NONE and not timed:
        raise ConfirmationOfOpen
    if wanted == NONE and asked.by is not None:
        raise DeadlineWithoutConfirmation
    return wanted, _deadline(asked.by, "/confirmation/by", now=now, publish_at=publish_at)


def _cut_off(hours: int) -> int:
    if not 0 <= hours <= CUT_OFF_MOST:
        raise CutOffOutOfRange(most=str(CUT_OFF_MOST))
    return hours


def _deadline(
    when: datetime | None, pointer: str, *, now: datetime, publish_at: datetime | None
) -> datetime | None:
    deadline = maybe_instant(when, pointer)
    if deadline is None:
        return None
    if deadline <= now:
        raise DeadlinePassed(pointer=pointer)
    if publish_at is not None and deadline <= publish_at:
        raise DeadlineBeforeDelivery(pointer=pointer)
    if deadline > now + FURTHEST:
        raise DeadlineTooFarAhead(pointer=pointer)
    return deadline


def _one_deadline(
    due_at: datetime | None, own: datetime | None, name: str, *, now: datetime
) -> datetime | None:
    """By when an answer is wanted, said in one place or the same in both: `own` is checked already."""
    if own is None:
        return _deadline(due_at, "/due_at", now=now, publish_at=None)
    if due_at is not None and due_at != own:
        raise OwnDeadlines(last=name)
    return own


def _ensure_expires_last(
    when: datetime | None,
    book_by: datetime | None,
    confirm_by: datetime | None,
    *,
    timed: bool,
    now: datetime,
) -> None:
    """After what it ends. Nobody is called to choose where nothing can be done any more; a visit stands."""
    expires_at = maybe_instant(when, "/expires_at")
    if not timed:
        _deadline(expires_at, "/expires_at", now=now, publish_at=None)
    ensure_answered_first(book_by, expires_at, "book_by")
    ensure_answered_first(confirm_by, expires_at, "confirmation.by")


def _terms(asked: list[TermPayload]) -> tuple[tuple[str, str, str], ...]:
    if len(asked) > TERMS_MOST:
        raise TooManyTerms(most=str(TERMS_MOST))
    return tuple(_term(term, f"/terms/{place}") for place, term in enumerate(asked))


def _term(term: TermPayload, place: str) -> tuple[str, str, str]:
    return (
        needed(term.heading, f"{place}/heading", TermHeadingMissing, most=LINE_MOST),
        line(term.text, f"{place}/text", most=TEXT_MOST),
        _link(line(term.link, f"{place}/link", most=LINK_MOST), f"{place}/link"),
    )


def _link(address: str, pointer: str) -> str:
    """As a letter's links, but https only, and written so: nothing that is accepted was altered."""
    if not address:
        return ""
    [found, *rest] = linked(address, (Text(address),))
    if rest or not isinstance(found, Link) or not address.lower().startswith("https://"):
        raise TermLinkInvalid(pointer=pointer)
    return found.url
