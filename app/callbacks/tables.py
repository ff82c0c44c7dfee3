"""What has happened, in the order that care systems read it, and where they want to be told."""

from piccolo.columns import UUID, BigInt, Bytea, Integer, Timestamptz, Varchar
from piccolo.table import Table


class HappenedEvent(Table, tablename="events"):
    """One thing that happened to something a care system sent (händelse). Ids only: never a text.

    `reason` is a word of ours for why, where the kind does not say it.

    `number` is given after commit (docs/decisions/change-numbers.md); until then nobody is told.
    """

    id = UUID(primary_key=True, default=None)
    number = BigInt(null=True, default=None)
    at = Timestamptz(default=None)
    kind = Varchar(length=60)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    actor_kind = Varchar(length=20)
    message_id = UUID(null=True, default=None)
    thread_id = UUID(null=True, default=None)
    summons_id = UUID(null=True, default=None)
    appointment_id = UUID(null=True, default=None)
    slot_id = UUID(null=True, default=None)
    from_slot_id = UUID(null=True, default=None)
    reason = Varchar(length=20, null=True, default=None)


class EventCounter(Table, tablename="event_counter"):
    """The last number given. One row, whose lock makes numbering one at a time."""

    id = Integer(primary_key=True, default=1)
    last = BigInt(default=0)


class CallbackEndpoint(Table, tablename="callback_endpoints"):
    """Where one care system wants to be told (återanrop). Its secrets are sealed with a key of the row's own.

    `signatures` are those that it has chosen, with spaces between. What is called `previous` goes on signing
    beside the new until `previous_until`. `failing_since`: nothing has been accepted since then.
    """

    id = UUID(primary_key=True, default=None)
    provider_id = UUID(default=None)
    care_system_id = UUID(default=None)
    url = Varchar(length=500)
    key_wrapped = Bytea(default=b"")
    secret_sealed = Bytea(default=b"")
    previous_sealed = Bytea(null=True, default=None)
    previous_until = Timestamptz(null=True, default=None)
    signatures = Varchar(length=40, default="hmac")
    signing_sealed = Bytea(null=True, default=None)
    public_key = Bytea(null=True, default=None)
    previous_signing_sealed = Bytea(null=True, default=None)
    previous_public_key = Bytea(null=True, default=None)
    created_at = Timestamptz(default=None)
    changed_at = Timestamptz(default=None)
    disabled_at = Timestamptz(null=True, default=None)
    disabled_reason = Varchar(length=20, null=True, default=None)
    failing_since = Timestamptz(null=True, default=None)


class CallbackTest(Table, tablename="callback_tests"):
    """A made-up event, sent once to see that an address answers: `status`, or none because of `fault`."""

    id = UUID(primary_key=True, default=None)
    endpoint_id = UUID(default=None)
    care_system_id = UUID(default=None)
    created_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
    status = Integer(null=True, default=None)
    fault = Varchar(length=120, null=True, default=None)
