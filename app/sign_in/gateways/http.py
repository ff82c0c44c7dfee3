"""The way out to a provider: https, five seconds, 256 kB, no redirects (R12).

Of the ten seconds that a person waits, eight are for all we ask it, and two for the page that we answer with.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from ssl import SSLContext

import httpx2

from app.sign_in.rules.addresses import is_safe
from app.sign_in.rules.refusals import ProviderUnavailable, Untrusted

SECONDS = 5
SECONDS_IN_ALL = 8
LARGEST = 256 * 1024

Document = dict[str, object]
Open = Callable[[], httpx2.AsyncBaseTransport]


class Guarded(httpx2.AsyncBaseTransport):
    """Whatever client sits on it, no answer is slower, larger or from elsewhere than we allow."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self.inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if not is_safe(str(request.url)):
            raise Untrusted("address")
        # A compressed answer could unpack to more than we would read.
        request.headers["accept-encoding"] = "identity"
        async with asyncio.timeout(SECONDS):
            response = await self.inner.handle_async_request(request)
            try:
                return await _small(response)
            finally:
                await response.aclose()

    async def aclose(self) -> None:
        await self.inner.aclose()


async def _small(response: httpx2.Response) -> httpx2.Response:
    if "content-encoding" in response.headers:
        raise Untrusted("encoding")
    body = bytearray()
    if isinstance(response.stream, httpx2.AsyncByteStream):
        async for part in response.stream:
            body += part
            if len(body) > LARGEST:
                raise Untrusted("size")
    return httpx2.Response(response.status_code, headers=response.headers, content=bytes(body))


def open_network() -> httpx2.AsyncBaseTransport:
    return httpx2.AsyncHTTPTransport(verify=_certificates(), trust_env=False)


@cache
def _certificates() -> SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


async def get_document(open: Open, address: str) -> Document:
    """A JSON object at an address that we trust to be the provider's."""
    async with httpx2.AsyncClient(transport=Guarded(open()), trust_env=False) as client:
        with provider_answers():
            response = await client.get(address, headers={"accept": "application/json"})
    ensure_answered(response)
    return strict_json(response.content)


def ensure_answered(response: httpx2.Response) -> None:
    if response.status_code >= 500:
        raise ProviderUnavailable
    if response.status_code != 200:
        raise Untrusted("status")


def strict_json(text: bytes) -> Document:
    """One object without repeated names: two readers must not see two documents (ASVS 1.5.3)."""
    try:
        document = json.loads(text, cls=StrictDecoder)
    except (ValueError, RecursionError):
        raise Untrusted("json") from None
    if not isinstance(document, dict):
        raise Untrusted("json")
    return document


class StrictDecoder(json.JSONDecoder):
    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_once, parse_constant=_never)


def _once(pairs: list[tuple[str, object]]) -> Document:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("A name is repeated.")
    return document


def _never(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON.")


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """Around all that one step of a sign-in asks. Raises `ProviderUnavailable`."""
    try:
        async with asyncio.timeout(SECONDS_IN_ALL):
            yield
    except TimeoutError:
        raise ProviderUnavailable from None


@contextmanager
def provider_answers() -> Iterator[None]:
    """Whatever hinders the network is, to the person, a provider that cannot be reached."""
    try:
        yield
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError):
        raise ProviderUnavailable from None
