"""Connection agents, and what care providers let them do."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.care.actions.trace import audited
from app.care.rules import AlreadyRegistered, NoAgentMandate, ensure_ends_after, ensure_organisation_number
from app.database import in_transaction, rows, run, uuid7


@in_transaction
async def register_agent(name: str, *, organisation_number: str, now: datetime) -> UUID:
    """Raises `NotAnOrganisationNumber` or `AlreadyRegistered`."""
    number, id = ensure_organisation_number(organisation_number), uuid7()
    if not await run(
        "INSERT INTO connection_agents (id, name, organisation_number, created_at) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (organisation_number) DO NOTHING RETURNING 1 AS added",
        id, name, number, now,
    ):  # fmt: skip
        raise AlreadyRegistered
    await audited("connection-agent.registered", id, now=now)
    return id


@in_transaction
async def give_mandate(
    agent_id: UUID,
    *,
    provider_id: UUID,
    reference: str,
    begins_at: datetime,
    ends_at: datetime | None,
    now: datetime,
) -> UUID:
    """The provider lets the agent send for it; `reference` is where that stands.

    Raises `MandateBackwards`.
    """
    ensure_ends_after(begins_at, ends_at)
    id = uuid7()
    await run(
        "INSERT INTO agent_mandates (id, agent, provider, reference, begins_at, ends_at, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})",
        id, agent_id, provider_id, reference, begins_at, ends_at, now,
    )  # fmt: skip
    await audited("agent-mandate.given", id, now=now)
    return id


@in_transaction
async def end_mandate(agent_id: UUID, *, provider_id: UUID, now: datetime) -> None:
    """At once: no token works at the next request, and none is given. Raises `NoAgentMandate`."""
    ended = await rows(
        _Id,
        "UPDATE agent_mandates SET ends_at = {} WHERE agent = {} AND provider = {}"
        " AND (ends_at IS NULL OR ends_at > {}) RETURNING id",
        now, agent_id, provider_id, now,
    )  # fmt: skip
    if not ended:
        raise NoAgentMandate
    for mandate in ended:
        await audited("agent-mandate.ended", mandate.id, now=now)


class _Id(NamedTuple):
    id: UUID
