"""A sign-in on its way, and the people providers have told us about."""

from piccolo.columns import UUID, Bytea, ForeignKey, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from app.care.tables import Clinic
from app.residents.tables import Resident
from app.sessions.tables import Session


class Transaction(Table, tablename="sign_in_transactions"):
    """Begun at our page, ended once at the callback, by the same browser, within ten minutes (R5).

    `level` is the lowest that will do in a step-up (R13), empty where every level of the provider does.
    """

    id = UUID(primary_key=True, default=None)
    state_hash = Bytea(default=b"")
    browser_hash = Bytea(default=b"")
    nonce = Varchar(length=80)
    verifier_sealed = Bytea(default=b"")
    next_path = Varchar(length=400)
    provider = Varchar(length=40)
    level = Varchar(length=120)
    expires_at = Timestamptz(default=None)


class Choice(Table, tablename="sign_in_choices"):
    """Staff who have identified themselves and not chosen an assignment yet: once, by the same browser.

    The browser's cookie seals who it is and what there is to choose from.
    """

    id = UUID(primary_key=True, default=None)
    browser_hash = Bytea(default=b"")
    employee_sealed = Bytea(default=b"")
    next_path = Varchar(length=400)
    provider = Varchar(length=40)
    expires_at = Timestamptz(default=None)


class Identity(Table, tablename="identities"):
    """A principal is (issuer, subject); the number is an attribute of the resident it leads to (R17).

    `trusted_at` is none when the provider was not on the trust list at the latest sign-in.
    """

    id = UUID(primary_key=True, default=None)
    issuer = Varchar(length=300)
    subject = Varchar(length=255)
    resident = ForeignKey(Resident, null=False, on_delete=OnDelete.restrict)
    trusted_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=None)
    last_used_at = Timestamptz(default=None)


class Clinician(Table, tablename="clinicians"):
    """A member of staff (vårdpersonal), known by (issuer, subject); the HSA-id is the latest they came with.

    `key_wrapped` is the clinician's own key. The name is sealed with it.
    """

    id = UUID(primary_key=True, default=None)
    issuer = Varchar(length=300)
    subject = Varchar(length=255)
    employee_hsa_id = Varchar(length=64)
    key_wrapped = Bytea(default=b"")
    name_sealed = Bytea(default=b"")
    created_at = Timestamptz(default=None)
    last_used_at = Timestamptz(default=None)


class Assignment(Table, tablename="assignments"):
    """What a clinician's session was opened for (medarbetaruppdrag). It goes when the session goes.

    `care_provider` is the HSA-id that it named: a clinic that is moved to another ends what was opened there.
    Not columns of `sessions`: every page asks that table, and only staff's have an assignment.
    """

    id = UUID(primary_key=True, default=None)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.cascade)
    clinician = ForeignKey(Clinician, null=False, on_delete=OnDelete.restrict)
    clinic = ForeignKey(Clinic, null=False, on_delete=OnDelete.restrict)
    employee_hsa_id = Varchar(length=64)
    hsa_id = Varchar(length=64)
    name = Varchar(length=200)
    purpose = Varchar(length=200)
    care_provider = Varchar(length=64)


class Withdrawal(Table, tablename="withdrawals"):
    """An assignment, or all that an employee has, that opens nothing here any more (indraget uppdrag).

    `kind` is `assignment` or `employee`; `hsa_id` is in capitals.
    """

    id = UUID(primary_key=True, default=None)
    kind = Varchar(length=20)
    hsa_id = Varchar(length=64)
    withdrawn_at = Timestamptz(default=None)


class ProviderSession(Table, tablename="provider_sessions"):
    """The sign-in at a provider that a session of ours came from, so that signing out can follow (R14).

    `sid` is the provider's own name for it, empty where it gives none. The ID token is there where we sign
    out with the provider; the cookie seals it, and it goes when the session goes.
    """

    id = UUID(primary_key=True, default=None)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.cascade)
    provider = Varchar(length=40)
    issuer = Varchar(length=300)
    subject = Varchar(length=255)
    sid = Varchar(length=255)
    id_token_sealed = Bytea(default=b"")


class UsedLogoutToken(Table, tablename="used_logout_tokens"):
    """A provider's word that somebody has signed out: taken once, remembered while it could be replayed."""

    id = UUID(primary_key=True, default=None)
    issuer = Varchar(length=300)
    jti_hash = Bytea(default=b"")
    expires_at = Timestamptz(default=None)
