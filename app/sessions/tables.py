"""Who is signed in and who has been, without anything that could sign one in."""

from piccolo.columns import UUID, Bytea, Timestamptz, Varchar
from piccolo.table import Table


class Session(Table, tablename="sessions"):
    """Someone signed in (session). Only the cookie's hash is here; the cookie seals the name."""

    id = UUID(primary_key=True, default=None)
    token_hash = Bytea(default=b"")
    kind = Varchar(length=20)
    subject_id = UUID(default=None)
    level = Varchar(length=120)
    name_sealed = Bytea(default=b"")
    created_at = Timestamptz(default=None)
    last_seen_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)


class SignIn(Table, tablename="sign_ins"):
    """A session as its owner may look back on it (inloggning); its id is the session's.

    `ended` says how, null while it lives. `token_hash` tells whose an ended session's cookie was.
    """

    id = UUID(primary_key=True, default=None)
    token_hash = Bytea(default=b"")
    kind = Varchar(length=20)
    subject_id = UUID(default=None)
    provider = Varchar(length=40)
    level = Varchar(length=120)
    at = Timestamptz(default=None)
    ended_at = Timestamptz(default=None, null=True)
    ended = Varchar(length=20, default=None, null=True)


class Draft(Table, tablename="drafts"):
    """What somebody sent when their session was over (utkast). Only their browser's cookie opens it."""

    id = UUID(primary_key=True, default=None)
    token_hash = Bytea(default=b"")
    kind = Varchar(length=20)
    subject_id = UUID(default=None)
    sealed = Bytea(default=b"")
    expires_at = Timestamptz(default=None)
