"""Attachments: what no column says. What no letter has enclosed is found by when it came."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T21:01:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "attachments that no letter has enclosed, by when they came"

INDEXES = ("CREATE INDEX attachments_unused ON attachments (created_at) WHERE used_at IS NULL",)


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
