"""What is common to the forms: the reason, and the tick under the terms."""

from uuid import UUID

from app.booking.rules import LONGEST_REASON
from app.errors import Sentence
from app.language import lazy as _l
from app.summons.rules import TermsNotAccepted

TOO_LONG = _l("Korta det du har skrivit till högst 150 tecken.")
NOT_CHOSEN = _l("Välj en tid.")


def errors_in(reason: str, *, terms: bool = False, accepted: bool = False) -> dict[str, Sentence]:
    errors: dict[str, Sentence] = {}
    if len(reason) > LONGEST_REASON:
        errors["reason"] = TOO_LONG
    if terms and not accepted:
        errors["accepted"] = TermsNotAccepted.sentence
    return errors


def uuid_in(text: str) -> UUID | None:
    """None for what no page of ours has sent."""
    try:
        return UUID(text)
    except ValueError:
        return None
