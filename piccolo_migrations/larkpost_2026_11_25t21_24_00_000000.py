"""What is counted of letters alike waits for no disk; after a crash everybody's window begins anew."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import POSTGRES, run

ID = "2026-11-25T21:24:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "same texts are counted in an unlogged table"


async def write_what_no_column_says() -> None:
    if POSTGRES:
        await run("ALTER TABLE same_texts SET UNLOGGED")


async def unwrite() -> None:
    if POSTGRES:
        await run("ALTER TABLE same_texts SET LOGGED")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(write_what_no_column_says)
    manager.add_raw_backwards(unwrite)
    return manager
