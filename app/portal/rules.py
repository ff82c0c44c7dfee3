"""What a remark may be, and what its reference looks like."""

import re
import secrets

LONGEST = 4_000
LONGEST_CONTACT = 200

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B and U/V, which are mixed up on the phone and in handwriting.
_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
_REFERENCE = re.compile(rf"LP-[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{4}}")
_ADDRESS = re.compile(r"(/[a-z-]{1,40})?(?:/.*)?")


def new_reference() -> str:
    """LP-XXXX-XXXX: 36 bits, so that nobody meets another's by guessing."""
    signs = [secrets.choice(_ALPHABET) for _ in range(8)]
    return f"LP-{''.join(signs[:4])}-{''.join(signs[4:])}"


def read_reference(text: str) -> str:
    """As written, or nothing when it is not one of ours: a page never repeats what an address makes up."""
    return text if _REFERENCE.fullmatch(text) else ""


def readable(text: str) -> str:
    """Without marks that nobody sees: they could rule the terminal an operator reads it in."""
    return "".join(sign for sign in text.replace("\t", " ") if sign.isprintable() or sign == "\n").strip()


def section(path: str) -> str:
    """Where a remark was written: /inkorg for /inkorg/<id>, since an id is nobody's business here."""
    match = _ADDRESS.fullmatch(path)
    return (match[1] if match else None) or "/"
