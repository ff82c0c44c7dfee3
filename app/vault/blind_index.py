"""Find a personal identity number that is stored encrypted. Gives away that two are equal, nothing else."""

import hmac

from app.vault.envelope import in_use


def index(number: str) -> bytes:
    """Keyed, since the some 45 million numbers there are could all be tried against a plain hash.

    Takes 12 digits, as `residents.rules.read_number` returns them.
    """
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        raise ValueError("Only a number of 12 digits has a place in the index.")
    return hmac.digest(in_use().index, b"pnr-v1|" + number.encode(), "sha256")
