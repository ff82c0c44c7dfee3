"""One history for both engines; what it makes is what the tables say."""

from typing import NamedTuple

from app import database
from app.database import rows
from app.migrations import migrate, missing
from app.piccolo_app import APP_CONFIG

SQLITE_COLUMNS = "SELECT name FROM pragma_table_info({})"
POSTGRES_COLUMNS = "SELECT column_name AS name FROM information_schema.columns WHERE table_name = {}"
SQLITE_NULLABLE = 'SELECT name FROM pragma_table_info({}) WHERE "notnull" = 0'
POSTGRES_NULLABLE = POSTGRES_COLUMNS + " AND is_nullable = 'YES'"
SQLITE_INDEXES = "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%'"
POSTGRES_INDEXES = (
    "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'"
)


class Name(NamedTuple):
    name: str


async def names(sql: str, *args: object) -> set[str]:
    return {row.name for row in await rows(Name, sql, *args)}


async def test_every_column_of_every_table_is_in_the_database(db: None) -> None:
    sql = POSTGRES_COLUMNS if database.POSTGRES else SQLITE_COLUMNS
    for table in APP_CONFIG.table_classes:
        wanted = {column._meta.db_column_name for column in table._meta.columns}
        assert await names(sql, table._meta.tablename) == wanted, table._meta.tablename


async def test_the_same_columns_may_be_empty_as_the_tables_say(db: None) -> None:
    sql = POSTGRES_NULLABLE if database.POSTGRES else SQLITE_NULLABLE
    for table in APP_CONFIG.table_classes:
        wanted = {column._meta.db_column_name for column in table._meta.columns if column._meta.null}
        assert await names(sql, table._meta.tablename) == wanted, table._meta.tablename


async def test_both_engines_have_the_same_indexes(db: None) -> None:
    """Uniqueness stands in raw indexes, since Piccolo's constraints do not work on SQLite."""
    assert await names(POSTGRES_INDEXES if database.POSTGRES else SQLITE_INDEXES) >= {
        "agent_mandates_of",
        "appointment_events_of",
        "appointments_link",
        "appointments_live",
        "appointments_of_clinic",
        "appointments_of_resident",
        "appointments_slot",
        "approvals_of_provider",
        "attachments_unused",
        "audit_of_resident",
        "callback_endpoints_care_system",
        "callback_tests_of",
        "assignments_session",
        "batch_chunks_rows",
        "batches_created",
        "care_providers_hsa_id",
        "care_providers_organisation_number",
        "care_system_keys_kid",
        "care_systems_client_id",
        "clinicians_principal",
        "clinics_hsa_id",
        "connection_agents_organisation_number",
        "contact_persons_care_system",
        "events_number",
        "events_of_care_system",
        "feedback_reference",
        "former_numbers_index",
        "former_numbers_of_resident",
        "idempotency_keys_claim",
        "identities_of_resident",
        "identities_principal",
        "messages_awaiting",
        "messages_hidden",
        "messages_of_thread",
        "numbers_never_linked_index",
        "outbox_dead",
        "outbox_waiting",
        "phone_hours_of_clinic",
        "provider_sessions_principal",
        "provider_sessions_session",
        "provider_sessions_sid",
        "rate_windows_ended",
        "replies_of_message",
        "residents_number_index",
        "scheduled_messages_of_thread",
        "scheduled_summonses_of_message",
        "sessions_subject",
        "sessions_token_hash",
        "sign_in_choices_browser",
        "drafts_token_hash",
        "sign_ins_of",
        "sign_ins_token_hash",
        "sign_in_transactions_state",
        "slots_free",
        "slots_held",
        "slots_of_clinic",
        "summonses_of_clinic",
        "summonses_of_resident",
        "threads_list",
        "time_types_code",
        "withdrawals_of",
        "used_assertions_jti",
        "used_logout_tokens_jti",
    }


async def test_the_21_regions_have_their_codes_as_text(db: None) -> None:
    codes = await names("SELECT code AS name FROM regions")

    assert len(codes) == 21
    assert {"01", "14", "25"} <= codes
    assert not codes & {"02", "11", "15", "16"}, "retired codes"


async def test_nothing_is_left_to_migrate_and_doing_it_again_is_harmless(db: None) -> None:
    assert await missing() == []

    await migrate()

    assert await missing() == []
