"""What no column says of the outbox and the events: what waits, what has a number, one endpoint each."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T13:37:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of the outbox and the callbacks"

INDEXES = (
    "CREATE INDEX outbox_waiting ON outbox (run_at, id) WHERE done_at IS NULL AND dead_at IS NULL",
    "CREATE UNIQUE INDEX events_number ON events (number) WHERE number IS NOT NULL",
    "CREATE INDEX events_of_care_system ON events (care_system_id, number) WHERE number IS NOT NULL",
    "CREATE UNIQUE INDEX callback_endpoints_care_system ON callback_endpoints (care_system_id)",
)


async def write_what_no_column_says() -> None:
    for statement in INDEXES:
        await run(statement)


async def unwrite() -> None:
    for statement in INDEXES:
        await run(f"DROP INDEX {statement.split(' INDEX ')[1].split()[0]}")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(write_what_no_column_says)
    manager.add_raw_backwards(unwrite)
    return manager
