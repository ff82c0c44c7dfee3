"""What no column says of waiting summonses: each has one letter, and is found by it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-26T02:11:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the waiting summons of a waiting letter"

INDEXES = ("CREATE UNIQUE INDEX scheduled_summonses_of_message ON scheduled_summonses (message)",)


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
