from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.errors import NotSignedIn
from app.sessions import Resident, Signed

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNED = Signed(UUID(int=1), "resident", UUID(int=2), "loa3", "Anna Andersson", NOON, NOON, NOON)


def test_a_residents_session_makes_a_resident() -> None:
    assert SIGNED.resident() == Resident(
        id=UUID(int=2), session_id=UUID(int=1), name="Anna Andersson", level="loa3", acting_for=None
    )


def test_another_kind_of_session_makes_no_resident() -> None:
    """ASVS 8.2.1: a session of the staff tool opens no inbox."""
    with pytest.raises(NotSignedIn):
        SIGNED._replace(kind="clinician").resident()


def test_a_name_does_not_end_in_a_log_by_way_of_repr() -> None:
    """ASVS 16.2.5"""
    assert "Anna" not in repr(SIGNED.resident())
    assert "Anna" not in repr(SIGNED)
