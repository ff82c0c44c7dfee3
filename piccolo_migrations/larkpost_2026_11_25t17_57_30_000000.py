"""Where sessions come from: what no column says. One origin for each session, each logout token once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T17:57:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "one origin for each session, each logout token once"

INDEXES = (
    "CREATE UNIQUE INDEX provider_sessions_session ON provider_sessions (session)",
    "CREATE INDEX provider_sessions_principal ON provider_sessions (issuer, subject)",
    "CREATE INDEX provider_sessions_sid ON provider_sessions (issuer, sid) WHERE sid <> ''",
    "CREATE UNIQUE INDEX used_logout_tokens_jti ON used_logout_tokens (issuer, jti_hash)",
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
