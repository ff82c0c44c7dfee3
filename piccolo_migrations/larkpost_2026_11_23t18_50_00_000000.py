"""What no column says: indexes, uniqueness, the 21 regions, and an audit nobody can change."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.database import POSTGRES, run

ID = "2026-11-23T18:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "indexes, regions, append-only audit"

INDEXES = (
    "CREATE UNIQUE INDEX care_providers_organisation_number ON care_providers (organisation_number)",
    "CREATE UNIQUE INDEX clinics_hsa_id ON clinics (hsa_id)",
    "CREATE UNIQUE INDEX care_systems_client_id ON care_systems (client_id)",
    "CREATE INDEX contact_persons_care_system ON contact_persons (care_system)",
    "CREATE UNIQUE INDEX residents_number_index ON residents (number_index)",
    "CREATE INDEX threads_list ON threads (resident, last_at DESC, id DESC)",
    "CREATE INDEX messages_of_thread ON messages (thread, id)",
    "CREATE INDEX audit_of_resident ON audit (resident_id, at)",
    "CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash)",
    "CREATE INDEX sessions_subject ON sessions (kind, subject_id)",
    "CREATE UNIQUE INDEX feedback_reference ON feedback (reference)",
    "CREATE UNIQUE INDEX sign_in_transactions_state ON sign_in_transactions (state_hash)",
    "CREATE UNIQUE INDEX identities_principal ON identities (issuer, subject)",
    "CREATE UNIQUE INDEX idempotency_keys_claim ON idempotency_keys (care_system_id, operation, key_hash)",
)

# Codes: Kv län (SCB); 02, 11, 15 and 16 are retired.
REGIONS = (
    ("01", "Region Stockholm"),
    ("03", "Region Uppsala"),
    ("04", "Region Sörmland"),
    ("05", "Region Östergötland"),
    ("06", "Region Jönköpings län"),
    ("07", "Region Kronoberg"),
    ("08", "Region Kalmar län"),
    ("09", "Region Gotland"),
    ("10", "Region Blekinge"),
    ("12", "Region Skåne"),
    ("13", "Region Halland"),
    ("14", "Västra Götalandsregionen"),
    ("17", "Region Värmland"),
    ("18", "Region Örebro län"),
    ("19", "Region Västmanland"),
    ("20", "Region Dalarna"),
    ("21", "Region Gävleborg"),
    ("22", "Region Västernorrland"),
    ("23", "Region Jämtland Härjedalen"),
    ("24", "Region Västerbotten"),
    ("25", "Region Norrbotten"),
)

APPEND_ONLY_POSTGRES = (
    """
    CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """,
)
APPEND_ONLY_SQLITE = tuple(
    f"""
    CREATE TRIGGER audit_refuses_{verb} BEFORE {verb} ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
    """
    for verb in ("UPDATE", "DELETE")
) + (
    # INSERT OR REPLACE deletes without waking the trigger of DELETE.
    """
    CREATE TRIGGER audit_refuses_REPLACE BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END
    """,
)


async def write_what_no_column_says() -> None:
    for statement in INDEXES + (APPEND_ONLY_POSTGRES if POSTGRES else APPEND_ONLY_SQLITE):
        await run(statement)
    for code, name in REGIONS:
        await run("INSERT INTO regions (code, name) VALUES ({}, {})", code, name)


async def unwrite() -> None:
    for statement in INDEXES:
        await run(f"DROP INDEX {statement.split(' INDEX ')[1].split()[0]}")
    if POSTGRES:
        await run("DROP FUNCTION audit_is_append_only() CASCADE")
    else:
        for verb in ("UPDATE", "DELETE", "REPLACE"):
            await run(f"DROP TRIGGER audit_refuses_{verb}")
    await run("DELETE FROM regions")


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="larkpost", description=DESCRIPTION)
    manager.add_raw(write_what_no_column_says)
    manager.add_raw_backwards(unwrite)
    return manager
