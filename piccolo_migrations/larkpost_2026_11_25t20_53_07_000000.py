"""What no column says of who may call: one key of a name each, one use of an assertion, times of tests apart."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import run

ID = "2026-11-25T20:53:07:000000"
VERSION = "1.38.0"
DESCRIPTION = "one key of a name, one use of an assertion, one agent of a number, times of tests apart"

FORWARDS = (
    "CREATE UNIQUE INDEX care_system_keys_kid ON care_system_keys (care_system, kid)",
    "CREATE UNIQUE INDEX used_assertions_jti ON used_assertions (care_system_id, jti_hash)",
    "CREATE UNIQUE INDEX connection_agents_organisation_number ON connection_agents (organisation_number)",
    "CREATE INDEX agent_mandates_of ON agent_mandates (agent, provider)",
    "DROP INDEX time_types_code",
    "CREATE UNIQUE INDEX time_types_code ON time_types (clinic, code, test)",
)
BACKWARDS = (
    "DROP INDEX care_system_keys_kid",
    "DROP INDEX used_assertions_jti",
    "DROP INDEX connection_agents_organisation_number",
    "DROP INDEX agent_mandates_of",
    "DROP INDEX time_types_code",
    "CREATE UNIQUE INDEX time_types_code ON time_types (clinic, code)",
)


async def write_what_no_column_says() -> None:
    for statement in FORWARDS:
        await run(statement)


async def unwrite() -> None:
    for statement in BACKWARDS:
        await run(statement)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(write_what_no_column_says)
    manager.add_raw_backwards(unwrite)
    return manager
