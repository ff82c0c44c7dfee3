"""Callbacks and limits: what no column says."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import POSTGRES, run

ID = "2026-11-25T20:55:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "tests of callbacks in their order, dead letters of one receiver, limits that need not reach the disk"

INDEXES = (
    "CREATE INDEX callback_tests_of ON callback_tests (endpoint_id, created_at)",
    "CREATE INDEX outbox_dead ON outbox (lane, id) WHERE dead_at IS NOT NULL",
    "CREATE INDEX rate_windows_ended ON rate_windows (ends_at)",
)


async def write_what_no_column_says() -> None:
    for statement in INDEXES:
        await run(statement)
    if POSTGRES:
        await run("ALTER TABLE rate_windows SET UNLOGGED")


async def unwrite() -> None:
    for statement in INDEXES:
        await run(f"DROP INDEX {statement.split(' INDEX ')[1].split()[0]}")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(write_what_no_column_says)
    manager.add_raw_backwards(unwrite)
    return manager
