"""Batches: what no column says. The rows of a batch stand in one chunk each, and are found in their order."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T21:05:10:000000"
VERSION = "1.38.0"
DESCRIPTION = "the rows of a batch stand in one chunk each"

INDEXES = (
    "CREATE UNIQUE INDEX batch_chunks_rows ON batch_chunks (batch, first_row)",
    "CREATE INDEX batches_created ON batches (created_at)",
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
