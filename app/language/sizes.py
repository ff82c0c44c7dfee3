"""How large a file is, as people read it: thousands and millions, as shops and phones count."""

from app.language.choice import Language

_THOUSAND, _MILLION = 1_000, 1_000_000
# A number and its unit stay on one line.
_TOGETHER = "\u00a0"


def size(octets: int, language: Language) -> str:
    """Rounded to whole kB, at least one, and from a million octets to tenths of MB."""
    if octets < _MILLION - _THOUSAND // 2:
        return f"{max(1, round(octets / _THOUSAND))}{_TOGETHER}kB"
    number = f"{octets / _MILLION:.1f}"
    return f"{number.replace('.', ',') if language == 'sv' else number}{_TOGETHER}MB"
