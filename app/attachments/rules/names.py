"""What a file is called: one short line that no system reads as a path, an order or another direction."""

import re
import unicodedata
from pathlib import PurePosixPath

from app.attachments.rules.kinds import KINDS

MOST = 100
# Direction marks and all that is invisible (B10); controls (B11); what file systems and shells have claimed.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_CLAIMED = re.compile(r'[<>:"|?*%;`$\\]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def cleaned(name: str, *, kind: str) -> str:
    """Without folders, and with a suffix of the file's kind; "" when nothing is left of it."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(character for character in last if unicodedata.category(character) not in _UNSEEN)
    plain = " ".join(_CLAIMED.sub("-", unicodedata.normalize("NFC", seen)).split()).strip(" .")
    suffixes = KINDS[kind].suffixes
    stem, suffix = _split(plain, suffixes)
    if not any(character.isalnum() for character in stem):
        return ""
    return f"{'_' if _RESERVED.match(stem) else ''}{stem[: MOST - len(suffix)].rstrip(' .')}{suffix}"


def _split(name: str, suffixes: tuple[str, ...]) -> tuple[str, str]:
    suffix = PurePosixPath(name).suffix
    if suffix.lower() in suffixes:
        return name[: -len(suffix)], suffix
    return name, suffixes[0]
