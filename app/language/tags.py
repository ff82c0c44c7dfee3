"""Languages that letters are written in, by their tags (BCP 47): more than our pages speak."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

# Spoken in Sweden, and not in Babel's data.
OWN_NAMES = {
    "fit": "Meänkieli",
    "prs": "دری",
    "rom": "Romani čhib",
    "sma": "Åarjelsaemien gïele",
    "smj": "Julevsámegiella",
}
RIGHT_TO_LEFT = frozenset({"prs"})


def base(tag: str) -> str:
    """The language alone: en of en-GB."""
    return tag.partition("-")[0].lower()


@lru_cache(maxsize=256)
def own_name(tag: str) -> str:
    """What its speakers call it: Suomi, العربية. The tag itself, where we do not know."""
    known = _known(tag)
    name = OWN_NAMES.get(base(tag)) or (known.get_display_name() if known else None) or tag
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=256)
def is_right_to_left(tag: str) -> bool:
    known = _known(tag)
    return base(tag) in RIGHT_TO_LEFT or (known is not None and known.text_direction == "rtl")


def _known(tag: str) -> Locale | None:
    for form in (tag, base(tag)):
        try:
            return Locale.parse(form, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None
