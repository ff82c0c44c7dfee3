"""The people of the sweep and the letters they have been sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.attachments.files import a_pdf, an_image
from tests.browser.letters import ENGLISH, EVERYTHING, LONG_SUBJECT, SAYING_MORE
from tests.browser.product import ALLOWED, Product

EMPTY, FULL, READER, DELETER = "Ingrid Lindqvist", "Bo Bengtsson", "Ahmad Rahimi", "Olena Kovalenko"
VISITOR = "Maria Fernanda García Villanueva"
STAFF, OTHER_STAFF = CLINICIANS = "Disa Lövgren", "Tore Granström"
CALLED = "Sara Länta"
# Whom the staff's pages are about.
PATIENT = "Anna Andersson"
PEOPLE = (EMPTY, FULL, READER, DELETER, VISITOR, CALLED, *CLINICIANS)
ELSEWHERE = "https://tider.larkholmen.example.se/boka?kod=7Q2M"
LONG_NAME = "Antibiotikaresistensövervakningsprogrammet_slutrapport_2026-11-23_version_2.pdf"
TERMS = [
    ["Du betalar om du uteblir", "Avboka senast 24 timmar före, annars får du en faktura på 400 kronor.", ""],
    ["Så behandlar vi dina uppgifter", "", "https://larkholmen.example.se/uppgifter"],
]
CORRECTION: dict[str, Any] = {
    "subject": "Din tid är på onsdag",
    "body": {"format": "plain", "text": "Vi skrev fel dag. Vi ses på onsdag."},
    "purpose": "Du har en tid hos oss.",
    "use_of_answers": "Du kan inte svara på det här meddelandet.",
    "contact": {"name": "Receptionen", "phone": "08-465 004 30", "hours": "vardagar kl. 8–16"},
}
IN_ENGLISH: dict[str, Any] = {
    "language": "en",
    "purpose": "You have an appointment with us.",
    "use_of_answers": "You cannot answer this message.",
    "contact": {"name": "The reception", "phone": "08-465 004 30", "hours": "on weekdays, 8 am to 4 pm"},
}


@dataclass
class Stage:
    """The product and what was sent in it. `broken`: the page of our own error, which nobody can cause."""

    product: Product
    broken: dict[str, str]
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    called: dict[str, dict[str, str]] = field(default_factory=dict)
    slots: list[str] = field(default_factory=list)
    _hours: Iterator[int] = field(default_factory=count)

    def fill(self) -> None:
        """Twenty-two threads for one, all unread; a letter of each kind for another."""
        for number in range(20):
            self.product.sends(FULL, subject=f"Kallelse nummer {number + 1}", type="summons")
        self.product.sends(FULL, subject="Your visit is booked", **IN_ENGLISH)
        self.product.sends(FULL, subject=LONG_SUBJECT)
        files = [
            self.product.care_system.attach("Karta.png", an_image("PNG"), "image/png")["id"],
            self.product.care_system.attach(LONG_NAME, a_pdf(), "application/pdf")["id"],
        ]
        self.sends("everything", subject="Inför din operation", body=_docbook(EVERYTHING), attachments=files)
        more = IN_ENGLISH | {"written_at": "2026-11-20T09:00:00Z"}
        self.sends("in English", subject="Your visit", body=_docbook(ENGLISH), **more)
        self.sends("saying more", subject="Frågor om ditt knä", **SAYING_MORE)
        self.sends("replaced", subject="Ta en tablett om dagen", type="ordination")
        self.sends("new", subject="Ta två", type="ordination", replaces=self.sent["replaced"]["id"])
        self.sends("withdrawn", subject="Till en annan person")
        self.product.care_system.take_back(
            self.sent["withdrawn"]["id"], "Brevet var till en annan person. Förlåt oss."
        )
        self.sends("corrected", subject="Din tid är på tisdag", body=_docbook(EVERYTHING))
        self.product.care_system.correct(self.sent["corrected"]["id"], CORRECTION)
        self.sends("several", subject="Frågor om medicinen")
        for subject in ("Svar om medicinen", LONG_SUBJECT):
            self.product.sends(READER, subject=subject, thread_id=self.sent["several"]["thread_id"])

        self._call()
        self._fill_times()

    def _call(self) -> None:
        """Summonses in every state; the first of the times is taken, and days of them are left."""
        product, now = self.product, datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        days = [now.replace(hour=0) + timedelta(days=number) for number in range(3, 9)]
        starts = [day + timedelta(hours=hour) for day in days for hour in (7, 9, 12)]
        taken, later, third, *_ = slots = product.publishes(*starts)
        [soon] = product.publishes(now + timedelta(hours=5))
        product.publishes(code="inga-tider")
        week = (now + timedelta(days=7)).isoformat()
        self.slots = slots
        confirm_by = ALLOWED | {"confirm_by": (now + timedelta(days=2)).isoformat()}
        calls: dict[str, dict[str, Any]] = {
            "to confirm": {"slot": taken, "policy": confirm_by, "details": {"terms": TERMS}},
            "to book": {"book_by": week, "details": {"terms": TERMS}},
            "too late": {"slot": soon},
            "overdue": {"book_by": (now - timedelta(days=1)).isoformat()},
            "cancelled": {"slot": later, "after_cancellation": "open"},
            "without times": {"code": "inga-tider"},
            "elsewhere": {"policy": {}, "details": {"booking_link": ELSEWHERE}, "book_by": week},
            "booked elsewhere": {"policy": {}, "details": {"booking_link": ELSEWHERE}},
            "a booking": {"slot": third, "invited": False, "details": {"subject": "Din tid hos oss"}},
        }
        self.called = {key: product.summons(CALLED, **more) for key, more in calls.items()}
        product.orders("cancel", CALLED, summons=self.called["cancelled"]["id"])
        start = (now + timedelta(days=20)).isoformat()
        product.orders("report", CALLED, summons=self.called["booked elsewhere"]["id"], start=start)

    def _fill_times(self) -> None:
        """A visit in each state, twenty-one that have been, and a summons without a last day."""
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        ahead = [now + timedelta(days=days) for days in (5, 9, 12, 20)]
        first, moved, off, later = self.product.publishes(*ahead)
        by = {"confirmation": "required", "confirm_by": (now + timedelta(days=3)).isoformat()}
        self.sent["summons"] = self.product.summons(VISITOR, slot=first, policy=ALLOWED | by)
        to_move = self.product.summons(VISITOR, slot=moved, policy={})
        self.product.orders("move", VISITOR, summons=to_move["id"], slot=later)
        to_call_off = self.product.summons(VISITOR, slot=off)
        self.product.orders("call_off", VISITOR, summons=to_call_off["id"])
        self.product.summons(VISITOR)
        self.product.saw(VISITOR, *(now - timedelta(days=days) for days in range(1, 22)))

    def sends(self, key: str, **more: Any) -> None:
        self.sent[key] = self.product.sends(READER, **more)

    def for_confirmation(self) -> dict[str, Any]:
        due_at = datetime.now(UTC) + timedelta(days=3)
        return self.product.sends(
            DELETER, subject="Läs det här före din operation", confirm_receipt=True, due_at=due_at.isoformat()
        )

    def for_reply(self) -> dict[str, Any]:
        return self.product.sends(
            DELETER,
            subject="Har du några allergier?",
            reply="allowed",
            use_of_answers="Svaret läses av den som tar emot dig.",
        )

    def for_deletion(self, **more: str) -> dict[str, Any]:
        return self.product.sends(DELETER, subject="Inför ditt besök", **more)

    def calls(self, **more: Any) -> dict[str, str]:
        """To a time of its own, with another free a week later."""
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        start = now + timedelta(days=20, hours=next(self._hours))
        times = self.product.publishes(start, start + timedelta(days=7), code="knakontroll", name="Kontroll")
        return self.product.summons(PATIENT, slot=times[0], code="knakontroll", **more)

    def calls_openly(self, code: str) -> dict[str, str]:
        """With no time to choose."""
        self.product.publishes(code=code, name="Provtagning")
        return self.product.summons(PATIENT, code=code)


def _docbook(text: str) -> dict[str, str]:
    return {"format": "docbook", "text": text}
