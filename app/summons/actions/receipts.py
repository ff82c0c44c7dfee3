"""The letter that says what was done, in the same thread: the clinic's, whoever pressed the button."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from app.body.blocks import Block, Document, KeyValues, Paragraph, Text
from app.body.links import linked
from app.booking.queries import Visit
from app.callbacks.actions import Event, tell
from app.care.queries import agent_name_of, clinic_by_hsa
from app.inbox import actions as inbox
from app.inbox.actions import Letter
from app.language import Language, Lazy, day_and_time, dial
from app.language import lazy as _l
from app.sessions.principals import AGENT, GUARDIAN, RESIDENT, Actor
from app.summons.actions.sending import LINK
from app.summons.queries import Case
from app.summons.rules import BOOKED, CANCELLED, CLINICS_TURN, CONFIRMED, REBOOKED, TO_BOOK

OWN, CARE = "own", "care"
SUBJECTS: dict[tuple[str, str], Lazy] = {
    (CONFIRMED, OWN): _l("Du har bekräftat din tid"),
    (BOOKED, OWN): _l("Din tid är bokad"),
    (REBOOKED, OWN): _l("Din tid är ombokad"),
    (CANCELLED, OWN): _l("Din tid är avbokad"),
    (BOOKED, CARE): _l("Mottagningen har bokat en tid åt dig"),
    (REBOOKED, CARE): _l("Mottagningen har bokat om din tid"),
    (CANCELLED, CARE): _l("Mottagningen har avbokat din tid"),
}
PURPOSES: dict[str, Lazy] = {
    OWN: _l("Du har svarat på en kallelse. Här ser du vad som gäller."),
    CARE: _l("Din tid har ändrats. Här ser du vad som gäller."),
}
TOLD_US = _l("Mottagningen har talat om för oss vad som gäller för din tid.")
OWN_CHANGE = _l("Du har ändrat din tid. Här ser du vad som gäller.")
NO_ANSWER = _l("Du behöver inte svara på det här meddelandet.")
WHEN, WHERE, PHONE = _l("Tid"), _l("Plats"), _l("Telefon")
CANCELLED_TIME = _l("Avbokad tid")
AT_THE_TOP = _l("Överst i det här meddelandet står vad som gäller just nu.")
BOOK_ANEW = _l("Du kan boka en ny tid i kallelsen.")
CLINIC_WRITES = _l("Mottagningen hör av sig om en ny tid. Du behöver inte göra något.")
NOTHING_MORE = _l("Du behöver inte göra något mer. Ring mottagningen om du ändå behöver en tid.")


async def acknowledge(
    case: Case,
    what: str,
    *,
    by: Actor,
    language: Language,
    now: datetime,
    from_slot_id: UUID | None = None,
) -> None:
    """The thread and the care system hear of it, in the transaction that did it.

    `case` is how things stand afterwards.
    """
    visit = case.visit
    if visit is None:
        raise ValueError("There is nothing to say of a summons without an appointment.")
    whose = OWN if by.kind in (RESIDENT, GUARDIAN) or case.is_external else CARE
    summons, details = case.summons, case.details()
    letter = Letter(
        resident_id=summons.resident_id,
        clinic=await clinic_by_hsa(summons.clinic_hsa_id),
        kind="booking-confirmation",
        relation=summons.relation,
        sensitive=bool(summons.sensitive),
        hidden_from_guardians=bool(summons.hidden),
        subject=SUBJECTS[what, whose].said(language),
        body=tuple(_body(case, visit, what, language, now)),
        language=language,
        purpose=_purpose(case, whose).said(language),
        use_of_answers=NO_ANSWER.said(language),
        contact_name=details.contact_name,
        contact_phone=details.contact_phone,
        contact_hours=details.contact_hours,
        thread_id=summons.thread_id,
        link=(LINK, summons.id),
        agent_name=await agent_name_of(by.id) if by.kind == AGENT else "",
    )
    # Nothing more is sent to who has died.
    if not case.is_closed:
        await inbox.deliver(letter, care_system_id=summons.care_system_id, by=by, now=now)
    event = Event(
        kind=f"summons.{what}",
        provider_id=summons.provider_id,
        care_system_id=summons.care_system_id,
        actor_kind=by.kind,
        message_id=summons.message_id,
        thread_id=summons.thread_id,
        summons_id=summons.id,
        appointment_id=visit.id,
        slot_id=visit.slot_id,
        from_slot_id=from_slot_id,
    )
    await tell([event], now=now)


def _purpose(case: Case, whose: str) -> Lazy:
    """Nobody has answered to a booking; and who has changed what is booked elsewhere, we do not know."""
    if case.is_external:
        return TOLD_US
    return OWN_CHANGE if whose == OWN and case.is_booking else PURPOSES[whose]


def _body(case: Case, visit: Visit, what: str, language: Language, now: datetime) -> Iterator[Block]:
    yield KeyValues(tuple(_facts(visit, what, language)))
    yield Paragraph((Text(" ".join(words.said(language) for words in _advice(case, what, now))),))


def _facts(visit: Visit, what: str, language: Language) -> Iterator[tuple[tuple[Text, ...], Document]]:
    if what == CANCELLED:
        yield _fact(CANCELLED_TIME, day_and_time(visit.starts_at, language), language)
    else:
        yield _fact(WHEN, day_and_time(visit.starts_at, language), language)
        yield _fact(
            WHERE, ", ".join(filter(None, (visit.clinic_name, visit.place, visit.clinic_address))), language
        )
    phone = linked(f"tel:{dial(visit.clinic_phone)}", (Text(visit.clinic_phone),))
    yield (Text(PHONE.said(language)),), (Paragraph(phone),)


def _fact(name: Lazy, value: str, language: Language) -> tuple[tuple[Text, ...], Document]:
    return (Text(name.said(language)),), (Paragraph((Text(value),)),)


def _advice(case: Case, what: str, now: datetime) -> tuple[Lazy, ...]:
    """A summons that opens anew may have a last day, and that may have gone, or go while this is kept."""
    if what != CANCELLED:
        return (AT_THE_TOP,)
    if case.state(now) == TO_BOOK:
        return BOOK_ANEW, AT_THE_TOP
    return (CLINIC_WRITES if case.summons.after_cancellation == CLINICS_TURN else NOTHING_MORE,)
