"""What no column says of letters: which times guardians may not see is asked of few letters."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T21:48:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what guardians may not see"

INDEXES = ("CREATE INDEX messages_hidden ON messages (link_id) WHERE hidden_from_guardians",)


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
