"""The people and things tests are about. Everything enters by actions, as in the product."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import msgspec

from app import sessions
from app.attachments import actions as attachments
from app.attachments.gateways.desk import Desk
from app.attachments.gateways.staging import staged
from app.attachments.gateways.storing import Store
from app.attachments.queries import enclosures
from app.attachments.rules.kinds import ANY_TYPE
from app.attachments.sealed import Enclosure
from app.body import plain
from app.body.blocks import Document
from app.booking import actions as booking
from app.booking.actions import NewSlot
from app.booking.queries import TimeType, time_type_by_code
from app.booking.rules import Policy
from app.care import actions as care
from app.care.queries import Clinic, clinic_by_hsa
from app.care.rules import EVERYTHING, PRIVATE, REGION, Admission, Contact, Mandate
from app.care_api.actions.batches import receive_batch
from app.inbox import actions as inbox
from app.residents import actions as residents
from app.sessions import Idle
from app.sessions.principals import CareSystem, Clinician, Resident
from app.sign_in.actions import Beginning, admit
from app.sign_in.actions.staff import start as arrive
from app.sign_in.rules.provider import Provider
from app.sign_in.rules.staff import CARE, Employee
from app.summons import actions as summons
from app.summons.rules import CLOSED
from app.summons.sealed import Details
from tests import environment

HSA_ID = "SE2321000016-A65H"
OTHER_HSA_ID = "SE5560000001-B001"
PROVIDER_HSA_ID = "SE2321000016-0001"
OTHER_PROVIDER_HSA_ID = "SE5560000001-0001"


class Person(NamedTuple):
    name: str
    number: str


# Published test numbers (domain.md §4.4): nobody living has them.
ANNA = Person("Anna Andersson", "191212121212")
BO = Person("Bo Berg", "196911292032")


class Staff(NamedTuple):
    """A member of staff in one assignment, as HSA knows them."""

    given_name: str
    family_name: str
    employee_hsa_id: str
    assignment: str
    care_unit: str
    care_provider: str
    purpose: str = CARE
    assignment_name: str = "Vård och behandling, Knäkliniken"

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


DISA = Staff("Disa", "Dahl", "SE2321000016-DISA", "SE2321000016-UPPDRAG1", HSA_ID, PROVIDER_HSA_ID)
EMIL = Staff(
    "Emil", "Ek", "SE5560000001-EMIL", "SE5560000001-UPPDRAG1", OTHER_HSA_ID, OTHER_PROVIDER_HSA_ID,
    assignment_name="Vård och behandling, Granås",
)  # fmt: skip


class Clock:
    """A clock the test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **how_far: float) -> datetime:
        self.now += timedelta(**how_far)
        return self.now


async def a_resident(person: Person = ANNA, *, now: datetime) -> Resident:
    """An account, as its first sign-in opens it."""
    id = await residents.open_account(person.number, person.name, now=now)
    return Resident(id=id, session_id=UUID(int=0), name=person.name, level="loa3")


async def a_clinic(
    hsa_id: str = HSA_ID,
    *,
    now: datetime,
    name: str = "Knäkliniken",
    provider: str = "Region Exempel",
    organisation_number: str = "2321000016",
    kind: str = REGION,
    mandate: Mandate | None = None,
) -> Clinic:
    provider_id = await care.register_provider(
        provider, organisation_number=organisation_number, kind=kind, mandate=mandate, now=now
    )
    await care.open_clinic(
        provider_id,
        hsa_id=hsa_id,
        name=name,
        region_code="01",
        address="Storgatan 1, 111 22 Stockholm",
        phone="08-123 45 67",
        hours="vardagar 8–16",
        now=now,
    )
    return await clinic_by_hsa(hsa_id)


async def a_care_system(
    clinic: Clinic, *, now: datetime, client_id: str = "vardit", admission: Admission = EVERYTHING
) -> CareSystem:
    """VårdIT, approved. Its secret is nobody's business here: tests of credentials make their own."""
    id = await care.register_care_system(
        clinic.provider_id,
        name="VårdIT",
        client_id=client_id,
        secret_hash="never matches",
        contacts=[Contact("Vera Vård", "vera@example.se", "08-765 43 21")],
        admission=admission,
        now=now,
    )
    await care.approve_care_system(client_id, now=now)
    return CareSystem(
        id=id,
        provider_id=clinic.provider_id,
        name="VårdIT",
        scopes=frozenset({"messages:send"}),
        test=admission.test,
    )


