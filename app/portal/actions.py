"""Taking a remark in."""

from datetime import datetime

from app import vault
from app.database import in_transaction, uuid7
from app.portal.queries import place
from app.portal.rules import new_reference, section
from app.portal.tables import Feedback


@in_transaction
async def leave(text: str, *, contact: str, page: str, now: datetime) -> str:
    """Keep what somebody wrote, sealed, and return the reference to ask by. No `contact` is anonymous."""
    id, key, reference = uuid7(), vault.new_key(), new_reference()
    await Feedback(
        id=id,
        reference=reference,
        page=section(page),
        key_wrapped=vault.wrap(key, place("key_wrapped", id)),
        text_sealed=vault.seal(text.encode(), key, place("text_sealed", id)),
        contact_sealed=vault.seal(contact.encode(), key, place("contact_sealed", id)) if contact else None,
        created_at=now,
    ).save()
    return reference
