"""Who may send: regions, care providers, their clinics, and the care systems that speak for them."""

from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Integer, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class Region(Table, tablename="regions"):
    """One of the 21 counties (region). The code is text: it has a leading zero (Kv län)."""

    code = Varchar(length=2, primary_key=True)
    name = Varchar(length=80)


class CareProvider(Table, tablename="care_providers"):
    """The data controller for what its clinics send (vårdgivare).

    `hsa_id`, in capitals, is where staff's assignments say which provider they are of. `kind` is null for one
    registered before it was asked. Who is not a region sends by a region's mandate (uppdrag), from the
    instant of `mandate_from` until that of `mandate_until`; null: until further notice.
    """

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200)
    organisation_number = Varchar(length=10)
    hsa_id = Varchar(length=64, null=True, default=None)
    kind = Varchar(length=20, null=True, default=None)
    mandate_region = ForeignKey(Region, null=True, default=None, on_delete=OnDelete.restrict)
    mandate_from = Timestamptz(null=True, default=None)
    mandate_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)


class Approval(Table, tablename="approvals"):
    """That something may go to many, given before it is sent (förhandsgodkännande).

    `approved_by` is who gave it and `scope` what it is for, in the operator's words: nothing about residents.
    """

    id = UUID(primary_key=True, default=None)
    provider = ForeignKey(CareProvider, null=False, on_delete=OnDelete.restrict)
    region = ForeignKey(Region, null=False, on_delete=OnDelete.restrict)
    approved_by = Varchar(length=200)
    scope = Varchar(length=300)
    approved_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)


class Clinic(Table, tablename="clinics"):
    """A care unit that sends (mottagning). `hsa_id` is stored in capitals: it is compared without case."""

    id = UUID(primary_key=True, default=None)
    provider = ForeignKey(CareProvider, null=False, on_delete=OnDelete.restrict)
    region = ForeignKey(Region, null=False, on_delete=OnDelete.restrict)
    hsa_id = Varchar(length=64)
    name = Varchar(length=200)
    address = Varchar(length=300)
    phone = Varchar(length=40)
    hours = Varchar(length=200)
    created_at = Timestamptz(default=None)


class PhoneHours(Table, tablename="phone_hours"):
    """When a clinic's phone is answered (telefontid): minutes after midnight in Sweden, on one weekday.

    Monday is 1. Beside `Clinic.hours`, which is what residents read.
    """

    id = UUID(primary_key=True, default=None)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.cascade)
    weekday = Integer(default=1)
    opens = Integer(default=0)
    closes = Integer(default=0)


class ConnectionAgent(Table, tablename="connection_agents"):
    """A company that sends on behalf of care providers (anslutning via agent), by a mandate of each."""

    id = UUID(primary_key=True, default=None)
    name = Varchar(length=200)
    organisation_number = Varchar(length=10)
    created_at = Timestamptz(default=None)


class AgentMandate(Table, tablename="agent_mandates"):
    """That a provider lets an agent send for it (uppdrag), from and until; `reference` is where it stands.

    A provider that ends it at once is an `ends_at` of now.
    """

    id = UUID(primary_key=True, default=None)
    agent = ForeignKey(ConnectionAgent, null=False, on_delete=OnDelete.restrict)
    provider = ForeignKey(CareProvider, null=False, on_delete=OnDelete.restrict)
    reference = Varchar(length=200)
    begins_at = Timestamptz(default=None)
    ends_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)


class CareSystem(Table, tablename="care_systems"):
    """A system that sends for one care provider (vårdsystem). Its secret is kept as an argon2id hash only.

    `secret_hash` is empty where it has keys and no secret. `scopes` are what it may at most, with spaces
    between, and null is all there are; `clinics` are the HSA-ids that it speaks for, and null is all of its
    provider's. A `test` one reaches made-up recipients only. `agent` is whose it is when the provider has
    let somebody else send.
    """

    id = UUID(primary_key=True, default=None)
    provider = ForeignKey(CareProvider, null=False, on_delete=OnDelete.restrict)
    name = Varchar(length=200)
    client_id = Varchar(length=80)
    secret_hash = Varchar(length=200)
    previous_secret_hash = Varchar(length=200, null=True, default=None)
    previous_until = Timestamptz(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    test = Boolean(default=False)
    scopes = Varchar(length=400, null=True, default=None)
    clinics = Text(null=True, default=None)
    agent = ForeignKey(ConnectionAgent, null=True, on_delete=OnDelete.restrict)
    created_at = Timestamptz(default=None)


class CareSystemKey(Table, tablename="care_system_keys"):
    """A public key with which a care system shows who it is (`private_key_jwt`); several, to rotate."""

    id = UUID(primary_key=True, default=None)
    care_system = ForeignKey(CareSystem, null=False, on_delete=OnDelete.cascade)
    kid = Varchar(length=100)
    algorithm = Varchar(length=10)
    jwk = Text(default="")
    last_used_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)


class ContactPerson(Table, tablename="contact_persons"):
    """Whom the operator calls about a care system (kontaktperson); at least one each."""

    id = UUID(primary_key=True, default=None)
    care_system = ForeignKey(CareSystem, null=False, on_delete=OnDelete.cascade)
    key_wrapped = Bytea(default=b"")
    details_sealed = Bytea(default=b"")
    created_at = Timestamptz(default=None)
