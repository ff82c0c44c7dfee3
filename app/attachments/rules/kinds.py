"""The kinds of file that letters may enclose, told by what stands in them and never by their name."""

from datetime import timedelta
from typing import NamedTuple

# In octets.
MOST = 10_000_000
ON_ONE_LETTER = 5
KEPT_UNUSED = timedelta(days=7)

INSPECTING, CLEAN, REFUSED = "inspecting", "clean", "refused"
STATES = (INSPECTING, CLEAN, REFUSED)
# Of the scan for malware. Without a scanner it is said that there was none.
NOT_SCANNED, SCANNED, NOT_CONFIGURED = "not-scanned", "scanned", "not-configured"
SCANS = (NOT_SCANNED, SCANNED, NOT_CONFIGURED)


class Kind(NamedTuple):
    """`suffixes`: the first is given to a name that has none of them."""

    media_type: str
    magic: tuple[bytes, ...]
    suffixes: tuple[str, ...]


KINDS = {
    "pdf": Kind("application/pdf", (b"%PDF-",), (".pdf",)),
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",), (".png",)),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",), (".jpg", ".jpeg")),
    "gif": Kind("image/gif", (b"GIF87a", b"GIF89a"), (".gif",)),
}
ANY_TYPE = "application/octet-stream"
MEDIA_TYPES = tuple(kind.media_type for kind in KINDS.values())


def kind_of(head: bytes) -> str | None:
    """By the first octets, from the very first one on: a reader that looks further finds something else."""
    return next((name for name, kind in KINDS.items() if head.startswith(kind.magic)), None)
