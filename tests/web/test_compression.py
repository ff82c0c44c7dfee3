"""Which coding a browser gets, and what is never packed."""

import gzip
from collections.abc import Callable

import brotli
import httpx
import pytest
import zstandard

from app.web.compression import encoder_for

CHROMIUM = "gzip, deflate, br, zstd"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (CHROMIUM, "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("zstd;q=0, br;q=0.5, gzip", "br"),
        ("zstd; q=0.0, br;q=0, gzip;q=0.001", "gzip"),
        ("*", "zstd"),
        ("*;q=0.1, zstd;q=0", "br"),
        ("*;q=0", None),
        ("gzip;q=0", None),
        ("gzip;q=nan, br;q=-1", None),
        ("gzip;q=", "gzip"),
        ("identity", None),
        ("deflate", None),
        ("", None),
        ("gzipp", None),
        (";;,,=\xff", None),
    ],
)
def test_the_cheapest_coding_that_the_browser_wants(asked: str, expected: str | None) -> None:
    encoder = encoder_for(asked)

    assert (encoder[0].decode() if encoder else None) == expected


UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "zstd": zstandard.ZstdDecompressor().decompress,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


@pytest.mark.parametrize("coding", UNPACK)
async def test_a_packed_body_is_the_same_text(client: httpx.AsyncClient, coding: str) -> None:
    async with client.stream("GET", "/text", headers={"accept-encoding": coding}) as answer:
        packed = b"".join([piece async for piece in answer.aiter_raw()])

    assert answer.headers["content-encoding"] == coding
    assert answer.headers.get_list("content-length") == [str(len(packed))]
    assert "accept-encoding" in answer.headers.get_list("vary")
    assert UNPACK[coding](packed) == b"a" * 5000


@pytest.mark.parametrize("path", ["/text?size=500", "/bild", "/stream", "/redirect", "/favicon.ico"])
async def test_small_texts_pictures_and_streams_go_as_they_are(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"accept-encoding": "zstd"})

    assert "content-encoding" not in answer.headers


async def test_an_answer_that_could_be_packed_says_what_it_depends_on(client: httpx.AsyncClient) -> None:
    answer = await client.get("/text", headers={"accept-encoding": "identity"})

    assert "accept-encoding" in answer.headers.get_list("vary")
    assert answer.content == b"a" * 5000


async def test_a_streams_headers_do_not_wait_for_its_end(client: httpx.AsyncClient) -> None:
    answer = await client.get("/stream")

    assert answer.text == "a" * 400 + "b" * 400
    assert "content-length" not in answer.headers
