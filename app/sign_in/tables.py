"""A sign-in on its way, and the people providers have told us about."""

from piccolo.columns import UUID, Bytea, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from app.residents.tables import Resident


class Transaction(Table, tablename="sign_in_transactions"):
    """Begun at our page, ended once at the callback, by the same browser, within ten minutes (R5)."""

    id = UUID(primary_key=True, default=None)
    state_hash = Bytea(default=b"")
    browser_hash = Bytea(default=b"")
    nonce = Varchar(length=80)
    verifier_sealed = Bytea(default=b"")
    next_path = Varchar(length=400)
    provider = Varchar(length=40)
    expires_at = Timestamptz(default=None)


class Identity(Table, tablename="identities"):
    """A principal is (issuer, subject); the number is an attribute of the resident it leads to (R17)."""

    id = UUID(primary_key=True, default=None)
    issuer = Varchar(length=300)
    subject = Varchar(length=255)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    created_at = Timestamptz(default=None)
    last_used_at = Timestamptz(default=None)
