"""Which addresses of a provider may be asked."""

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")

# A name or an IPv4 address. Whatever else stands there would end up in our Content-Security-Policy.
HOST = re.compile(r"(?!-)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


def is_safe(address: str) -> bool:
    """Https, or plain http to this very machine; no user name, and nothing that parses two ways (R12)."""
    if not address.isascii() or not address.isprintable() or any(sign in address for sign in " \\#"):
        return False
    try:
        parts = urlsplit(address)
        host = _written(parts.hostname or "")
        if parts.port == 0 or parts.netloc.lower() not in (host, f"{host}:{parts.port}"):
            return False
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _written(host: str) -> str:
    """As it stands in an address. Raises `ValueError` for what is none; a zone is of one machine only."""
    if ":" in host and "%" not in host:
        IPv6Address(host)
        return f"[{host}]"
    if not HOST.fullmatch(host):
        raise ValueError(host)
    return host
