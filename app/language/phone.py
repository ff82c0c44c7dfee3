"""Phone numbers: written as people read them, dialled as the network wants them."""

import re
from functools import lru_cache

_NOT_DIALLED = re.compile("[^0-9+]+")


# A page says the same clinic's number for every letter.
@lru_cache(maxsize=1000)
def dial(phone: str) -> str:
    """For a `tel:` link: 08-465 004 15 → +46846500415. A short number such as 112 stands as it is."""
    digits = _NOT_DIALLED.sub("", phone)
    return f"+46{digits[1:]}" if digits.startswith("0") and not digits.startswith("00") else digits
