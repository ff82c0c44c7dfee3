"""What no column says of sign-ins and drafts: how they are found."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T17:56:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes of sign-ins and drafts"

INDEXES = (
    "CREATE UNIQUE INDEX sign_ins_token_hash ON sign_ins (token_hash)",
    "CREATE INDEX sign_ins_of ON sign_ins (kind, subject_id, at DESC, id DESC)",
    "CREATE UNIQUE INDEX drafts_token_hash ON drafts (token_hash)",
)


async def index() -> None:
    for statement in INDEXES:
        await run(statement)


async def unindex() -> None:
    for statement in INDEXES:
        await run(f"DROP INDEX {statement.split(' INDEX ')[1].split()[0]}")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(index)
    manager.add_raw_backwards(unindex)
    return manager
