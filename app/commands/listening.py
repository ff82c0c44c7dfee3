"""Whether this process may listen where it is told to."""

import errno
import socket

from app.errors import Unconfigured


def ensure_free(host: str, port: int) -> None:
    """Raises `Unconfigured`. Somebody else may still take the port before the server does."""
    try:
        for family, kind, protocol, _, address in _addresses(host, port):
            _bind(family, kind, protocol, address)
    except socket.gaierror:
        raise _elsewhere(host) from None
    except OSError as fault:
        raise _sentence(fault, host, port) from None


def _addresses(
    host: str, port: int
) -> list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[object, ...]]]:
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE))


def _bind(
    family: socket.AddressFamily, kind: socket.SocketKind, protocol: int, address: tuple[object, ...]
) -> None:
    with socket.socket(family, kind, protocol) as here:
        # As the server does it: connections that are ending do not count.
        here.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            here.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        here.bind(address)


def _sentence(fault: OSError, host: str, port: int) -> Unconfigured:
    if fault.errno == errno.EADDRINUSE:
        return Unconfigured(
            f"Port {port} on {host} is taken. Stop what listens there, or set LARKPOST_PORT to a free port."
        )
    if fault.errno == errno.EACCES:
        return Unconfigured(f"This user may not listen on port {port}. Set LARKPOST_PORT to 1024 or more.")
    return _elsewhere(host)


def _elsewhere(host: str) -> Unconfigured:
    return Unconfigured(
        f"LARKPOST_HOST is {host!r}, which is no address of this machine. Set it to one that is, "
        "such as 127.0.0.1."
    )
