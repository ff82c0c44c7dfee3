"""What else a file may be to another reader: a page, a script, an archive, a PDF inside something else."""

import re
import struct

_PAGES = re.compile(rb"<(!doctype|html|script|svg|iframe|\?php)", re.IGNORECASE)
_FILES = re.compile(rb"%PDF-|PK\x03\x04|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")
_END_OF_ZIP = b"PK\x05\x06"
_HEAD = 1024


def has_strangers(text: bytes) -> bool:
    """For what stands in the open in a file: its comments and its facts."""
    return bool(_PAGES.search(text) or _FILES.search(text))


def begins_as_page(data: bytes) -> bool:
    """Readers that guess look at so many octets."""
    return bool(_PAGES.search(data, 0, _HEAD))


def holds_pdf(data: bytes) -> bool:
    """PDF readers look for its beginning so far into a file."""
    return data.find(b"%PDF-", 1, _HEAD) > 0


def holds_zip(data: bytes) -> bool:
    """An archive is read from its end, wherever it begins."""
    place = data.find(_END_OF_ZIP)
    while place >= 0:
        if place + 22 <= len(data) and _is_end_of_zip(data, place):
            return True
        place = data.find(_END_OF_ZIP, place + 4)
    return False


def _is_end_of_zip(data: bytes, place: int) -> bool:
    disk, first_disk, here, entries, size, start = struct.unpack_from("<HHHHII", data, place + 4)
    return bool(disk == first_disk == 0 and here == entries and size <= place and start <= place)
