"""A letter's life: what no column says. What awaits an answer is found by its resident, hours by their clinic."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T20:53:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what awaits an answer, what is scheduled, when the phone is answered"

INDEXES = (
    # Partial: a letter that asks for nothing costs nothing here.
    "CREATE INDEX messages_awaiting ON messages (resident)"
    " WHERE (confirm_receipt OR due_at IS NOT NULL) AND answered_at IS NULL",
    "CREATE INDEX scheduled_messages_of_thread ON scheduled_messages (thread, id)",
    "CREATE UNIQUE INDEX phone_hours_of_clinic ON phone_hours (clinic, weekday, opens)",
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
