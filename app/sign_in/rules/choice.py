"""Which of the providers somebody sees first."""

from collections.abc import Iterable

from app.sign_in.rules.provider import Provider


def in_order(providers: Iterable[Provider], *, is_phone: bool, last: str | None) -> list[Provider]:
    """As the operator's file has them, but on a phone those that open an app on it come first.

    Before all comes the one with the key `last`, which was used on this device.
    """
    return sorted(providers, key=lambda one: (one.key != last, is_phone and not one.is_on_this_device))


def is_phone(hint: str | None, agent: str | None) -> bool:
    """`hint` is the client hint Sec-CH-UA-Mobile, which goes before what the User-Agent says."""
    return hint == "?1" if hint in ("?0", "?1") else "Mobi" in (agent or "")
