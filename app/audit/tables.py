"""Who did what, when, about whom (HSLF-FS 2016:40 4 kap. 9 §). Triggers see that rows are only added."""

from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.table import Table


class AuditEntry(Table, tablename="audit"):
    """One access, change or refusal (logg). Ids only: never a name, a number or a text.

    `basis` is the ground that the actor stated, by a word of ours: the relation of whoever sent.
    """

    id = UUID(primary_key=True, default=None)
    at = Timestamptz(default=None)
    actor_kind = Varchar(length=20)
    actor_id = UUID(null=True, default=None)
    assignment = Varchar(length=80, null=True, default=None)
    action = Varchar(length=60)
    outcome = Varchar(length=10)
    resident_id = UUID(null=True, default=None)
    care_unit = Varchar(length=64, null=True, default=None)
    object_kind = Varchar(length=40, null=True, default=None)
    object_id = Varchar(length=80, null=True, default=None)
    basis = Varchar(length=40, null=True, default=None)
