"""Every feature's tables as one Piccolo app with one migration history for both engines."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from app.attachments.tables import Attachment
from app.audit.tables import AuditEntry
from app.booking.tables import Appointment, AppointmentEvent, Slot, TimeType
from app.callbacks.tables import CallbackEndpoint, CallbackTest, EventCounter, HappenedEvent
from app.care.tables import (
    AgentMandate,
    Approval,
    CareProvider,
    CareSystem,
    CareSystemKey,
    Clinic,
    ConnectionAgent,
    ContactPerson,
    PhoneHours,
    Region,
)
from app.care_api.tables import Batch, BatchChunk, IdempotencyKey, SameText, UsedAssertion
from app.inbox.tables import Message, Reply, ScheduledMessage, Thread
from app.limits.tables import RateLimit, RateWindow
from app.outbox.tables import Job
from app.portal.tables import Feedback
from app.residents.tables import FormerNumber, NeverLinked, Resident
from app.sessions.tables import Draft, Session, SignIn
from app.sign_in.tables import (
    Assignment,
    Choice,
    Clinician,
    Identity,
    ProviderSession,
    Transaction,
    UsedLogoutToken,
    Withdrawal,
)
from app.summons.tables import ScheduledSummons, Summons
from app.vault.tables import Canary

APP_CONFIG = AppConfig(
    app_name="larkpost",
    migrations_folder_path=str(Path(__file__).resolve().parent.parent / "piccolo_migrations"),
    table_classes=[
        Region,
        CareProvider,
        Approval,
        Clinic,
        PhoneHours,
        ConnectionAgent,
        AgentMandate,
        CareSystem,
        CareSystemKey,
        ContactPerson,
        Resident,
        FormerNumber,
        NeverLinked,
        Thread,
        Message,
        ScheduledMessage,
        Reply,
        AuditEntry,
        Session,
        SignIn,
        Draft,
        Canary,
        Feedback,
        Transaction,
        Identity,
        Clinician,
        Assignment,
        Choice,
        Withdrawal,
        ProviderSession,
        UsedLogoutToken,
        IdempotencyKey,
        Batch,
        BatchChunk,
        SameText,
        UsedAssertion,
        TimeType,
        Slot,
        Appointment,
        AppointmentEvent,
        Summons,
        ScheduledSummons,
        Job,
        HappenedEvent,
        EventCounter,
        CallbackEndpoint,
        Attachment,
        CallbackTest,
        RateWindow,
        RateLimit,
    ],
)
