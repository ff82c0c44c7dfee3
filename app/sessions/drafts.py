"""What somebody sent when their session was over, until they are back. Only their browser can open it."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app import database, vault
from app.database import in_transaction, uuid7
from app.sessions import tokens
from app.sessions.queries import Owner
from app.sessions.tables import Draft

LIFETIME = timedelta(minutes=30)
# Of one person: more than the devices they sit at.
MOST = 5


class _Row(NamedTuple):
    id: UUID
    kind: str
    subject_id: UUID
    sealed: bytes


class _Taken(NamedTuple):
    id: UUID


@in_transaction
async def keep(page: str, fields: Mapping[str, str], *, owner: Owner, now: datetime) -> str:
    """Returns what opens it, which exists nowhere else. `page` is the address whose form it is."""
    token, id = tokens.new_token(), uuid7()
    clear = json.dumps({"page": page, "fields": dict(fields)}).encode()
    await database.run(
        "DELETE FROM drafts WHERE kind = {} AND subject_id = {} AND id NOT IN (SELECT id FROM drafts"
        " WHERE kind = {} AND subject_id = {} ORDER BY id DESC LIMIT {}) RETURNING 1 AS gone",
        *(*owner, *owner, MOST - 1),
    )
    await Draft.insert(
        Draft(
            id=id,
            token_hash=tokens.token_hash(token),
            kind=owner.kind,
            subject_id=owner.subject_id,
            sealed=vault.seal(clear, _key(token), _place(id)),
            expires_at=now + LIFETIME,
        )
    )
    return token


@in_transaction
async def take(token: str, *, page: str, by: Owner, now: datetime) -> dict[str, str] | None:
    """Its fields, once, at its own page. Somebody else's is destroyed unread."""
    row = await _kept(token, now)
    if row is None:
        return None
    is_theirs = (row.kind, row.subject_id) == by
    kept = json.loads(vault.unseal(row.sealed, _key(token), _place(row.id))) if is_theirs else None
    if kept and kept["page"] != page:
        return None
    # Deleting is claiming: of two pages that open at once, one gets it.
    taken = await database.rows(_Taken, "DELETE FROM drafts WHERE id = {} RETURNING id", row.id)
    return dict(kept["fields"]) if kept and taken else None


async def forget_old(now: datetime) -> None:
    await Draft.delete().where(Draft.expires_at <= now)


async def _kept(token: str, now: datetime) -> _Row | None:
    if not tokens.is_token(token):
        return None
    found = await database.rows(
        _Row,
        "SELECT id, kind, subject_id, sealed FROM drafts WHERE token_hash = {} AND expires_at > {}",
        *(tokens.token_hash(token), now),
    )
    return found[0] if found else None


def _key(token: str) -> bytes:
    return hmac.digest(token.encode(), b"draft", "sha256")


def _place(id: UUID) -> vault.Place:
    return vault.Place("", "drafts", "sealed", id)