async def another_clinic(*, now: datetime) -> Clinic:
    """Of another care provider than Knäkliniken's: a private one, by a mandate that has long begun."""
    return await a_clinic(
        OTHER_HSA_ID,
        now=now,
        name="Vårdcentralen Granås",
        provider="Vård AB",
        organisation_number="5560000001",
        kind=PRIVATE,
        mandate=Mandate("01", now - timedelta(days=365)),
    )


async def a_clinician(
    staff: Staff = DISA, *, provider: Provider, now: datetime, absolute: timedelta
) -> tuple[str, Clinician]:
    """Signed in as the provider's answer signs them in; returns the cookie's value too."""
    employee = Employee(
        issuer=provider.issuer,
        subject=staff.employee_hsa_id.lower(),
        level=provider.levels[0],
        name=staff.name,
        employee_hsa_id=staff.employee_hsa_id,
        assignment=staff.assignment,
        assignment_name=staff.assignment_name,
        purpose=staff.purpose,
        care_unit=staff.care_unit,
        care_provider=staff.care_provider,
    )
    beginning = Beginning(provider=provider, replaces=None, absolute=absolute, now=now)
    token = await arrive(employee, beginning)
    session = await sessions.find(token, now=now, idle=Idle(absolute, absolute))
    assert session
    return token, await admit(session, purposes={provider.issuer: provider.purposes}, now=now)


def a_letter(resident: Resident, clinic: Clinic, **differently: Any) -> inbox.Letter:
    usual: dict[str, Any] = {
        "resident_id": resident.id,
        "clinic": clinic,
        "kind": "information",
        "relation": "ongoing-care",
        "subject": "Inför ditt besök",
        "body": a_body("Välkommen till oss på tisdag."),
        "language": "sv",
        "purpose": "Du har en tid hos oss.",
        "use_of_answers": "Du behöver inte svara.",
        "contact_name": "Receptionen",
        "contact_phone": "08-123 45 67",
        "contact_hours": "vardagar 8–16",
    }
    return inbox.Letter(**usual | differently)


def a_body(text: str) -> Document:
    return plain.read(text)


class Ward(NamedTuple):
    """A clinic and the care system that sends for it."""

    clinic: Clinic
    care_system: CareSystem

    async def writes(self, resident: Resident, *, now: datetime, **differently: Any) -> inbox.Delivered:
        letter = a_letter(resident, self.clinic, **differently)
        sender = self.care_system
        return await inbox.deliver(letter, care_system_id=sender.id, by=sender.actor, now=now)

    async def writes_all(self, letters: list[inbox.Letter], *, now: datetime) -> list[inbox.Delivered]:
        sender = self.care_system
        return await inbox.deliver_all(letters, care_system_id=sender.id, by=sender.actor, now=now)


STORE = environment.FOLDER / "attachments"


def a_desk(**differently: Any) -> Desk:
    """With the same store as the product's in the tests."""
    return Desk(**{"store": Store(str(STORE))} | differently)


async def an_attachment(
    ward: Ward, content: bytes, *, now: datetime, name: str = "Råd.pdf", desk: Desk | None = None
) -> Enclosure:
    """Received and inspected."""
    sender = ward.care_system
    async with staged(in_parts(content), provider_id=sender.provider_id) as file:
        received = await attachments.receive(
            file,
            name=name,
            declared=ANY_TYPE,
            care_system=sender,
            desk=desk or a_desk(),
            now=now,
        )
        standing = await attachments.add(received, care_system=sender, now=now)
    [enclosure] = await enclosures([standing.id], care_system=sender)
    return enclosure


