"""Find a number or a reference that is not stored as it is. Gives away that two are equal, nothing else."""

import hmac
from uuid import UUID

from app.vault.envelope import in_use


def index(number: str) -> bytes:
    """Keyed, since the some 45 million numbers there are could all be tried against a plain hash.

    Takes 12 digits, as `residents.rules.read_number` returns them.
    """
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        raise ValueError("Only a number of 12 digits has a place in the index.")
    return hmac.digest(in_use().index, b"pnr-v1|" + number.encode(), "sha256")


def id_of(reference: str, *whose: UUID) -> UUID:
    """Of what a sender names by a reference of its own: the same for the same name within `whose`.

    The reference may say more than it should, so it is stored nowhere (UUID version 8, RFC 9562).
    """
    owners = b"".join(owner.bytes for owner in whose)
    digest = hmac.digest(in_use().index, b"reference-v1|" + owners + reference.encode(), "sha256")
    number = int.from_bytes(digest[:16])
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x8 << 76 | 0x2 << 62)


def of_text(text: str, *, whose: UUID) -> int:
    """Sixty-four bits, the same for the same text of the same sender; signed, as databases have it.

    Keyed: without the key nobody can try whether a known text has been sent.
    """
    digest = hmac.digest(in_use().index, b"text-v1|" + whose.bytes + text.encode(), "sha256")
    return int.from_bytes(digest[:8], signed=True)
