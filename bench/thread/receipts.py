"""Read receipts taken back, so that every measured request opens a thread that nobody has read.

The product never does this: a receipt is given once.
"""

from bench.databases import ask
from bench.installations import Installation
from bench.load import WrongAnswer
from bench.thread import LETTERS

TAKEN_BACK = (
    "UPDATE messages SET read_at = NULL WHERE read_at IS NOT NULL",
    f"UPDATE threads SET unread = {LETTERS} WHERE unread = 0",  # noqa: S608
)
# A receipt is known by its instant, which its audit rows, its event and its job share.
GIVEN = "SELECT count(*) FROM messages m WHERE m.read_at IS NOT NULL"
AUDITED = (
    "SELECT count(*) FROM messages m JOIN audit a ON a.object_id = CAST(m.id AS TEXT) AND a.at = m.read_at"
    " WHERE a.action = 'message.first-read'"
)
TOLD = (
    "SELECT count(*) FROM messages m JOIN events e ON e.message_id = m.id AND e.at = m.read_at"
    " WHERE e.kind = 'message.read'"
)
AT_ONE_INSTANT = "SELECT read_at FROM messages WHERE read_at IS NOT NULL"
SHOWN = f"SELECT count(*) FROM audit WHERE action = 'thread.read' AND at IN ({AT_ONE_INSTANT})"  # noqa: S608
QUEUED = f"SELECT count(*) FROM outbox WHERE created_at IN ({AT_ONE_INSTANT})"  # noqa: S608


def take_back(installation: Installation) -> None:
    swept = "VACUUM messages" if installation.postmaster else "PRAGMA wal_checkpoint(TRUNCATE)"
    for sql in (*TAKEN_BACK, swept):
        ask(installation.database, sql)


def ensure_given(installation: Installation, requests: int) -> None:
    """Raises `WrongAnswer` unless so many requests have given ten receipts each, and all is written down."""
    due = dict.fromkeys((GIVEN, AUDITED, TOLD), requests * LETTERS) | dict.fromkeys((SHOWN, QUEUED), requests)
    for sql, number in due.items():
        found = ask(installation.database, sql)
        if found != number:
            raise WrongAnswer(f"{installation.engine}: {found} and not {number} by: {sql}")