async def in_parts(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


HOUR = timedelta(hours=1)
# Everything that a clinic can allow, so that a test takes away what it is about.
ALLOWED = Policy(
    cut_off_hours=24,
    cancel_allowed=True,
    rebook_allowed=True,
    reason_allowed=True,
    confirmation="required",
)


async def a_time_type(
    ward: Ward, *, now: datetime, code: str = "besok", name: str = "Besök hos läkare", hidden: bool = False
) -> TimeType:
    clinic, sender = ward
    await booking.describe_time_type(clinic, code=code, name=name, hidden=hidden, care_system=sender, now=now)
    return await time_type_by_code(clinic.id, code)


async def some_slots(
    ward: Ward, time_type: TimeType, *starts: datetime, now: datetime, practitioner: str = "Dr Lo"
) -> list[UUID]:
    """Half an hour each, in the order of `starts`."""
    new = [NewSlot(starts_at=start, ends_at=start + HOUR / 2, practitioner=practitioner) for start in starts]
    clinic, sender = ward
    return await booking.publish(new, clinic=clinic, time_type=time_type, care_system=sender, now=now)


async def a_summons(
    ward: Ward,
    resident: Resident,
    time_type: TimeType | None,
    *,
    now: datetime,
    slot_id: UUID | None = None,
    policy: Policy = ALLOWED,
    after_cancellation: str = CLOSED,
    book_by: datetime | None = None,
    details: dict[str, Any] | None = None,
    invited: bool = True,
    **letter: Any,
) -> summons.Sent:
    """Timed with a slot, open without; without a time type, the clinic has a booking of its own."""
    usual: dict[str, Any] = {
        "subject": "Kallelse till besök",
        "language": "sv",
        "contact_name": "Receptionen",
        "contact_phone": "08-123 45 67",
        "contact_hours": "vardagar 8–16",
        "bring": "Legitimation",
        "cost": "400 kronor",
    }
    new = summons.NewSummons(
        letter=a_letter(resident, ward.clinic, **{"kind": "summons", "subject": usual["subject"]} | letter),
        time_type_id=time_type.id if time_type else None,
        invited=invited,
        slot_id=slot_id,
        book_by=book_by,
        after_cancellation=after_cancellation,
        policy=policy,
        details=Details(**usual | (details or {})),
    )
    return await summons.send(new, care_system=ward.care_system, now=now)


class _Rows:
    """Rows that have come in already."""

    def __init__(self, rows: list[bytes]) -> None:
        self._rows, self.rows, self.digest = rows, len(rows), b"".join(rows)

    async def chunks(self) -> AsyncIterator[list[bytes]]:
        yield self._rows


async def a_batch(ward: Ward, rows: list[bytes], *, now: datetime) -> UUID:
    """As it comes in; nothing of it is done yet."""

    async def free(_rows: int) -> None:
        return None

    reply = await receive_batch(
        _Rows(rows), key="a batch", dry_run=False, charge=free, care_system=ward.care_system, now=now
    )
    return UUID(msgspec.json.decode(reply.body)["id"])


async def a_ward(clinic: Clinic | None = None, *, now: datetime) -> Ward:
    """Knäkliniken's, when nobody says which; the one of `disa` is the fixture `knee_clinic`."""
    clinic = clinic or await a_clinic(now=now)
    return Ward(clinic, await a_care_system(clinic, now=now))


@dataclass
class AnyBrowser:
    """A signed-in person's browser: it sends the form's hidden token as a browser would."""

    client: httpx.AsyncClient

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def press(
        self, path: str, *, seen_on: str, form: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """Post a form of the page `seen_on`, with the token that page carries."""
        page = await self.client.get(seen_on)
        return await self.client.post(path, data={"_csrf": token_in(page.text)} | (form or {}), **more)


@dataclass
class Browser(AnyBrowser):
    resident: Resident


@dataclass
class StaffBrowser(AnyBrowser):
    clinician: Clinician


def token_in(html: str) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', html)
    assert found, "The page has no form of ours."
    return found[1]


class SignedIn:
    """Someone signed in by the named shortcut; the sign-in itself is tested with the provider."""

    def __init__(self, client: httpx.AsyncClient, person: Person, now: datetime, absolute: timedelta) -> None:
        self.client, self.person, self.now, self.absolute = client, person, now, absolute

    async def __aenter__(self) -> Browser:
        resident = await a_resident(self.person, now=self.now)
        token = await sessions.start(
            kind="resident",
            subject_id=resident.id,
            level=resident.level,
            name=self.person.name,
            now=self.now,
            absolute=self.absolute,
        )
        self.client.cookies.set("sid", token)
        return Browser(self.client, resident)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()
