"""A start that could not listen stops before it begins."""

import socket

import pytest

from app.commands.listening import ensure_free
from app.errors import Unconfigured


def free_port() -> int:
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        port: int = here.getsockname()[1]
        return port


def test_a_free_port_on_this_machine_is_left_as_free_as_it_was() -> None:
    port = free_port()

    ensure_free("127.0.0.1", port)
    ensure_free("127.0.0.1", port)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(Unconfigured, match=rf"Port {port} on 127\.0\.0\.1 is taken\."):
            ensure_free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "256.0.0.1", ""])
def test_an_address_of_another_machine_is_named(host: str) -> None:
    with pytest.raises(Unconfigured, match=f"LARKPOST_HOST is '{host}'"):
        ensure_free(host, free_port())
