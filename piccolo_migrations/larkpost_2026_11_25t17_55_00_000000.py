"""Numbers, choices and withdrawals: what no column says, and that the e-IDs of before were all on the list."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T17:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "one resident for each number, one withdrawal of each kind"

INDEXES = (
    "CREATE UNIQUE INDEX former_numbers_index ON former_numbers (number_index)",
    "CREATE INDEX former_numbers_of_resident ON former_numbers (resident)",
    "CREATE INDEX identities_of_resident ON identities (resident)",
    "CREATE UNIQUE INDEX numbers_never_linked_index ON numbers_never_linked (number_index)",
    "CREATE UNIQUE INDEX sign_in_choices_browser ON sign_in_choices (browser_hash)",
    "CREATE UNIQUE INDEX withdrawals_of ON withdrawals (kind, hsa_id)",
)


async def write_what_no_column_says() -> None:
    for statement in INDEXES:
        await run(statement)
    await run("UPDATE identities SET trusted_at = last_used_at")


async def unwrite() -> None:
    for statement in INDEXES:
        await run(f"DROP INDEX {statement.split(' INDEX ')[1].split()[0]}")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(write_what_no_column_says)
    manager.add_raw_backwards(unwrite)
    return manager
