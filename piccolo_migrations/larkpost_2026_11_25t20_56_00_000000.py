"""Whom one may write to, and who may: what no column says. Whose account only a guardian has opened so far."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T20:56:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "approvals of a provider, and accounts that only a guardian has opened"

APPROVALS = "CREATE INDEX approvals_of_provider ON approvals (provider, ends_at)"
# Until now the audit alone said who opened an account; who has signed in has an identity.
OPENED_BY_GUARDIANS = (
    "UPDATE residents SET guardian_opened = {} WHERE id IN (SELECT resident_id FROM audit"
    " WHERE action = 'account.opened' AND actor_kind = 'guardian')"
    " AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.resident = residents.id)"
)


async def write_what_no_column_says() -> None:
    await run(APPROVALS)
    await run(OPENED_BY_GUARDIANS, True)


async def unwrite() -> None:
    await run("DROP INDEX approvals_of_provider")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(write_what_no_column_says)
    manager.add_raw_backwards(unwrite)
    return manager
