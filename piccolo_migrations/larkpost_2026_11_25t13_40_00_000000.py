"""What no column says of times and summonses: indexes, and that a time or a summons has one live appointment."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T13:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of booking and summons"

INDEXES = (
    "CREATE UNIQUE INDEX time_types_code ON time_types (clinic, code)",
    "CREATE INDEX slots_free ON slots (time_type, starts_at, id) WHERE appointment IS NULL",
    "CREATE INDEX slots_of_clinic ON slots (clinic, id)",
    "CREATE INDEX slots_held ON slots (held_by, held_for) WHERE held_by IS NOT NULL",
    "CREATE UNIQUE INDEX appointments_slot ON appointments (slot) WHERE cancelled_at IS NULL",
    "CREATE UNIQUE INDEX appointments_live ON appointments (link_id) WHERE cancelled_at IS NULL",
    "CREATE INDEX appointments_link ON appointments (link_id, booked_at, id)",
    "CREATE INDEX appointments_of_resident ON appointments (resident)",
    "CREATE INDEX appointment_events_of ON appointment_events (appointment)",
    "CREATE INDEX summonses_of_resident ON summonses (resident)",
    "CREATE INDEX summonses_of_clinic ON summonses (clinic, created_at DESC, id DESC)",
)


async def index() -> None:
    for statement in INDEXES:
        await run(statement)


async def unindex() -> None:
    for statement in INDEXES:
        await run(f"DROP INDEX {statement.split(' INDEX ')[1].split()[0]}")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(index)
    manager.add_raw_backwards(unindex)
    return manager
