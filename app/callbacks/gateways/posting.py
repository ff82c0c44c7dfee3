"""One post to a care system: to the address that was checked, in fifteen seconds, whatever it answers."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from ssl import SSLContext

import httpx2

from app.callbacks.rules.addresses import LOOPBACK, Address, is_public, read
from app.errors import Refused

SECONDS = 15
MOST_TRIED = 3
PARTS = ("connect", "read", "write", "pool")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class NotReached(Exception):
    """The name leads nowhere, or there is no connection, or one that broke."""


class TooSlow(Exception):
    """No answer in fifteen seconds."""


class NotAllowed(Exception):
    """The name leads to an address that only we can reach."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """Raises `OSError`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


async def post(
    url: str, *, content: bytes, headers: Mapping[str, str], loopback: bool, resolve: Resolve = resolve
) -> int:
    """The status of the answer; the rest of it is not read. Redirects are answers like others.

    Raises `NotReached`, `TooSlow` or `NotAllowed`.
    """
    try:
        async with asyncio.timeout(SECONDS):
            return await _post(_allowed(url, loopback=loopback), content, headers, resolve)
    except (TimeoutError, httpx2.TimeoutException):
        raise TooSlow from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
        raise NotReached from None


def _allowed(url: str, *, loopback: bool) -> Address:
    try:
        return read(url, loopback=loopback)
    except Refused:
        # It was allowed when it was registered, under other settings.
        raise NotAllowed from None


async def _post(to: Address, content: bytes, headers: Mapping[str, str], resolve: Resolve) -> int:
    async with httpx2.AsyncClient(
        transport=httpx2.AsyncHTTPTransport(verify=_certificates(), trust_env=False), trust_env=False
    ) as client:
        for ip in await _checked(to, resolve):
            try:
                return await _status(client, _asked(to, ip, content, headers))
            except httpx2.ConnectError:
                continue
    raise NotReached


async def _checked(to: Address, resolve: Resolve) -> Sequence[str]:
    """Asked once: what is checked is what is connected to, whatever the name leads to the next moment."""
    found = list(dict.fromkeys(await resolve(to.host.strip("[]"), to.port)))
    if to.host not in LOOPBACK and not all(map(is_public, found)):
        raise NotAllowed
    return found[:MOST_TRIED]


def _asked(to: Address, ip: str, content: bytes, headers: Mapping[str, str]) -> httpx2.Request:
    number = f"[{ip}]" if ":" in ip else ip
    host = to.host if to.port in (80, 443) else f"{to.host}:{to.port}"
    return httpx2.Request(
        "POST",
        f"{to.scheme}://{number}:{to.port}{to.target}",
        content=content,
        headers={"user-agent": "Larkpost", **headers, "host": host},
        # The certificate must be the name's, although we connect to the number.
        extensions={"sni_hostname": to.host, "timeout": dict.fromkeys(PARTS, SECONDS)},
    )


async def _status(client: httpx2.AsyncClient, request: httpx2.Request) -> int:
    answer = await client.send(request, stream=True, follow_redirects=False)
    await answer.aclose()
    return answer.status_code


@cache
def _certificates() -> SSLContext:
    return httpx2.create_ssl_context(trust_env=False)
