"""What only we can reach is never called, however its address is written (ASVS 1.3.6)."""

from collections.abc import Sequence

import pytest

from app.callbacks.gateways.posting import NotAllowed, NotReached, post
from app.callbacks.rules.addresses import (
    AddressInvalid,
    AddressMissing,
    AddressNotPublic,
    AddressNotSecure,
    ensure_address,
    is_public,
)
from tests.callbacks.receiver import Receiver

HOSTILE = (
    "http://vardit.example.se/",
    "https://localhost./",
    "https://app.localhost/",
    "https://127.1/",
    "https://127.0.0.1.:8000/",
    "https://0/",
    "https://0.0.0.0/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://8.8.8.8/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00::1]/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://intranet/",
    "https://db.lan/",
    "https://router.home.arpa/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://user@vardit.example.se/",
    "https://user:password@vardit.example.se/",
    "https://vardit.example.se@127.0.0.1/",
    "https://vardit.example.se#@127.0.0.1/",
    "https://127.0.0.1\\@vardit.example.se/",
    "https://vardit.example.se\\.localhost/",
    "https:\\\\127.0.0.1/",
    "https:///127.0.0.1/",
    "https:/127.0.0.1/",
    "https:127.0.0.1",
    "//127.0.0.1/",
    "https://",
    "https://:443/",
    "https://%31%32%37.0.0.1/",
    "https://vardit%2eexample.se/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://ⓛocalhost/",
    "https://värdit.example.se/",
    "https://vardit.example.se\r\nX-Injected: 1/",
    "https://vardit.example.se/\r\nHost: localhost",
    "https://vardit.example.se/ HTTP/1.1",
    "https://vardit.example.se\t/",
    " https://vardit.example.se/",
    "https://vardit.example.se/\x00",
    "https://vardit.example.se:0/",
    "https://vardit.example.se:22/",
    "https://vardit.example.se:25/",
    "https://vardit.example.se:65536/",
    "https://vardit.example.se:443:80/",
    "https://vardit.example.se:/",
    "https://-vardit.example.se/",
    "https://vardit..example.se/",
    "https://.example.se/",
    "https://vardit_it.example.se/",
    "https://vardit.example.se/#fragment",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "ftp://vardit.example.se/",
    "dict://127.0.0.1:11211/stat",
    "data:text/plain,hej",
    "javascript:alert(1)",
    "jar:https://vardit.example.se!/",
    "HTTPS//vardit.example.se",
)
FAIR = (
    "https://vardit.example.se",
    "https://VardIT.example.se/",
    "https://vardit.example.se:8443/callbacks/larkpost?region=01&x=%C3%A5",
    "https://vardit.example.se:443/",
    "https://xn--vrdit-gra.example.se/",
    "https://a.b.c.d.example.se/~x/;y=1",
    "https://1177.example.se/",
)
THIS_MACHINE = (
    "http://127.0.0.1:9000/in",
    "http://localhost:9000/",
    "http://[::1]:9000/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://127.0.0.1/",
    "https://[::1]/",
)
PRIVATE = (
    "127.0.0.1", "127.9.9.9", "0.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.88.99.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "fc00::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::a00:1", "::ffff:0:10.0.0.1",
    "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::",
    "2001:0:7f00:1::", "2001:db8::1", "fec0::1", "not an address", "",
)  # fmt: skip


def test_there_are_more_than_sixty_hostile_forms() -> None:
    assert len(set(HOSTILE)) > 60


@pytest.mark.parametrize("loopback", [False, True])
@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_in_the_demo_too(url: str, loopback: bool) -> None:
    with pytest.raises((AddressInvalid, AddressNotPublic, AddressNotSecure)):
        ensure_address(url, loopback=loopback)


@pytest.mark.parametrize("url", FAIR)
def test_a_public_name_is_allowed(url: str) -> None:
    assert ensure_address(url, loopback=False) == url


@pytest.mark.parametrize("url", THIS_MACHINE)
def test_this_machine_is_allowed_in_the_demo_and_nowhere_else(url: str) -> None:
    assert ensure_address(url, loopback=True) == url
    with pytest.raises((AddressNotSecure, AddressNotPublic)):
        ensure_address(url, loopback=False)


@pytest.mark.parametrize("url", [None, ""])
def test_no_address_is_said_to_be_missing(url: str | None) -> None:
    with pytest.raises(AddressMissing):
        ensure_address(url, loopback=False)


def test_a_long_address_is_refused() -> None:
    with pytest.raises(AddressInvalid):
        ensure_address("https://vardit.example.se/" + "x" * 500, loopback=False)


@pytest.mark.parametrize("ip", PRIVATE)
def test_a_private_address_is_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "193.10.0.1", "2606:4700::1111", "2001:6b0::1"])
def test_a_public_address_is_public(ip: str) -> None:
    assert is_public(ip)


async def called(url: str, *addresses: str) -> list[tuple[str, int]]:
    asked = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return addresses

    await post(url, content=b"{}", headers={}, loopback=False, resolve=resolve)
    return asked


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_that_leads_to_what_is_private_is_not_called(address: str, receiver: Receiver) -> None:
    """IPv4 in IPv6's clothes too: mapped, compatible, NAT64, 6to4, Teredo."""
    with pytest.raises(NotAllowed):
        await called(f"https://vardit.example.se:{receiver.port}/", address)

    assert receiver.calls == []


async def test_a_name_that_leads_nowhere_is_not_reached() -> None:
    with pytest.raises(NotReached):
        await called("https://vardit.example.se/")


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("10.0.0.1",), ("8.8.8.8", "::1"), ("fe80::1%lo",)])
async def test_a_name_that_leads_inside_is_not_called(addresses: tuple[str, ...], receiver: Receiver) -> None:
    """One private address among public ones is enough."""
    with pytest.raises(NotAllowed):
        await called(f"https://vardit.example.se:{receiver.port}/", *addresses)

    assert receiver.calls == []


async def test_what_was_allowed_under_other_settings_is_not_called(receiver: Receiver) -> None:
    with pytest.raises(NotAllowed):
        await called(receiver.url, "127.0.0.1")

    assert receiver.calls == []


async def test_the_name_is_asked_for_once_and_the_address_that_was_checked_is_called(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """A name that leads elsewhere the second time (rebinding) leads nowhere: there is no second time."""
    monkeypatch.setattr("app.callbacks.gateways.posting.is_public", lambda ip: ip == "127.0.0.1")
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])

    async def resolve(host: str, port: int) -> Sequence[str]:
        return next(answers)

    # It speaks TLS to our receiver, which does not: that is as far as it comes.
    with pytest.raises(NotReached):
        await post(
            f"https://vardit.example.se:{receiver.port}/",
            content=b"",
            headers={},
            loopback=False,
            resolve=resolve,
        )
    assert next(answers) == ["10.0.0.1"]
