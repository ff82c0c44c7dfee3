"""Where we may be told to post: to a public name, never to what only we can reach (ASVS 1.3.6)."""

import re
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple

from app.errors import Refused
from app.language import lazy as _l

LONGEST = 500
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# Names that mean something on one network only.
OWN_NETWORKS = frozenset(
    ("arpa", "corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "onion")
)
# One reading only: no user, no fragment, no escapes in the name, no digits that could be an address.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[::1\]|[A-Za-z0-9.-]+)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_TOP = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])")
_RELAYS_4 = IPv4Network("192.88.99.0/24")
_PUBLIC_6 = IPv6Network("2000::/3")
# Addresses that carry another address inside: 6to4 and Teredo.
_CARRIERS_6 = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))


class AddressMissing(Refused):
    code = "callback.url-missing"
    sentence = _l("Ange i url den adress som ska få återanropen.")


class AddressInvalid(Refused):
    code = "callback.url-invalid"
    sentence = _l(
        "url är inte en adress som kan anropas. Skriv en https-adress med ett vanligt värdnamn, utan "
        "användare och fragment, högst 500 tecken."
    )


class AddressNotSecure(Refused):
    code = "callback.url-not-https"
    sentence = _l("url ska börja med https://.")


class AddressNotPublic(Refused):
    code = "callback.url-not-public"
    sentence = _l("url leder inte till en publik adress. Ange ett värdnamn som nås från internet.")


class Address(NamedTuple):
    """A checked address in its parts. `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str


def ensure_address(url: str | None, *, loopback: bool) -> str:
    """`loopback`: this machine may be called too, and without TLS; in the demo and in tests only.

    Raises `AddressMissing`, `AddressInvalid`, `AddressNotSecure` or `AddressNotPublic`.
    """
    if not url:
        raise AddressMissing
    read(url, loopback=loopback)
    return url


def read(url: str, *, loopback: bool) -> Address:
    """Raises what `ensure_address` raises."""
    match = _ADDRESS.fullmatch(url)
    if match is None or len(url) > LONGEST:
        raise AddressInvalid
    host, secure = match["host"].lower(), match["scheme"] == "https"
    port = int(match["port"] or (443 if secure else 80))
    address = Address(match["scheme"], host, port, (match["path"] or "/") + (match["query"] or ""))
    if loopback and host in LOOPBACK:
        return address
    if not secure:
        raise AddressNotSecure
    _ensure_name(host)
    _ensure_port(port)
    return address


def _ensure_name(host: str) -> None:
    *labels, top = host.split(".")
    if host in LOOPBACK or top in OWN_NETWORKS or not labels:
        raise AddressNotPublic
    # A last label that begins with a digit is an address in one of its many spellings.
    if len(host) > 253 or not _TOP.fullmatch(top) or not all(map(_LABEL.fullmatch, labels)):
        raise AddressInvalid


def _ensure_port(port: int) -> None:
    if port != 443 and not 1024 <= port <= 65535:
        raise AddressInvalid


def is_public(ip: str) -> bool:
    """Whether an address that a name has led to is one that everybody can reach."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        carries = any(address in network for network in _CARRIERS_6)
        return address in _PUBLIC_6 and address.is_global and not carries
    return address.is_global and not address.is_multicast and address not in _RELAYS_4
