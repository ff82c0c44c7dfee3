"""The engine, the transaction, the rows of the hot path and ids. This is PICCOLO_CONF.

Piccolo's own transaction leaks after a failed commit and is deferred on SQLite; ours is neither
(docs/decisions/transactions.md).
"""

from piccolo.conf.apps import AppRegistry

from app.database.engine import DB, POSTGRES, close, open, version
from app.database.ids import id_like, uuid7
from app.database.sqlite import KeptSQLite
from app.database.statements import (
    LOCKED,
    MOST_ROWS,
    Insert,
    among,
    insert,
    insert_all,
    insert_new,
    places,
    rows,
    run,
)
from app.database.together import Together
from app.database.transactions import Doomed, in_transaction, transaction, tried_again

__all__ = [
    "APP_REGISTRY",
    "DB",
    "LOCKED",
    "MOST_ROWS",
    "POSTGRES",
    "Doomed",
    "Insert",
    "KeptSQLite",
    "Together",
    "among",
    "close",
    "id_like",
    "in_transaction",
    "insert",
    "insert_all",
    "insert_new",
    "open",
    "places",
    "rows",
    "run",
    "transaction",
    "tried_again",
    "uuid7",
    "version",
]

# It imports every table, and they need what is above.
APP_REGISTRY = AppRegistry(apps=["app.piccolo_app"])
