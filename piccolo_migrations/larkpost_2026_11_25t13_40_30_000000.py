"""Staff's identities and assignments: what no column says."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T13:40:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "one clinician for each principal, one assignment for each session"

INDEXES = (
    "CREATE UNIQUE INDEX clinicians_principal ON clinicians (issuer, subject)",
    "CREATE UNIQUE INDEX assignments_session ON assignments (session)",
    "CREATE UNIQUE INDEX care_providers_hsa_id ON care_providers (hsa_id)",
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
